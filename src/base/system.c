#if defined(__linux__)
#define _GNU_SOURCE // sched_getaffinity
#endif
#define _DARWIN_C_SOURCE // _SC_NPROCESSORS_ONLN
#include "base/system.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

int64_t clock_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double clock_seconds(void) {
    return 1e-9 * (double)clock_nanoseconds();
}

size_t cpu_count(void) {
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (size_t)CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

int thread_start(pthread_t *thread, void *(*run)(void *), void *context) {
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0)
        return code;
    code = pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
    if (code == 0)
        code = pthread_create(thread, &attributes, run, context);
    pthread_attr_destroy(&attributes);
    return code;
}
