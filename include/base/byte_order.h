// Byte order of values in memory. Files are little-endian; some machines are big-endian.
#ifndef MNIST_TRAIN_BASE_BYTE_ORDER_H
#define MNIST_TRAIN_BASE_BYTE_ORDER_H

#include <stddef.h>

// Converts `count` values of `width` bytes each, in place, from the machine's byte order to
// little-endian, or back.
void byte_order_little(void *values, size_t count, size_t width);

#endif
