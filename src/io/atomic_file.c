#define _XOPEN_SOURCE 700 // realpath, mkstemp
#include "io/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const char *path;         // as given, for errors
    char target[PATH_MAX];    // symbolic links resolved
    char temporary[PATH_MAX]; // in the same directory
    int fd;                   // of the temporary file
} Replacement;

static bool write_error(const Replacement *file, Error *error) {
    return error_errno(error, "write", file->path);
}

// Returns whether two results of stat() are of one file, whatever its names are.
static bool is_same(const struct stat *file, const struct stat *other) {
    return file->st_dev == other->st_dev && file->st_ino == other->st_ino;
}

int atomic_file_stdio_fd(const char *path) {
    struct stat file, output;
    if (stat(path, &file) != 0)
        return -1;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fstat(fd, &output) == 0 && is_same(&file, &output))
            return fd;
    }
    return -1;
}

// Returns whether a file of the name can replace what is at the path, and sets the target.
static bool find_target(Replacement *file, Error *error) {
    struct stat old;
    const char *path = file->path;
    size_t length = strlen(path);
    if (stat(path, &old) == 0) {
        if (!S_ISREG(old.st_mode))
            return error_set(error, "%s: expected a regular file or a new one, found %s", path,
                             S_ISDIR(old.st_mode) ? "a directory" : "a device or pipe");
        if (atomic_file_stdio_fd(path) >= 0)
            return error_set(
                error, "%s: expected a separate file, found the output of stdout or stderr", path);
        // rename() alone would replace a read-only file without an error.
        return (realpath(path, file->target) && access(path, W_OK) == 0) ||
               write_error(file, error);
    }
    if (errno != ENOENT || length == 0)
        return write_error(file, error);
    if (lstat(path, &old) == 0)
        return error_set(error,
                         "%s: expected a regular file or a new one, found a symbolic link to a "
                         "missing file",
                         path);
    errno = EISDIR;
    if (path[length - 1] == '/') // the name of a directory
        return write_error(file, error);
    memcpy(file->target, path, length + 1); // stat fails for longer paths
    return true;
}

// Gives the new file the owner, the group and the permissions of the old one. If it cannot have the
// group, its own group gets no more than all others have. Some file systems have none of this,
// which is no error.
static void keep_permissions(int fd, const struct stat *old) {
    mode_t mode = old->st_mode & 0777;
    if (fchown(fd, old->st_uid, old->st_gid) != 0)
        mode &= ~(mode_t)0070 | (mode & 0007) << 3;
    (void)fchmod(fd, mode);
}

// Until it has its permissions, nobody else can open the file: mkstemp creates it with 0600.
static bool create_temporary(Replacement *file, Error *error) {
    struct stat old;
    char copy[PATH_MAX];
    if (!find_target(file, error))
        return false;
    memcpy(copy, file->target, sizeof copy);
    errno = ENAMETOOLONG;
    if (snprintf(file->temporary, PATH_MAX, "%s/.mnist-train-XXXXXX", dirname(copy)) >= PATH_MAX)
        return write_error(file, error);
    file->fd = mkstemp(file->temporary);
    if (file->fd < 0)
        return write_error(file, error);
    if (stat(file->target, &old) == 0) {
        keep_permissions(file->fd, &old);
    } else {
        mode_t mask = umask(077);
        umask(mask);
        (void)fchmod(file->fd, 0666 & ~mask);
    }
    return true;
}

static bool write_all(int fd, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, bytes, size < SSIZE_MAX ? size : SSIZE_MAX);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

// Until its directory is synced, a rename may be lost in a crash. Some file systems cannot sync
// directories, and a directory may be writable but not readable: both are no error.
static bool sync_directory(const char *path) {
    int directory = open(path, O_RDONLY | O_CLOEXEC);
    if (directory < 0)
        return errno == EACCES;
    bool is_synced = fsync(directory) == 0 || errno == EINVAL || errno == ENOTSUP;
    close(directory);
    return is_synced;
}

bool atomic_file_write(const char *path, const void *bytes, size_t size, Error *error) {
    Replacement file = {.path = path};
    if (!create_temporary(&file, error))
        return false;
    bool is_written =
        (write_all(file.fd, bytes, size) && fsync(file.fd) == 0) || write_error(&file, error);
    if (close(file.fd) != 0 && is_written)
        is_written = write_error(&file, error);
    if (!is_written) {
        unlink(file.temporary);
        return false;
    }
    // If the target is for instance the mount point of a container, the temporary file is all that
    // there is of a long run.
    if (rename(file.temporary, file.target) != 0)
        return error_set(error, "cannot rename %s to %s: %s", file.temporary, path,
                         strerror(errno));
    return sync_directory(dirname(file.temporary)) || write_error(&file, error);
}

bool atomic_file_check(const char *path, Error *error) {
    Replacement file = {.path = path};
    if (!create_temporary(&file, error))
        return false;
    close(file.fd);
    unlink(file.temporary);
    return true;
}

bool atomic_file_is_same(const char *path, const char *other) {
    struct stat file, other_file;
    char copy[PATH_MAX], other_copy[PATH_MAX];
    bool exists = stat(path, &file) == 0, other_exists = stat(other, &other_file) == 0;
    if (exists && other_exists)
        return S_ISREG(file.st_mode) && is_same(&file, &other_file);
    // new files of one name in one directory
    if (exists || other_exists || snprintf(copy, PATH_MAX, "%s", path) >= PATH_MAX ||
        snprintf(other_copy, PATH_MAX, "%s", other) >= PATH_MAX ||
        strcmp(basename(copy), basename(other_copy)) != 0)
        return false;
    return stat(dirname(copy), &file) == 0 && stat(dirname(other_copy), &other_file) == 0 &&
           is_same(&file, &other_file);
}

bool atomic_file_is_in(const char *path, const char *directory) {
    struct stat own, other;
    char target[PATH_MAX];
    if (!realpath(path, target) && snprintf(target, PATH_MAX, "%s", path) >= PATH_MAX)
        return false;
    return stat(dirname(target), &own) == 0 && stat(directory, &other) == 0 &&
           is_same(&own, &other);
}
