#include "base/byte_order.h"

void byte_order_little(void *values, size_t count, size_t width) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    unsigned char *bytes = values;
    for (size_t i = 0; i < count; i++, bytes += width) {
        for (size_t low = 0, high = width - 1; low < high; low++, high--) {
            unsigned char swapped = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = swapped;
        }
    }
#else
    (void)values;
    (void)count;
    (void)width;
#endif
}
