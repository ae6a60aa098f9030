// Files in directories.
#ifndef MNIST_TRAIN_IO_DIRECTORY_H
#define MNIST_TRAIN_IO_DIRECTORY_H

#include "base/error.h"

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t count;
    struct dirent **entries; // (count): by the bytes of d_name, whatever the file system and locale
} DirectoryNames;

// Lists the names in a directory for which the filter does not return 0; NULL: all, also "." and
// "..". The caller calls directory_names_free. Returns false and sets *error if the directory
// cannot be read or memory is short; *names is then empty.
bool directory_list(const char *path, int (*filter)(const struct dirent *), DirectoryNames *names,
                    Error *error);
void directory_names_free(DirectoryNames *names); // zeroed or freed ones are allowed

// Returns "directory/subdir/name", or "directory/name" if subdir is ""; slashes at the end of
// directory are dropped. The caller frees. Returns NULL and sets *error if memory is short.
char *directory_join(const char *directory, const char *subdir, const char *name, Error *error);

#endif
