// The format's constants, for safetensors_read.c and safetensors_write.c.
#ifndef MNIST_TRAIN_IO_SAFETENSORS_INTERNAL_H
#define MNIST_TRAIN_IO_SAFETENSORS_INTERNAL_H

#include "io/safetensors.h"

enum { SIZE_BYTES = 8 }; // width of the field that holds the header's size

// Keys of the header.
#define KEY_METADATA "__metadata__"
#define KEY_DTYPE "dtype"
#define KEY_SHAPE "shape"
#define KEY_OFFSETS "data_offsets"

#endif
