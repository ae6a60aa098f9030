// Atomic replacement of files.
#ifndef MNIST_TRAIN_IO_ATOMIC_FILE_H
#define MNIST_TRAIN_IO_ATOMIC_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

// Writes the bytes to a temporary file in the same directory (.mnist-train-XXXXXX), syncs it,
// renames it to `path`, and syncs the directory: after a crash `path` is the old file or the new
// one, complete. A symbolic link is kept and its target replaced. The new file has the permissions
// of the old one and, where possible, its owner and group.
// Returns false and sets *error if the file cannot be written, or if an existing file at `path` is
// not a regular one, is read-only, or receives stdout or stderr. If only the rename fails, the
// temporary file is kept and named in the error. If only the directory cannot be synced, the new
// file is in place.
bool atomic_file_write(const char *path, const void *bytes, size_t size, Error *error);

// Checks that atomic_file_write can create its temporary file; `path` does not change. Returns
// false and sets *error as atomic_file_write.
bool atomic_file_check(const char *path, Error *error);

// Returns the descriptor, STDOUT_FILENO or STDERR_FILENO, whose output goes to this file, or -1.
int atomic_file_stdio_fd(const char *path);

// Returns whether two paths lead to the same regular file, which may have other links, or would if
// it were written.
bool atomic_file_is_same(const char *path, const char *other);

// Returns whether the file, which need not exist, is in this directory. Symbolic links are
// followed.
bool atomic_file_is_in(const char *path, const char *directory);

#endif
