// Files that appear whole or not at all.
#ifndef MNIST_TRAIN_IO_ATOMIC_FILE_H
#define MNIST_TRAIN_IO_ATOMIC_FILE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

// Writes the bytes to a new file in the same folder, syncs it, renames it to the path, syncs the
// folder: whatever happens, the path has the old file or the new one. A symbolic link stays one,
// its target is replaced. False and the error: it can't be written, or the path is there and no
// file. Where only the rename fails, the new file stays, and the error names it.
bool atomic_file_write(const char *path, const void *bytes, size_t size, Error *error);

// The descriptor, stdout's or stderr's, whose output goes to that path's file; or -1. Such a file
// can't be replaced.
int atomic_file_stdio_fd(const char *path);

// Whether atomic_file_write could begin: finds out before hours of work what would fail behind
// them.
bool atomic_file_check(const char *path, Error *error);

// Whether both paths, which may be spelt differently, are of the same file.
bool atomic_file_same_target(const char *path, const char *other);

// Reads the whole file, gzip or raw, of at most `most` bytes. True: *bytes is the caller's, to be
// freed. False and the error: it can't be read, or is larger.
bool gzip_reader_read_file(const char *path, size_t most, uint8_t **bytes, size_t *size,
                           Error *error);

#endif
