// Draws an image in the terminal, on stdout.
#ifndef MNIST_TRAIN_REPORT_TERMINAL_IMAGE_H
#define MNIST_TRAIN_REPORT_TERMINAL_IMAGE_H

#include "base/terminal.h"

#include <stdint.h>

// In half blocks and greys; without colours in half blocks, black and white; in ASCII where stdout
// is no terminal for that. image: (pixels)
void terminal_image_print(const Terminal *terminal, const uint8_t *image);

#endif
