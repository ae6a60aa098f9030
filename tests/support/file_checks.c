#define _XOPEN_SOURCE 700 // lstat
#include "support/file_checks.h"
#include "support/test.h"

#include "support/scratch.h"

#include <dirent.h>

void check_content(const char *name, const char *expected) {
    char found[4096];
    FILE *file = fopen(scratch_path(name), "rb");
    assert_non_null(file);
    size_t size = fread(found, 1, sizeof found, file);
    fclose(file);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(found, expected, size);
}

size_t count_entries(const char *directory) {
    DIR *entries = opendir(scratch_path(directory));
    assert_non_null(entries);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(entries));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(entries);
    return count;
}

mode_t permissions_of(const char *name) {
    struct stat status;
    assert_int_equal(stat(scratch_path(name), &status), 0);
    return status.st_mode & 07777;
}

bool is_symbolic_link(const char *name) {
    struct stat status;
    return lstat(scratch_path(name), &status) == 0 && S_ISLNK(status.st_mode);
}
