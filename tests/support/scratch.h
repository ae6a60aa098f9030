// A temporary directory for the files of a test. A failure of the file system ends the test program
// with status 99.
#ifndef MNIST_TRAIN_TESTS_SCRATCH_H
#define MNIST_TRAIN_TESTS_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

// Set-up and tear-down for cmocka: create the directory, and remove it with its contents.
int scratch_create(void **state);
int scratch_remove(void **state);

// The path of a name in the directory. It is valid until the eighth later call.
const char *scratch_path(const char *name);

// Creates a directory in it, with its parents.
void scratch_make_directory(const char *name);

void scratch_write(const char *name, const void *bytes, size_t size);
void scratch_delete(const char *name);

// Returns the bytes as a gzip file in memory. The caller frees.
uint8_t *gzip_bytes(const void *bytes, size_t size, size_t *gzip_size);

// Returns an IDX file of this shape in memory, whose values are zero; *size is its size in bytes.
// The caller frees.
uint8_t *idx_bytes(uint8_t type, size_t rank, const uint32_t *shape, size_t *size);

#endif
