#if defined(__linux__)
#define _GNU_SOURCE // sched_getaffinity
#endif
#define _DARWIN_C_SOURCE // _SC_NPROCESSORS_ONLN
#include "base/cpu.h"

#include <sched.h>
#include <unistd.h>

size_t cpu_count(void) {
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (size_t)CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}
