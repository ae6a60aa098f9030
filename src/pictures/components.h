// Connected components of a mask.
#ifndef MNIST_TRAIN_PICTURES_COMPONENTS_H
#define MNIST_TRAIN_PICTURES_COMPONENTS_H

#include "base/error.h"
#include "pictures/preprocess.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    Box box;
    size_t area; // pixels
    bool touches_border;
    bool is_digit; // false; for the caller
} Component;

typedef struct {
    uint32_t *labels; // (height, width): 0 outside, else the component's index plus 1
    Component *items; // in the order of their first pixel
    size_t count;
} Components;

// Finds the components of the pixels of mask, (height, width), that are not 0. A pixel is connected
// with its eight neighbours. The caller frees *components with components_free, also after an
// error. Returns false and sets *error if memory is short.
bool components_find(const uint8_t *mask, size_t width, size_t height, Components *components,
                     Error *error);

void components_free(Components *components);

#endif
