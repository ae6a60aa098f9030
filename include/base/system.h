// The clock, the processors and the threads of the system.
#ifndef MNIST_TRAIN_BASE_SYSTEM_H
#define MNIST_TRAIN_BASE_SYSTEM_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

// The monotonic clock. Its origin is arbitrary: only differences have a meaning.
double clock_seconds(void);
int64_t clock_nanoseconds(void);

// Returns the number of processors that the calling thread may use (its affinity mask on Linux,
// else the processors online), at least 1.
size_t cpu_count(void);

// As pthread_create, with a stack of THREAD_STACK_BYTES: the default is the limit of the main
// thread's stack (ulimit -s), which can be too small or far too large. Returns 0 or an error code.
enum { THREAD_STACK_BYTES = 1 << 20 };
int thread_start(pthread_t *thread, void *(*run)(void *), void *context);

#endif
