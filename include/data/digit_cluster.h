// The components of a mask that belong to the digit.
#ifndef MNIST_TRAIN_DATA_DIGIT_CLUSTER_H
#define MNIST_TRAIN_DATA_DIGIT_CLUSTER_H

#include "data/components.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum { ROLE_NONE, ROLE_DIGIT, ROLE_FRAME } ComponentRole;

typedef struct {
    Box box;
    bool touches_border;
    bool has_frame;   // a component that surrounds the rest
    size_t contact;   // pixels at the border of the mask
    size_t strokes;   // components
    double sharpness; // of the largest one
    size_t digits;    // clusters of the size of a digit, this one included
    size_t dropped;   // components of the size of a stroke that belong to no digit
} DigitCluster;

// Chooses the main component, the largest one that does not touch the border, and adds those that
// are near: strokes of one digit have small gaps. Components at the border are dropped if a
// component of a digit's size remains, except one that is the digit's main stroke by its size and
// place. Specks are dropped, and a component that is a frame. roles, (components->count), receives
// the choice. Returns false if there are only specks.
bool digit_cluster_choose(const Components *components, size_t width, size_t height,
                          ComponentRole *roles, DigitCluster *cluster);

#endif
