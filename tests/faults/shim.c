// Preloaded library that makes the n-th call of one kind fail, or that call and all later ones.
//
// - FAULT_CALL: write, short_write, read, fsync, rename, open, close, malloc, pthread_create
// - FAULT_AT: n; 0: no call fails
// - FAULT_REPEAT: not empty: all later calls fail too
// - FAULT_COUNT: a file, which gets the number of calls at the end
//
// Calls from the BLAS library neither count nor fail. Those that the C library makes of its own
// functions are not seen. stdout is therefore replaced by a stream that calls write as a program
// does. For glibc.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// glibc's allocation functions.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static const char *call; // NULL: not yet or no longer active
static unsigned long fail_at;
static bool repeats;
static atomic_ulong calls;

// Continues after a short write, as glibc does.
static ssize_t write_stdout(void *cookie, const char *bytes, size_t size) {
    size_t done = 0;
    (void)cookie;
    while (done < size) {
        ssize_t written = write(STDOUT_FILENO, bytes + done, size - done);
        if (written < 0)
            break;
        done += (size_t)written;
    }
    return (ssize_t)done;
}

__attribute__((constructor)) static void begin(void) {
    fail_at = strtoul(getenv("FAULT_AT"), NULL, 10);
    repeats = *getenv("FAULT_REPEAT");
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_stdout});
    if (stream)
        stdout = stream;
    call = getenv("FAULT_CALL");
}

__attribute__((destructor)) static void end(void) {
    char text[32];
    call = NULL;
    int length = snprintf(text, sizeof text, "%lu\n", atomic_load(&calls));
    long file =
        syscall(SYS_openat, AT_FDCWD, getenv("FAULT_COUNT"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)syscall(SYS_write, file, text, length);
}

static bool fails(const char *name, void *caller, int error) {
    Dl_info object;
    if (!call || strcmp(name, call) != 0 ||
        (dladdr(caller, &object) && strstr(object.dli_fname, "blas")))
        return false;
    unsigned long number = atomic_fetch_add(&calls, 1) + 1;
    if (fail_at == 0 || number < fail_at || (number > fail_at && !repeats))
        return false;
    errno = error;
    return true;
}

#define FAILS(name, error) fails(name, __builtin_return_address(0), error)
// The function that this one hides.
#define NEXT(function) (__extension__(__typeof__(&(function))) dlsym(RTLD_NEXT, #function))
// Defines a function that returns `failure` if the call fails.
#define REPLACE(type, function, parameters, name, error, failure, next)                            \
    type function parameters {                                                                     \
        return FAILS(name, error) ? (failure) : (next);                                            \
    }

REPLACE(ssize_t, read, (int file, void *bytes, size_t size), "read", EIO, -1,
        syscall(SYS_read, file, bytes, size))
REPLACE(int, fsync, (int file), "fsync", EIO, -1, NEXT(fsync)(file))
REPLACE(int, rename, (const char *old, const char *new), "rename", EACCES, -1,
        NEXT(rename)(old, new))
REPLACE(DIR *, opendir, (const char *path), "open", EMFILE, NULL, NEXT(opendir)(path))
REPLACE(FILE *, fopen, (const char *path, const char *mode), "open", EMFILE, NULL,
        NEXT(fopen)(path, mode))
REPLACE(int, dup, (int file), "open", EMFILE, -1, NEXT(dup)(file))
REPLACE(void *, malloc, (size_t size), "malloc", ENOMEM, NULL, __libc_malloc(size))
REPLACE(void *, calloc, (size_t count, size_t size), "malloc", ENOMEM, NULL,
        __libc_calloc(count, size))
REPLACE(void *, realloc, (void *old, size_t size), "malloc", ENOMEM, NULL,
        __libc_realloc(old, size))
REPLACE(void *, aligned_alloc, (size_t alignment, size_t size), "malloc", ENOMEM, NULL,
        __libc_memalign(alignment, size))
REPLACE(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t *attributes, void *(*work)(void *),
         void *context),
        "pthread_create", EAGAIN, EAGAIN, NEXT(pthread_create)(thread, attributes, work, context))
ssize_t write(int file, const void *bytes, size_t size) {
    if (FAILS("write", ENOSPC))
        return -1;
    if (size > 1 && FAILS("short_write", 0))
        size /= 2;
    return syscall(SYS_write, file, bytes, size);
}

// The body of open and openat: the mode follows the flags if a file may be created.
#define OPEN(directory)                                                                            \
    va_list arguments;                                                                             \
    va_start(arguments, flags);                                                                    \
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;                                 \
    va_end(arguments);                                                                             \
    return FAILS("open", EMFILE) ? -1 : (int)syscall(SYS_openat, directory, path, flags, mode)

int open(const char *path, int flags, ...) {
    OPEN(AT_FDCWD);
}

int openat(int directory, const char *path, int flags, ...) {
    OPEN(directory);
}

// As Linux does, closes the file even if it reports an error.
int close(int file) {
    bool is_failing = FAILS("close", EIO);
    int result = (int)syscall(SYS_close, file);
    errno = is_failing ? EIO : errno;
    return is_failing ? -1 : result;
}
