// Byte order of values in files and in memory.
#ifndef MNIST_TRAIN_BASE_BYTE_ORDER_H
#define MNIST_TRAIN_BASE_BYTE_ORDER_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t byte_order_read_big32(const uint8_t bytes[4]) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Converts `count` values of `width` bytes each, in place, from the machine's byte order to
// little-endian, which most machines have, or back.
void byte_order_little(void *values, size_t count, size_t width);

#endif
