// A folder for a test's files, made anew and removed with all that is in it. A failure of the file
// system ends the test program.
#ifndef MNIST_TRAIN_TESTS_SCRATCH_H
#define MNIST_TRAIN_TESTS_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

// For cmocka's set-up and tear-down.
int scratch_create(void **state);
int scratch_remove(void **state);

// The path of a name in the folder; valid until the eighth call after it.
const char *scratch_path(const char *name);

// A folder in it, and what lies above that.
void scratch_make_directory(const char *name);

void scratch_write(const char *name, const void *bytes, size_t size);
void scratch_delete(const char *name);

// The bytes as a gzip file in memory; the caller frees.
uint8_t *gzip_bytes(const void *bytes, size_t size, size_t *gzip_size);

// An IDX file of these sizes in memory, its values zero; *size is what it takes. The caller frees.
uint8_t *idx_bytes(uint8_t type, size_t rank, const uint32_t *shape, size_t *size);

#endif
