// Threads whose stack has a fixed size.
#ifndef MNIST_TRAIN_BASE_THREAD_H
#define MNIST_TRAIN_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

// As pthread_create, with a stack of THREAD_STACK_BYTES: the default is the limit of the main
// thread's stack (ulimit -s), which can be too small or far too large. Returns 0 or an error code.
enum { THREAD_STACK_BYTES = 1 << 20 };
int thread_start(pthread_t *thread, void *(*run)(void *), void *context);

// Returns whether the main thread's stack may grow to THREAD_STACK_BYTES.
bool thread_main_stack_suffices(void);

#endif
