// Byte order of values in files and in memory.
#ifndef MNIST_TRAIN_BASE_BYTE_ORDER_H
#define MNIST_TRAIN_BASE_BYTE_ORDER_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t byte_order_read_big32(const uint8_t bytes[4]) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Converts `count` values of `width` bytes each, in place, from the machine's byte order to
// little-endian, or back.
static inline void byte_order_little(void *values, size_t count, size_t width) {
    uint8_t *bytes = values;
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        return;
    for (size_t i = 0; i < count; i++, bytes += width) {
        for (size_t low = 0, high = width - 1; low < high; low++, high--) {
            uint8_t swapped = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = swapped;
        }
    }
}

#endif
