#define _XOPEN_SOURCE 700 // realpath
#include "io/atomic_file.h"

#include "io/owner_check.h"
#include "io/temporary_file.h"

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
    const char *path;        // as given, for errors
    char target[PATH_MAX];   // absolute, symbolic links resolved
    TemporaryFile temporary; // in the same directory
} Replacement;

static bool write_error(const Replacement *file, Error *error) {
    return error_errno(error, "write", file->path);
}

int atomic_file_stdio_fd(const char *path) {
    const int fds[] = {STDOUT_FILENO, STDERR_FILENO};
    struct stat file, output;
    if (stat(path, &file) != 0)
        return -1;
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (fstat(fds[i], &output) == 0 && file.st_dev == output.st_dev &&
            file.st_ino == output.st_ino)
            return fds[i];
    }
    return -1;
}

// Sets the target of a path that does not exist, in a directory that does.
static bool resolve_new(Replacement *file) {
    char copy[PATH_MAX], directory[PATH_MAX];
    const char *slash = strrchr(file->path, '/');
    errno = ENAMETOOLONG;
    if (snprintf(copy, sizeof copy, "%s", file->path) >= PATH_MAX ||
        !realpath(dirname(copy), directory))
        return false;
    errno = EISDIR;
    if (slash && slash[1] == '\0') // the name of a directory
        return false;
    errno = ENAMETOOLONG;
    return snprintf(file->target, sizeof file->target, "%s/%s",
                    strcmp(directory, "/") == 0 ? "" : directory,
                    slash ? slash + 1 : file->path) < PATH_MAX;
}

// In a sticky directory, such as /tmp, only the owner of the file or of the directory may replace
// the file.
static bool check_sticky(const Replacement *file, const struct stat *old, Error *error) {
    char copy[PATH_MAX];
    struct stat directory;
    memcpy(copy, file->target, sizeof copy);
    if (geteuid() == 0 || stat(dirname(copy), &directory) != 0 || !(directory.st_mode & S_ISVTX) ||
        old->st_uid == geteuid() || directory.st_uid == geteuid())
        return true;
    errno = EPERM;
    return write_error(file, error);
}

static bool resolve_existing(Replacement *file, const struct stat *old, Error *error) {
    if (!S_ISREG(old->st_mode))
        return error_set(error, "%s: expected a regular file or a new one, found %s", file->path,
                         S_ISDIR(old->st_mode) ? "a directory" : "a device or pipe");
    if (atomic_file_stdio_fd(file->path) >= 0)
        return error_set(error,
                         "%s: expected a separate file, found the output of stdout or stderr",
                         file->path);
    // rename() alone would replace a read-only file without an error.
    if (!realpath(file->path, file->target) || access(file->target, W_OK) != 0)
        return write_error(file, error);
    return check_sticky(file, old, error);
}

static bool resolve_target(Replacement *file, Error *error) {
    struct stat status;
    if (!owner_check_links(file->path))
        return error_set(error,
                         "cannot write %s: it leads through another user's symbolic link in a "
                         "directory that all users may write to",
                         file->path);
    if (stat(file->path, &status) == 0)
        return resolve_existing(file, &status, error);
    if (errno != ENOENT || !*file->path)
        return write_error(file, error);
    if (lstat(file->path, &status) == 0)
        return error_set(error,
                         "%s: expected a regular file or a new one, found a symbolic link to a "
                         "missing file",
                         file->path);
    return resolve_new(file) || write_error(file, error);
}

static const char *directory_of(const Replacement *file, char copy[PATH_MAX]) {
    memcpy(copy, file->target, PATH_MAX);
    return dirname(copy);
}

// Gives the new file the owner, the group and the permissions of the old one. Only root can keep
// another owner. If the group cannot be kept, the new group gets no more than all others have.
// Some file systems have none of this, which is no error.
static void keep_owner(int fd, const struct stat *old) {
    struct stat now;
    mode_t mode = old->st_mode & 0777;
    if (fchown(fd, old->st_uid, old->st_gid) != 0 && fchown(fd, (uid_t)-1, old->st_gid) != 0)
        (void)fchown(fd, old->st_uid, (gid_t)-1);
    if (fstat(fd, &now) != 0 || now.st_gid != old->st_gid)
        mode &= ~(mode_t)0070 | (mode & 0007) << 3;
    (void)fchmod(fd, mode);
}

// Until it has its owner, nobody else can open a file that replaces another.
static bool create_temporary(Replacement *file, Error *error) {
    char copy[PATH_MAX];
    struct stat old;
    bool has_old = stat(file->target, &old) == 0;
    if (!temporary_file_create(directory_of(file, copy), has_old ? 0600 : 0666, &file->temporary))
        return write_error(file, error);
    if (has_old)
        keep_owner(file->temporary.fd, &old);
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

// Writes, syncs and closes the temporary file. Returns false and sets errno if one of them fails.
static bool fill_temporary(const Replacement *file, const void *bytes, size_t size) {
    bool is_written = write_all(file->temporary.fd, bytes, size) && fsync(file->temporary.fd) == 0;
    int code = errno;
    if (close(file->temporary.fd) != 0 && is_written)
        return false;
    errno = code;
    return is_written;
}

// Until its directory is synced, a rename may be lost in a crash. Some file systems cannot sync
// directories, and a directory may be writable but not readable: both are no error.
static bool sync_directory(const Replacement *file) {
    char copy[PATH_MAX];
    int directory = open(directory_of(file, copy), O_RDONLY | O_CLOEXEC);
    if (directory < 0)
        return errno == EACCES;
    bool is_synced = fsync(directory) == 0 || errno == EINVAL || errno == ENOTSUP;
    close(directory);
    return is_synced;
}

// A file that cannot be renamed, for instance because its target is the mount point of a container,
// is kept. Another name protects it from temporary_file_sweep, if it can have that.
static bool rename_temporary(Replacement *file, Error *error) {
    char kept[PATH_MAX];
    const char *temporary = file->temporary.path;
    if (rename(temporary, file->target) == 0)
        return true;
    int code = errno;
    const char *letters = strrchr(temporary, '-') + 1;
    bool has_kept_name = snprintf(kept, sizeof kept, "%s.%s", file->target, letters) < PATH_MAX &&
                         rename(temporary, kept) == 0;
    return error_set(error, "cannot rename %s to %s: %s", has_kept_name ? kept : temporary,
                     file->path, strerror(code));
}

bool atomic_file_write(const char *path, const void *bytes, size_t size, Error *error) {
    Replacement file = {.path = path};
    if (!resolve_target(&file, error) || !create_temporary(&file, error))
        return false;
    bool is_written = fill_temporary(&file, bytes, size);
    if (!is_written) {
        write_error(&file, error);
        unlink(file.temporary.path);
    }
    is_written = is_written && rename_temporary(&file, error);
    temporary_file_close(&file.temporary);
    return is_written && (sync_directory(&file) || write_error(&file, error));
}

bool atomic_file_check(const char *path, Error *error) {
    Replacement file = {.path = path};
    char copy[PATH_MAX];
    if (!resolve_target(&file, error) || !create_temporary(&file, error))
        return false;
    unlink(file.temporary.path);
    close(file.temporary.fd);
    temporary_file_close(&file.temporary);
    temporary_file_sweep(directory_of(&file, copy));
    return true;
}

bool atomic_file_same_target(const char *path, const char *other) {
    Replacement file = {.path = path};
    Replacement other_file = {.path = other};
    Error ignored;
    return resolve_target(&file, &ignored) && resolve_target(&other_file, &ignored) &&
           strcmp(file.target, other_file.target) == 0;
}
