#include "io/directory.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

bool directory_list(const char *path, int (*filter)(const struct dirent *), DirectoryNames *names,
                    Error *error) {
    *names = (DirectoryNames){0};
    int count = scandir(path, &names->entries, filter, compare_names);
    if (count < 0)
        return error_errno(error, "open", path);
    names->count = (size_t)count;
    return true;
}

void directory_names_free(DirectoryNames *names) {
    for (size_t i = 0; i < names->count; i++)
        free(names->entries[i]);
    free(names->entries);
    *names = (DirectoryNames){0};
}

char *directory_join(const char *directory, const char *subdir, const char *name, Error *error) {
    size_t length = strlen(directory);
    while (length > 0 && directory[length - 1] == '/')
        length--;
    size_t size = length + strlen(subdir) + strlen(name) + sizeof "//";
    char *path = memory_alloc(size, 1, directory, error);
    if (path)
        snprintf(path, size, "%.*s/%s%s%s", (int)length, directory, subdir, *subdir ? "/" : "",
                 name);
    return path;
}
