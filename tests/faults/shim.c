// Preloaded library that makes the n-th call of one kind fail, or that call and all later ones.
//
// - FAULT_CALL: write, short_write, read, fsync, rename, open, close, malloc, pthread_create, mmap
// - FAULT_AT: n; 0: no call fails
// - FAULT_REPEAT: not empty: all later calls fail too
// - FAULT_COUNT: a file, which gets the number of calls at the end
// - FAULT_SKIP: part of a library's path, "openblas": its calls neither count nor fail
//
// Only calls from the program and its libraries are seen, not those that the C library makes of its
// own functions. stdout is therefore replaced by a stream that calls write as a program does. For
// glibc.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// glibc's allocation functions.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static bool is_active;
static const char *call;
static const char *skipped;
static uintptr_t skip_begin, skip_end;
static unsigned long fail_at;
static bool repeats;
static atomic_ulong calls;

static int find_skipped(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size, (void)context;
    if (!strstr(object->dlpi_name, skipped))
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD)
            continue;
        uintptr_t begin = object->dlpi_addr + segment->p_vaddr;
        if (skip_end == 0 || begin < skip_begin)
            skip_begin = begin;
        if (begin + segment->p_memsz > skip_end)
            skip_end = begin + segment->p_memsz;
    }
    return 1;
}

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
    const char *at = getenv("FAULT_AT");
    const char *repeat = getenv("FAULT_REPEAT");
    call = getenv("FAULT_CALL");
    skipped = getenv("FAULT_SKIP");
    fail_at = at ? strtoul(at, NULL, 10) : 0;
    repeats = repeat && *repeat;
    if (skipped && *skipped)
        dl_iterate_phdr(find_skipped, NULL);
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_stdout});
    if (stream)
        stdout = stream;
    is_active = call != NULL;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNT");
    char text[32];
    is_active = false;
    if (!path)
        return;
    int length = snprintf(text, sizeof text, "%lu\n", atomic_load(&calls));
    long file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)syscall(SYS_write, file, text, length);
    (void)syscall(SYS_close, file);
}

static bool fails(const char *name, void *return_address, int error) {
    uintptr_t caller = (uintptr_t)return_address;
    if (!is_active || strcmp(name, call) != 0 || (caller >= skip_begin && caller < skip_end))
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

ssize_t write(int file, const void *bytes, size_t size) {
    if (FAILS("write", ENOSPC))
        return -1;
    if (size > 1 && FAILS("short_write", 0))
        size /= 2;
    return syscall(SYS_write, file, bytes, size);
}

ssize_t read(int file, void *bytes, size_t size) {
    return FAILS("read", EIO) ? -1 : syscall(SYS_read, file, bytes, size);
}

int fsync(int file) {
    return FAILS("fsync", EIO) ? -1 : (int)syscall(SYS_fsync, file);
}

int rename(const char *old, const char *new) {
    return FAILS("rename", EACCES) ? -1 : NEXT(rename)(old, new);
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (FAILS("open", EMFILE))
        return -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (FAILS("open", EMFILE))
        return -1;
    return (int)syscall(SYS_openat, directory, path, flags, mode);
}

DIR *opendir(const char *path) {
    return FAILS("open", EMFILE) ? NULL : NEXT(opendir)(path);
}

FILE *fopen(const char *path, const char *mode) {
    return FAILS("open", EMFILE) ? NULL : NEXT(fopen)(path, mode);
}

int dup(int file) {
    return FAILS("open", EMFILE) ? -1 : (int)syscall(SYS_dup, file);
}

int mkstemp(char *path) {
    return FAILS("open", EMFILE) ? -1 : NEXT(mkstemp)(path);
}

int mkostemp(char *path, int flags) {
    return FAILS("open", EMFILE) ? -1 : NEXT(mkostemp)(path, flags);
}

// As Linux does, closes the file even if it reports an error.
int close(int file) {
    bool is_failing = FAILS("close", EIO);
    int result = (int)syscall(SYS_close, file);
    if (!is_failing)
        return result;
    errno = EIO;
    return -1;
}

void *malloc(size_t size) {
    return FAILS("malloc", ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return FAILS("malloc", ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return FAILS("malloc", ENOMEM) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return FAILS("malloc", ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (FAILS("malloc", ENOMEM))
        return ENOMEM;
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                   void *context) {
    if (FAILS("pthread_create", EAGAIN))
        return EAGAIN;
    return NEXT(pthread_create)(thread, attributes, work, context);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
    if (FAILS("mmap", ENOMEM))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}
