// Thread pool whose threads run one function together, with a barrier between its phases.
#ifndef MNIST_TRAIN_BASE_THREAD_POOL_H
#define MNIST_TRAIN_BASE_THREAD_POOL_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ThreadPool ThreadPool;

// `thread` is 0 on the calling thread, 1 ... threads - 1 on the others.
typedef void WorkerFn(void *context, size_t thread);

// Starts a pool of `threads` (at least 1), the calling thread included. The caller destroys it.
// Returns NULL and sets *error if memory or threads are short.
ThreadPool *thread_pool_create(size_t threads, Error *error);

void thread_pool_destroy(ThreadPool *pool); // NULL is allowed

size_t thread_pool_size(const ThreadPool *pool);

// Calls `work` on every thread and returns when all calls have returned.
void thread_pool_run(ThreadPool *pool, WorkerFn *work, void *context);

// Barrier, for use within `work`: no thread returns until all have called it; earlier writes are
// then visible to all. Waiters spin for 50 us and then block, or block at once if the pool has more
// threads than processors. Returns the nanoseconds between the first and the last call: the same to
// all threads.
int64_t thread_pool_barrier_wait(ThreadPool *pool);

#endif
