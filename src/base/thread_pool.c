#include "base/thread_pool.h"

#include "base/error.h"
#include "base/system.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// The threads of a training step wait for each other for less time than this. A time slice is far
// longer.
static const int64_t spin_nanoseconds = 50000;

typedef struct {
    ThreadPool *pool;
    size_t thread;
    pthread_t handle;
} Worker;

struct ThreadPool {
    size_t threads;
    bool spins;     // every thread has a processor of its own
    size_t started; // workers that run, without the calling thread
    WorkerFn *work; // NULL: the workers exit
    void *context;
    pthread_mutex_t mutex; // of `released`
    pthread_cond_t released;
    int64_t waited; // in the last barrier
    // Separate cache lines, so that polling `generation` does not slow down threads that arrive.
    alignas(CACHE_LINE) atomic_size_t arrived;
    _Atomic int64_t first_arrival;                // at this barrier; 0: none yet
    alignas(CACHE_LINE) atomic_size_t generation; // completed barriers
    alignas(CACHE_LINE) atomic_size_t waiters;    // threads that block on `released`
    Worker workers[];                             // (threads - 1)
};

static bool is_over(ThreadPool *pool, size_t generation) {
    return atomic_load_explicit(&pool->generation, memory_order_acquire) != generation;
}

// Returns whether the barrier completed within spin_nanoseconds.
static bool spin(ThreadPool *pool, size_t generation) {
    int64_t start = clock_nanoseconds();
    do {
        if (is_over(pool, generation))
            return true;
    } while (clock_nanoseconds() - start < spin_nanoseconds);
    return false;
}

// A waiter increments `waiters` before it reads `generation`; the last thread to arrive increments
// `generation` before it reads `waiters`. One of the two always sees the other's increment.
static void block(ThreadPool *pool, size_t generation) {
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->waiters, 1);
    while (atomic_load(&pool->generation) == generation)
        pthread_cond_wait(&pool->released, &pool->mutex);
    atomic_fetch_sub(&pool->waiters, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void release(ThreadPool *pool, size_t generation) {
    pool->waited = clock_nanoseconds() - pool->first_arrival;
    atomic_store_explicit(&pool->first_arrival, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->arrived, 0, memory_order_relaxed);
    atomic_store(&pool->generation, generation + 1);
    if (atomic_load(&pool->waiters) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->released);
        pthread_mutex_unlock(&pool->mutex);
    }
}

int64_t thread_pool_barrier_wait(ThreadPool *pool) {
    if (pool->threads == 1)
        return 0;
    size_t generation = atomic_load_explicit(&pool->generation, memory_order_relaxed);
    int64_t none = 0;
    atomic_compare_exchange_strong(&pool->first_arrival, &none, clock_nanoseconds());
    if (atomic_fetch_add(&pool->arrived, 1) + 1 == pool->threads)
        release(pool, generation);
    else if (!pool->spins || !spin(pool, generation))
        block(pool, generation);
    return pool->waited; // the next barrier's is written when all threads have read it
}

static void *worker_main(void *argument) {
    const Worker *worker = argument;
    ThreadPool *pool = worker->pool;
    // thread_pool_create holds the mutex until pool->threads is final.
    pthread_mutex_lock(&pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    for (;;) {
        thread_pool_barrier_wait(pool);
        if (!pool->work)
            return NULL;
        pool->work(pool->context, worker->thread);
        thread_pool_barrier_wait(pool);
    }
}

void thread_pool_run(ThreadPool *pool, WorkerFn *work, void *context) {
    pool->work = work;
    pool->context = context;
    thread_pool_barrier_wait(pool);
    work(context, 0);
    thread_pool_barrier_wait(pool);
}

ThreadPool *thread_pool_create(size_t threads, Error *error) {
    size_t size = sizeof(ThreadPool) + threads * sizeof(Worker);
    ThreadPool *pool = memory_alloc_aligned(1, size, "thread pool", error);
    int code = 0;
    if (!pool)
        return NULL;
    pool->spins = threads <= cpu_count();
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->released, NULL);
    pthread_mutex_lock(&pool->mutex);
    while (code == 0 && pool->started + 1 < threads) {
        Worker *worker = &pool->workers[pool->started];
        *worker = (Worker){.pool = pool, .thread = pool->started + 1};
        code = thread_start(&worker->handle, worker_main, worker);
        pool->started += code == 0;
    }
    pool->threads = pool->started + 1;
    pthread_mutex_unlock(&pool->mutex);
    if (code == 0)
        return pool;
    error_set(error, "cannot start thread %zu of %zu: %s", pool->started + 2, threads,
              strerror(code));
    thread_pool_destroy(pool);
    return NULL;
}

void thread_pool_destroy(ThreadPool *pool) {
    if (!pool)
        return;
    pool->work = NULL;
    thread_pool_barrier_wait(pool);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].handle, NULL);
    pthread_cond_destroy(&pool->released);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

size_t thread_pool_size(const ThreadPool *pool) {
    return pool->threads;
}
