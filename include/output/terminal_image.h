// MNIST images in the terminal.
#ifndef MNIST_TRAIN_OUTPUT_TERMINAL_IMAGE_H
#define MNIST_TRAIN_OUTPUT_TERMINAL_IMAGE_H

#include "base/terminal.h"

#include <stdint.h>

// Prints an image, (pixels), on stdout: in shades of grey where the terminal has colours and block
// characters, in black and white where it has block characters only, else in ASCII.
void terminal_image_print(const Terminal *terminal, const uint8_t *image);

#endif
