#include "base/error.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool error_set(Error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    // a false alarm of clang-tidy 14 // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    text_format(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool error_no_memory(Error *error, const char *what, size_t bytes) {
    return error_set(error, "%s: out of memory (%zu bytes)", what, bytes);
}

bool error_errno(Error *error, const char *action, const char *path) {
    return error_set(error, "cannot %s %s: %s", action, path, strerror(errno));
}

// Returns count * size, at least 1, or SIZE_MAX if it overflows: no allocation of that size
// succeeds.
static size_t product(size_t count, size_t size) {
    if (size > 0 && count > SIZE_MAX / size)
        return SIZE_MAX;
    return count > 0 && size > 0 ? count * size : 1;
}

void *memory_alloc(size_t count, size_t size, const char *what, Error *error) {
    size_t bytes = product(count, size);
    void *memory = calloc(bytes, 1);
    if (!memory)
        error_no_memory(error, what, bytes);
    return memory;
}

void *memory_alloc_aligned(size_t count, size_t size, const char *what, Error *error) {
    size_t bytes = product(count, size);
    void *memory = NULL;
    if (bytes < SIZE_MAX - CACHE_LINE) // aligned_alloc takes multiples of the alignment
        memory = aligned_alloc(CACHE_LINE, (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    if (!memory) {
        error_no_memory(error, what, bytes);
        return NULL;
    }
    return memset(memory, 0, bytes);
}

void *memory_resize(void *memory, size_t size, const char *what, Error *error) {
    void *resized = realloc(memory, size > 0 ? size : 1);
    if (!resized)
        error_no_memory(error, what, size);
    return resized;
}
