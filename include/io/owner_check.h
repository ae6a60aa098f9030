// Files of other users in sticky directories that all users may write to, such as /tmp.
#ifndef MNIST_TRAIN_IO_OWNER_CHECK_H
#define MNIST_TRAIN_IO_OWNER_CHECK_H

#include <stdbool.h>

// Returns false, with errno set to EACCES, if the path leads through a symbolic link in such a
// directory, unless the link belongs to this user or to the owner of the directory. This is Linux's
// rule for fs.protected_symlinks (proc(5)), which not every system enforces, and which realpath
// bypasses. Returns true if the path cannot be followed.
bool owner_check_links(const char *path);

// Returns false if the path leads to a pipe in such a directory, unless the pipe belongs to this
// user or to the owner of the directory. Opening it would wait for its owner. This is Linux's rule
// for fs.protected_fifos, which it applies only to programs that may create the file.
bool owner_check_pipe(const char *path);

#endif
