#include "base/thread.h"

#include <sys/resource.h>

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

bool thread_main_stack_suffices(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
           limit.rlim_cur >= THREAD_STACK_BYTES;
}
