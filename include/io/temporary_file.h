// Temporary files that become other files by rename.
#ifndef MNIST_TRAIN_IO_TEMPORARY_FILE_H
#define MNIST_TRAIN_IO_TEMPORARY_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

// An open temporary file, .mnist-train-XXXXXXXXXXXX with random letters: processes in other PID
// namespaces or on other machines, which may have the same process id, have other names.
// It is locked (flock) until temporary_file_close, so that its process is known to be alive.
typedef struct {
    char path[PATH_MAX];
    int fd;      // for writing; may be closed before temporary_file_close
    int lock_fd; // keeps the lock
} TemporaryFile;

// Creates a file in an existing directory, with the mode reduced by the umask. Returns false and
// sets errno if that fails.
bool temporary_file_create(const char *directory, mode_t mode, TemporaryFile *file);

// Closes lock_fd, which unlocks the file.
void temporary_file_close(TemporaryFile *file);

// Removes temporary files that processes which have died left in a directory: files without a lock
// that belong to this user, or to any user if this user is root. Files that cannot be locked or
// removed stay: this function has no errors.
void temporary_file_sweep(const char *directory);

#endif
