// Symbolic links of other users in directories such as /tmp.
#ifndef MNIST_TRAIN_IO_SYMLINK_CHECK_H
#define MNIST_TRAIN_IO_SYMLINK_CHECK_H

#include <stdbool.h>

// Returns false, with errno set to EACCES, if the path leads through a symbolic link in a sticky
// directory that all users may write to, unless the link belongs to this user or to the owner of
// the directory. This is Linux's rule for fs.protected_symlinks (proc(5)), which not every system
// enforces, and which realpath bypasses. Returns true if the path cannot be followed.
bool symlink_check_owners(const char *path);

#endif
