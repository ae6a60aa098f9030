// Torchvision's names of transforms, as the golden headers have them.
#ifndef MNIST_TRAIN_TESTS_TRANSFORM_KIND_H
#define MNIST_TRAIN_TESTS_TRANSFORM_KIND_H

#include "data/transforms.h"

// The kind with this name, such as "RandomRotation"; fails the test if there is none.
TransformKind transform_kind_of(const char *name);

#endif
