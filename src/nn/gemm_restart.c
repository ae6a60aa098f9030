#define _GNU_SOURCE // MAP_ANONYMOUS, syscall
#include "nn/gemm_restart.h"

#ifdef GEMM_HAS_RESTART

#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// NULL if the BLAS library is not OpenBLAS.
__attribute__((weak)) void openblas_set_num_threads(int threads);

static char variable[] = "OPENBLAS_NUM_THREADS=1";
enum { NAME_LENGTH = sizeof "OPENBLAS_NUM_THREADS=" - 1 };

static int is_variable(const char *entry) {
    return strncmp(entry, variable, NAME_LENGTH) == 0;
}

// Malloc is not yet usable everywhere, and the stack may be small.
static char **copy_environment(char **environment) {
    size_t count = 0;
    while (environment[count])
        count++;
    char **copy = mmap(NULL, (count + 2) * sizeof *copy, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED)
        return NULL;
    size_t used = 0;
    copy[used++] = variable;
    for (size_t i = 0; i < count; i++) {
        if (!is_variable(environment[i]))
            copy[used++] = environment[i];
    }
    return copy;
}

// A script that names this program as its interpreter adds its arguments at each execution.
static bool is_script(const char *path) {
    char start[2] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    ssize_t length = read(file, start, sizeof start);
    close(file);
    return length == 2 && start[0] == '#' && start[1] == '!';
}

// Without the C library's execve: a preloaded library that replaces it is not initialised yet.
static void execute(const char *path, char **arguments, char **environment) {
    syscall(SYS_execve, path, arguments, environment);
}

bool gemm_can_construct(void) {
    void *memory = mmap(NULL, GEMM_CONSTRUCTOR_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED && munmap(memory, GEMM_CONSTRUCTOR_BYTES) == 0;
}

void gemm_restart_with_one_thread(int argument_count, char **arguments, char **environment) {
    (void)argument_count;
    // The caller of a setuid program could replace the file at the path between two executions.
    if (getauxval(AT_SECURE) != 0)
        return;
    // Without a dynamic loader of its own, the program was started by a loader on the command line,
    // or is static.
    if (!openblas_set_num_threads || getauxval(AT_BASE) == 0)
        return;
    for (char **entry = environment; *entry; entry++) {
        if (!is_variable(*entry))
            continue;
        if (strcmp(*entry, variable) == 0)
            return;
        break;
    }
    char **changed = copy_environment(environment);
    if (!changed)
        return;
    // The name that the program was executed by: with /proc/self/exe, ps would show "exe".
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel passes addresses as integers
    const char *path = (const char *)getauxval(AT_EXECFN);
    if (path && !is_script(path))
        execute(path, arguments, changed);
    execute("/proc/self/exe", arguments, changed);
}

#else

bool gemm_can_construct(void) {
    return true;
}

void gemm_restart_with_one_thread(int argument_count, char **arguments, char **environment) {
    (void)argument_count;
    (void)arguments;
    (void)environment;
}

#endif
