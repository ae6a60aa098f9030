#include "base/thread_pool.h"

#include "base/cpu.h"

#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CACHE_LINE = 64 };

// Longer than threads of a training step wait for each other, far shorter than a turn that the
// system gives to another process.
static const long spin_nanoseconds = 50000;
static const long lost_turn_nanoseconds = 1000000;

typedef struct {
    ThreadPool *pool;
    size_t number;
    pthread_t handle;
} Member;

struct ThreadPool {
    size_t threads;
    bool spins;     // there is a processor for each
    size_t started; // of the threads beside the caller's
    Member *members;
    WorkerFn *work; // NULL: the pool is over
    void *context;
    pthread_mutex_t mutex; // for who sleeps
    pthread_cond_t over;
    // Each in a cache line of its own, or who spins would hold up who arrives.
    alignas(CACHE_LINE) atomic_size_t arrived;
    alignas(CACHE_LINE) atomic_size_t meetings; // that are over
    alignas(CACHE_LINE) atomic_size_t sleepers;
    atomic_size_t sleeps_until; // the meeting that one gives way at again
};

static long nanoseconds_since(const struct timespec *begun) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec - begun->tv_sec) * 1000000000L + (now.tv_nsec - begun->tv_nsec);
}

// Each thread has a processor: looks until the meeting is over or it has taken long.
static bool spin(ThreadPool *pool, size_t meeting) {
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    do {
        if (atomic_load_explicit(&pool->meetings, memory_order_acquire) != meeting)
            return true;
    } while (nanoseconds_since(&begun) < spin_nanoseconds);
    return false;
}

// Threads share processors: gives way to the others, which costs less than to sleep; but not where
// other processes take the turn, and keep it for milliseconds.
static bool give_way(ThreadPool *pool, size_t meeting) {
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    while (meeting >= atomic_load_explicit(&pool->sleeps_until, memory_order_relaxed)) {
        if (atomic_load_explicit(&pool->meetings, memory_order_acquire) != meeting)
            return true;
        sched_yield();
        if (nanoseconds_since(&begun) > lost_turn_nanoseconds)
            atomic_store_explicit(&pool->sleeps_until, meeting + 1000, memory_order_relaxed);
    }
    return false;
}

// A sleeper counts itself before it looks at the meetings, the last to arrive counts the meeting
// before it looks for sleepers: one of the two always sees the other.
static void sleep_until_over(ThreadPool *pool, size_t meeting) {
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(&pool->meetings) == meeting)
        pthread_cond_wait(&pool->over, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->mutex);
}

void thread_pool_barrier_wait(ThreadPool *pool) {
    if (pool->threads == 1)
        return;
    size_t meeting = atomic_load_explicit(&pool->meetings, memory_order_relaxed);
    if (atomic_fetch_add(&pool->arrived, 1) + 1 < pool->threads) {
        if (!(pool->spins ? spin(pool, meeting) : give_way(pool, meeting)))
            sleep_until_over(pool, meeting);
        return;
    }
    atomic_store_explicit(&pool->arrived, 0, memory_order_relaxed);
    atomic_store(&pool->meetings, meeting + 1);
    if (atomic_load(&pool->sleepers) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->over);
        pthread_mutex_unlock(&pool->mutex);
    }
}

static void *member_live(void *argument) {
    const Member *member = argument;
    ThreadPool *pool = member->pool;
    pthread_mutex_lock(&pool->mutex); // until it is known how many have come
    pthread_mutex_unlock(&pool->mutex);
    for (;;) {
        thread_pool_barrier_wait(pool);
        if (!pool->work)
            return NULL;
        pool->work(pool->context, member->number);
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

static bool start_members(ThreadPool *pool, Error *error) {
    for (size_t i = 0; i + 1 < pool->threads; i++) {
        Member *member = &pool->members[i];
        *member = (Member){.pool = pool, .number = i + 1};
        int problem = pthread_create(&member->handle, NULL, member_live, member);
        if (problem)
            return error_set(error, "thread pool: expected %zu threads, found: %s", pool->threads,
                             strerror(problem));
        pool->started++;
    }
    return true;
}

ThreadPool *thread_pool_create(size_t threads, Error *error) {
    ThreadPool *pool = aligned_alloc(CACHE_LINE, sizeof *pool);
    Member *members = calloc(threads, sizeof *members);
    if (!pool || !members) {
        free(pool);
        free(members);
        error_set(error, "thread pool: expected memory for %zu threads, found less", threads);
        return NULL;
    }
    memset(pool, 0, sizeof *pool);
    pool->threads = threads;
    pool->members = members;
    pool->spins = threads <= cpu_count();
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->over, NULL);
    pthread_mutex_lock(&pool->mutex);
    bool complete = start_members(pool, error);
    pool->threads = pool->started + 1;
    pthread_mutex_unlock(&pool->mutex);
    if (complete)
        return pool;
    thread_pool_destroy(pool);
    return NULL;
}

void thread_pool_destroy(ThreadPool *pool) {
    if (!pool)
        return;
    pool->work = NULL;
    thread_pool_barrier_wait(pool);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->members[i].handle, NULL);
    pthread_cond_destroy(&pool->over);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->members);
    free(pool);
}

size_t thread_pool_size(const ThreadPool *pool) {
    return pool->threads;
}
