// Allocation with checked sizes.
#ifndef MNIST_TRAIN_BASE_MEMORY_H
#define MNIST_TRAIN_BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

// Each function returns memory that the caller frees with free(). It returns NULL and sets *error
// if count * size overflows or memory is short; `what` names the purpose in the error: a path or a
// module. A count or size of 0 returns memory too. From 4 MB on, memory is short if less is
// available (base/memory_available.h), since Linux would kill the process later.

// Zeroed.
void *memory_alloc(size_t count, size_t size, const char *what, Error *error);

// Zeroed, and aligned to a cache line (64 bytes).
void *memory_alloc_aligned(size_t count, size_t size, const char *what, Error *error);

// As realloc: the contents stay, bytes added are undefined. After an error `memory` is still valid.
void *memory_resize(void *memory, size_t size, const char *what, Error *error);

#endif
