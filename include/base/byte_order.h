// The order of a value's bytes in memory: files have the lowest byte first, some machines do not.
#ifndef MNIST_TRAIN_BASE_BYTE_ORDER_H
#define MNIST_TRAIN_BASE_BYTE_ORDER_H

#include <stddef.h>

// In place, both ways: `count` values of `width` bytes each, from the machine's order to
// little-endian or back.
void byte_order_little(void *values, size_t count, size_t width);

#endif
