#define _XOPEN_SOURCE 700 // realpath, S_ISVTX
#include "io/owner_check.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 40 }; // as Linux

static bool is_allowed(const struct stat *file, const char *directory) {
    struct stat parent;
    const mode_t shared = S_ISVTX | S_IWOTH;
    return file->st_uid == geteuid() || stat(directory, &parent) != 0 ||
           (parent.st_mode & shared) != shared || parent.st_uid == file->st_uid;
}

// Sets next to the path with its first link, of `length` bytes, replaced by the link's target.
static bool replace_link(const char *path, size_t length, const char *directory, char *next) {
    char target[PATH_MAX];
    char link[PATH_MAX];
    snprintf(link, sizeof link, "%.*s", (int)length, path);
    ssize_t size = readlink(link, target, sizeof target - 1);
    if (size <= 0)
        return false;
    target[size] = '\0';
    const bool is_absolute = target[0] == '/';
    return snprintf(next, PATH_MAX, "%s%s%s%s", is_absolute ? "" : directory,
                    is_absolute ? "" : "/", target, path + length) < PATH_MAX;
}

// Sets *length to the end of the path's first link, or to 0 without one, and `directory` to the
// directory of the link.
static void find_link(const char *path, size_t *length, char *directory, struct stat *link) {
    char prefix[PATH_MAX];
    snprintf(directory, PATH_MAX, "%s", path[0] == '/' ? "/" : ".");
    for (size_t end = strspn(path, "/"); path[end]; end += strspn(path + end, "/")) {
        end += strcspn(path + end, "/");
        snprintf(prefix, sizeof prefix, "%.*s", (int)end, path);
        *length = end;
        if (lstat(prefix, link) != 0)
            break;
        if (S_ISLNK(link->st_mode))
            return;
        memcpy(directory, prefix, sizeof prefix);
    }
    *length = 0;
}

bool owner_check_links(const char *path) {
    char current[PATH_MAX];
    char next[PATH_MAX];
    if (snprintf(current, sizeof current, "%s", path) >= PATH_MAX)
        return true;
    for (int i = 0; i < MAX_LINKS; i++) {
        char directory[PATH_MAX];
        struct stat link;
        size_t length;
        find_link(current, &length, directory, &link);
        if (length == 0)
            return true;
        if (!is_allowed(&link, directory)) {
            errno = EACCES;
            return false;
        }
        if (!replace_link(current, length, directory, next))
            return true;
        memcpy(current, next, sizeof current);
    }
    return true;
}

bool owner_check_pipe(const char *path) {
    struct stat pipe;
    char target[PATH_MAX];
    return stat(path, &pipe) != 0 || !S_ISFIFO(pipe.st_mode) || !realpath(path, target) ||
           is_allowed(&pipe, dirname(target));
}
