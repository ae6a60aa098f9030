#include "base/memory.h"

#include "base/memory_available.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64, CHECKED_BYTES = 4 << 20 };

// Returns count * size, at least 1, or SIZE_MAX if it overflows: no allocation of that size
// succeeds.
static size_t product(size_t count, size_t size) {
    if (size > 0 && count > SIZE_MAX / size)
        return SIZE_MAX;
    return count > 0 && size > 0 ? count * size : 1;
}

// Whether an allocation can succeed and its memory be written to.
static bool is_available(size_t bytes) {
    return bytes < CHECKED_BYTES || (bytes < SIZE_MAX && bytes <= memory_available(""));
}

void *memory_alloc(size_t count, size_t size, const char *what, Error *error) {
    size_t bytes = product(count, size);
    void *memory = is_available(bytes) ? calloc(bytes, 1) : NULL;
    if (!memory)
        error_no_memory(error, what, bytes);
    return memory;
}

void *memory_alloc_aligned(size_t count, size_t size, const char *what, Error *error) {
    size_t bytes = product(count, size);
    void *memory = NULL;
    if (bytes < SIZE_MAX - CACHE_LINE &&
        is_available(bytes)) // aligned_alloc takes multiples of the alignment
        memory = aligned_alloc(CACHE_LINE, (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    if (!memory) {
        error_no_memory(error, what, bytes);
        return NULL;
    }
    return memset(memory, 0, bytes);
}

void *memory_resize(void *memory, size_t size, const char *what, Error *error) {
    void *resized = is_available(size) ? realloc(memory, size > 0 ? size : 1) : NULL;
    if (!resized)
        error_no_memory(error, what, size);
    return resized;
}
