#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

void *memory_alloc(size_t count, size_t size, const char *what, Error *error) {
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1); // checks the product
    if (!memory)
        error_no_memory(error, what,
                        count > SIZE_MAX / (size > 0 ? size : 1) ? SIZE_MAX : count * size);
    return memory;
}

void *memory_alloc_aligned(size_t count, size_t size, const char *what, Error *error) {
    if (size > 0 && count > (SIZE_MAX - CACHE_LINE) / size) {
        error_no_memory(error, what, SIZE_MAX);
        return NULL;
    }
    // aligned_alloc takes whole multiples of the alignment
    size_t bytes = (count * size / CACHE_LINE + 1) * CACHE_LINE;
    void *memory = aligned_alloc(CACHE_LINE, bytes);
    if (!memory) {
        error_no_memory(error, what, bytes);
        return NULL;
    }
    return memset(memory, 0, bytes);
}
