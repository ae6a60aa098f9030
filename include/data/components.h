// Connected components of a mask.
#ifndef MNIST_TRAIN_DATA_COMPONENTS_H
#define MNIST_TRAIN_DATA_COMPONENTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t left, top, right, bottom; // right and bottom are exclusive
} Box;

typedef struct {
    Box box;
    size_t area;      // pixels
    size_t contact;   // pixels at the border of the mask
    double sharpness; // set by components_measure_edges
} Component;

typedef struct {
    uint32_t *labels; // (height, width): 0 outside, else the component's index plus 1
    Component *items; // in the order of their first pixel
    size_t count;
} Components;

// Finds the components of the pixels of mask, (height, width), that are not 0. A pixel is connected
// with its eight neighbours. The caller frees *components with components_free(). Returns false and
// sets *error if memory is short; *components is then empty.
bool components_find(const uint8_t *mask, size_t width, size_t height, Components *components,
                     Error *error);

// Sets the sharpness of each component: the mean step of the grey levels near the pixels at its
// left and right edges, from 0 to 255, which is white beside black. `pixels`, (height, width), are
// dark strokes on light. Strokes have sharp edges, shadows and stains have soft ones.
void components_measure_edges(Components *components, const uint8_t *pixels, size_t width,
                              size_t height);

void components_free(Components *components);

// Returns the smallest box that contains both.
Box box_union(Box a, Box b);

// Returns the longer side.
size_t box_extent(Box box);

// Returns the width or height of the gap between two boxes, whichever is larger; 0 if they overlap.
size_t box_gap(Box a, Box b);

#endif
