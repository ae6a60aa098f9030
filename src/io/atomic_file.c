#define _XOPEN_SOURCE 700 // realpath
#include "io/atomic_file.h"

#include "io/gzip_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A new file beside the one that it shall replace.
typedef struct {
    const char *path;       // as the user calls it
    char target[PATH_MAX];  // what is replaced
    char pending[PATH_MAX]; // the new file
    int descriptor;
} NewFile;

static bool fail(const NewFile *file, Error *error) {
    return error_set(error, "%s: expected to write it, found: %s", file->path, strerror(errno));
}

int atomic_file_stdio_fd(const char *path) {
    const int outputs[] = {STDOUT_FILENO, STDERR_FILENO};
    struct stat file, output;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        if (stat(path, &file) == 0 && fstat(outputs[i], &output) == 0 &&
            file.st_dev == output.st_dev && file.st_ino == output.st_ino)
            return outputs[i];
    }
    return -1;
}

// A file that is not there yet, in a folder that is.
static bool find_new_target(NewFile *file) {
    char copy[PATH_MAX], folder[PATH_MAX];
    const char *slash = strrchr(file->path, '/');
    errno = ENAMETOOLONG;
    if (snprintf(copy, sizeof copy, "%s", file->path) >= PATH_MAX ||
        !realpath(dirname(copy), folder))
        return false;
    errno = ENAMETOOLONG;
    return snprintf(file->target, sizeof file->target, "%s/%s",
                    strcmp(folder, "/") == 0 ? "" : folder,
                    slash ? slash + 1 : file->path) < PATH_MAX;
}

// In a folder like /tmp only the owner of a file, or of the folder, may replace it.
static bool check_sticky(const NewFile *file, const struct stat *old, Error *error) {
    char copy[PATH_MAX];
    struct stat folder;
    memcpy(copy, file->target, sizeof copy);
    if (!old || geteuid() == 0 || stat(dirname(copy), &folder) != 0 ||
        !(folder.st_mode & S_ISVTX) || old->st_uid == geteuid() || folder.st_uid == geteuid())
        return true;
    errno = EPERM;
    return fail(file, error);
}

// Follows a symbolic link; refuses what is there and no file, which a rename would replace.
static bool find_target(NewFile *file, Error *error) {
    struct stat status;
    bool is_there = stat(file->path, &status) == 0;
    if (!is_there && (errno != ENOENT || !*file->path))
        return fail(file, error);
    if (!is_there && lstat(file->path, &status) == 0)
        return error_set(error, "%s: expected a file or nothing there, found a link to nothing",
                         file->path);
    if (is_there && !S_ISREG(status.st_mode))
        return error_set(error, "%s: expected a file or nothing there, found %s", file->path,
                         S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe");
    if (is_there && atomic_file_stdio_fd(file->path) >= 0)
        return error_set(error, "%s: expected a file of its own, found what stdout or stderr go to",
                         file->path);
    if (is_there ? !realpath(file->path, file->target) : !find_new_target(file))
        return fail(file, error);
    if (is_there && access(file->target, W_OK) != 0)
        return fail(file, error); // whoever protects a file from writing means it
    return check_sticky(file, is_there ? &status : NULL, error);
}

static bool open_pending(NewFile *file, Error *error) {
    int length =
        snprintf(file->pending, sizeof file->pending, "%s.%ld.new", file->target, (long)getpid());
    errno = ENAMETOOLONG;
    if (length < 0 || (size_t)length >= sizeof file->pending)
        return fail(file, error);
    unlink(file->pending); // of a process of the same number that was killed
    file->descriptor = open(file->pending, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->descriptor < 0)
        return fail(file, error);
    struct stat old;
    if (stat(file->target, &old) == 0)
        (void)fchmod(file->descriptor, old.st_mode & 0777); // as far as one may
    return true;
}

static bool write_all(int descriptor, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size < SSIZE_MAX ? size : SSIZE_MAX);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

// The rename is kept only when the folder is. Some file systems can't sync folders; then nobody
// can.
static bool sync_folder(const NewFile *file) {
    char copy[PATH_MAX];
    memcpy(copy, file->target, sizeof copy);
    int folder = open(dirname(copy), O_RDONLY | O_CLOEXEC);
    if (folder < 0)
        return errno == EACCES; // one may write in it, but not read
    bool synced = fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP;
    close(folder);
    return synced;
}

bool atomic_file_write(const char *path, const void *bytes, size_t size, Error *error) {
    NewFile file = {.path = path};
    if (!find_target(&file, error) || !open_pending(&file, error))
        return false;
    bool written = write_all(file.descriptor, bytes, size) && fsync(file.descriptor) == 0;
    int problem = errno;
    if (close(file.descriptor) != 0 && written) {
        written = false;
        problem = errno;
    }
    if (written && rename(file.pending, file.target) != 0)
        return error_set(error, "%s: expected to put %s in its place, found: %s", path,
                         file.pending, strerror(errno)); // which stays: it is whole
    if (!written) {
        unlink(file.pending);
        errno = problem;
        return fail(&file, error);
    }
    return sync_folder(&file) || fail(&file, error);
}

bool atomic_file_check(const char *path, Error *error) {
    NewFile file = {.path = path};
    if (!find_target(&file, error) || !open_pending(&file, error))
        return false;
    close(file.descriptor);
    unlink(file.pending);
    return true;
}

bool atomic_file_same_target(const char *path, const char *other) {
    NewFile file = {.path = path};
    NewFile other_file = {.path = other};
    Error ignored;
    return find_target(&file, &ignored) && find_target(&other_file, &ignored) &&
           strcmp(file.target, other_file.target) == 0;
}

bool gzip_reader_read_file(const char *path, size_t most, uint8_t **bytes, size_t *size,
                           Error *error) {
    GzipReader *source = gzip_reader_open(path, error);
    if (!source)
        return false;
    bool read = gzip_reader_read_all(source, most, bytes, size, error);
    gzip_reader_close(source);
    return read;
}
