// Atomic replacement of files.
#ifndef MNIST_TRAIN_IO_ATOMIC_FILE_H
#define MNIST_TRAIN_IO_ATOMIC_FILE_H

#include "base/error.h"

#include <stddef.h>

// Writes the bytes to a temporary file in the same directory, syncs it, renames it to `path`, and
// syncs the directory: after a crash `path` is the old file or the new one, complete. A symbolic
// link is kept and its target replaced. The new file has the permissions of the old one and, where
// possible, its owner and group.
// Returns false and sets *error if the file cannot be written, or if an existing file at `path` is
// not a regular one, is read-only, or receives stdout or stderr, or if the path leads through
// another user's symbolic link (io/owner_check.h). If only the rename fails, the
// temporary file is kept and named in the error. If only the directory cannot be synced, the new
// file is in place.
bool atomic_file_write(const char *path, const void *bytes, size_t size, Error *error);

// Checks that atomic_file_write can create its temporary file; `path` does not change. Removes
// temporary files in the same directory that killed processes have left (io/temporary_file.h).
// Returns false and sets *error as atomic_file_write.
bool atomic_file_check(const char *path, Error *error);

// Returns the descriptor, STDOUT_FILENO or STDERR_FILENO, whose output goes to this file, or -1.
int atomic_file_stdio_fd(const char *path);

// Returns whether atomic_file_write would replace the same file for both paths, which may be
// spelled differently; false for paths that it would refuse.
bool atomic_file_same_target(const char *path, const char *other);

#endif
