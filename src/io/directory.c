#include "io/directory.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 4096 };

// The names one after the other, each with a final zero.
typedef struct {
    char *bytes;
    size_t size;
    size_t capacity;
    size_t count;
} Buffer;

static bool append(Buffer *buffer, const char *path, const char *name, Error *error) {
    size_t size = strlen(name) + 1;
    while (size > buffer->capacity - buffer->size) {
        size_t capacity = buffer->capacity > 0 ? 2 * buffer->capacity : FIRST_CAPACITY;
        char *grown = memory_resize(buffer->bytes, capacity, path, error);
        if (!grown)
            return false;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->size, name, size);
    buffer->size += size;
    buffer->count++;
    return true;
}

static bool read_entries(DIR *directory, const char *path, Buffer *buffer, Error *error) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry)
            return errno == 0 || error_errno(error, "read", path);
        bool is_own = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!is_own && !append(buffer, path, entry->d_name, error))
            return false;
    }
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// Takes ownership of the buffer's bytes.
static bool sort_names(const Buffer *buffer, const char *path, DirectoryNames *names,
                       Error *error) {
    names->bytes = buffer->bytes;
    names->names = memory_alloc(buffer->count, sizeof *names->names, path, error);
    if (!names->names)
        return false;
    char *name = buffer->bytes;
    for (size_t i = 0; i < buffer->count; i++, name += strlen(name) + 1)
        names->names[i] = name;
    names->count = buffer->count;
    qsort(names->names, names->count, sizeof *names->names, compare_names);
    return true;
}

bool directory_list(const char *path, DirectoryNames *names, Error *error) {
    Buffer buffer = {0};
    *names = (DirectoryNames){0};
    DIR *directory = opendir(path);
    if (!directory)
        return error_errno(error, "open", path);
    bool is_read = read_entries(directory, path, &buffer, error);
    closedir(directory);
    bool is_listed = sort_names(&buffer, path, names, error) && is_read;
    if (!is_listed)
        directory_names_free(names);
    return is_listed;
}

void directory_names_free(DirectoryNames *names) {
    free(names->names);
    free(names->bytes);
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
