// Errors as values: one line of text for the user. Nothing below main prints or exits. And memory,
// whose lack is the most common one.
#ifndef MNIST_TRAIN_BASE_ERROR_H
#define MNIST_TRAIN_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char text[4608]; // one line without newline; room for a path of PATH_MAX and a reason
} Error;

// Each function fills *error and returns false: `return error_set(error, ...);`

// Formats as text_format (text.h): the text stays one line, and no argument can control a
// terminal.
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool error_set(Error *error, const char *format, ...);

// "WHAT: out of memory (BYTES bytes)"; `what` is a path or a module.
bool error_no_memory(Error *error, const char *what, size_t bytes);

// "cannot ACTION PATH: REASON", with the reason of errno: error_errno(error, "open", path).
bool error_errno(Error *error, const char *action, const char *path);

// Each function returns memory that the caller frees with free(). It returns NULL and sets *error
// if count * size overflows or memory is short; `what` names the purpose in the error: a path or a
// module. A count or size of 0 returns memory too.

// Zeroed.
void *memory_alloc(size_t count, size_t size, const char *what, Error *error);

// Zeroed, and aligned to a cache line.
enum { CACHE_LINE = 64 }; // bytes
void *memory_alloc_aligned(size_t count, size_t size, const char *what, Error *error);

// As realloc: the contents stay, bytes added are undefined. After an error `memory` is still valid.
void *memory_resize(void *memory, size_t size, const char *what, Error *error);

#endif
