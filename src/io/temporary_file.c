// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
#define _DEFAULT_SOURCE  // flock
#define _DARWIN_C_SOURCE // flock, O_NOFOLLOW
#include "io/temporary_file.h"

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = ".mnist-train-";
enum { RANDOM_LETTERS = 12, ATTEMPTS = 100 };

// The names need not be secret, since O_EXCL rejects a file that exists; they must differ between
// processes that start at the same time.
static uint64_t random_bits(void) {
    uint64_t bits = 0;
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool is_read = fd >= 0 && read(fd, &bits, sizeof bits) == (ssize_t)sizeof bits;
    if (fd >= 0)
        close(fd);
    if (!is_read)
        bits = ((uint64_t)clock_nanoseconds() ^ (uint64_t)(uintptr_t)&bits << 24) *
                   6364136223846793005U +
               (uint64_t)getpid();
    return bits;
}

static void random_letters(char letters[RANDOM_LETTERS + 1]) {
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint64_t bits = random_bits();
    for (size_t i = 0; i < RANDOM_LETTERS; i++, bits >>= 5)
        letters[i] = alphabet[bits % 32];
    letters[RANDOM_LETTERS] = '\0';
}

static bool is_same_file(int fd, const char *path) {
    struct stat open_file, named;
    return fstat(fd, &open_file) == 0 && lstat(path, &named) == 0 &&
           open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

// Returns false if another process has swept the file between its creation and its lock, or has
// locked it, which another user may do for ever. A file system without locks is no error: no
// process sweeps it.
static bool lock(const TemporaryFile *file) {
    if (flock(file->lock_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return false;
    return is_same_file(file->fd, file->path);
}

bool temporary_file_create(const char *directory, mode_t mode, TemporaryFile *file) {
    for (int i = 0; i < ATTEMPTS; i++) {
        char letters[RANDOM_LETTERS + 1];
        random_letters(letters);
        int length = snprintf(file->path, sizeof file->path, "%s/%s%s",
                              strcmp(directory, "/") == 0 ? "" : directory, prefix, letters);
        errno = ENAMETOOLONG;
        if (length < 0 || (size_t)length >= sizeof file->path)
            return false;
        file->fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file->fd < 0 && errno == EEXIST)
            continue;
        if (file->fd < 0)
            return false;
        file->lock_fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
        if (file->lock_fd < 0) {
            int code = errno;
            close(file->fd);
            unlink(file->path);
            errno = code;
            return false;
        }
        if (lock(file))
            return true;
        unlink(file->path);
        close(file->fd);
        close(file->lock_fd);
    }
    errno = EEXIST;
    return false;
}

void temporary_file_close(TemporaryFile *file) {
    close(file->lock_fd);
    file->lock_fd = -1;
}

static bool is_temporary_name(const char *name) {
    return strncmp(name, prefix, sizeof prefix - 1) == 0 &&
           strlen(name) == sizeof prefix - 1 + RANDOM_LETTERS;
}

// A temporary file of root may have another owner: that of the file which it replaces.
static bool is_own(const struct stat *file) {
    return file->st_uid == geteuid() || geteuid() == 0;
}

// A file whose process is alive is locked. The name may belong to another file by the time of the
// lock.
static void remove_if_dead(int directory, const char *name) {
    struct stat open_file, named;
    int fd = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &open_file) == 0 && S_ISREG(open_file.st_mode) && is_own(&open_file) &&
        flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
        open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino)
        unlinkat(directory, name, 0);
    close(fd);
}

void temporary_file_sweep(const char *directory) {
    DIR *entries = opendir(directory);
    if (!entries)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (is_temporary_name(entry->d_name))
            remove_if_dead(dirfd(entries), entry->d_name);
    }
    closedir(entries);
}
