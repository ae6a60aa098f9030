// Draws an image in the terminal, on stdout.
#ifndef MNIST_TRAIN_SHOW_H
#define MNIST_TRAIN_SHOW_H

#include "terminal.h"

#include <stdint.h>

// In half blocks and greys; without colours in half blocks, black and white; in ASCII where stdout
// is no terminal for that. image: (pixels)
void show_image(const Terminal *terminal, const uint8_t *image);

#endif
