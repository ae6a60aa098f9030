// Threads that do a piece of work together: each its share, with meetings where all wait for all.
// Who waits spins for some microseconds and then sleeps, so that a busy machine loses little.
#ifndef MNIST_TRAIN_BASE_THREAD_POOL_H
#define MNIST_TRAIN_BASE_THREAD_POOL_H

#include "base/error.h"

#include <stddef.h>

typedef struct ThreadPool ThreadPool;

typedef void WorkerFn(void *context, size_t thread);

// A pool of `threads`, of which the caller's is number 0. To be destroyed by the caller; or NULL
// and the error: memory or threads are short.
ThreadPool *thread_pool_create(size_t threads, Error *error);
void thread_pool_destroy(ThreadPool *pool); // NULL is allowed

size_t thread_pool_size(const ThreadPool *pool);

// All threads do the work, the caller's among them; returns when all are done.
void thread_pool_run(ThreadPool *pool, WorkerFn *work, void *context);

// Within the work, to be called equally often by all threads: none goes on before all have come.
// What one wrote before, the others read behind it.
void thread_pool_barrier_wait(ThreadPool *pool);

#endif
