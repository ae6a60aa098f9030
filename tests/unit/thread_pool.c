#if defined(__linux__)
#define _GNU_SOURCE // sched_setaffinity
#endif
#include "base/thread_pool.h"
#include "base/system.h"
#include "support/test.h"

#include <sched.h>
#include <stdatomic.h>
#include <time.h>

enum { MAX_THREADS = 6, BARRIERS = 2000 };

typedef struct {
    ThreadPool *pool;
    size_t threads;
    int calls[MAX_THREADS];
    size_t rounds[MAX_THREADS]; // not atomic: the barrier alone orders reads after writes
    atomic_size_t wrong;
    double waited; // processor seconds of thread 0 within a barrier
} Fixture;

static Fixture create(size_t threads) {
    Error error = {{0}};
    Fixture f = {.pool = thread_pool_create(threads, &error), .threads = threads};
    if (!f.pool)
        fail_msg("%s", error.text);
    assert_int_equal(thread_pool_size(f.pool), threads);
    return f;
}

static void count_call(void *context, size_t thread) {
    Fixture *f = context;
    f->calls[thread]++;
}

TEST(every_thread_calls_the_function_once_per_run) {
    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        Fixture f = create(threads);
        for (int run = 1; run <= 50; run++) {
            thread_pool_run(f.pool, count_call, &f);
            for (size_t i = 0; i < MAX_THREADS; i++)
                assert_int_equal(f.calls[i], i < threads ? run : 0);
        }
        thread_pool_destroy(f.pool);
    }
}

// After each barrier every thread sees the round that every other thread has stored.
static void compare_rounds(void *context, size_t thread) {
    Fixture *f = context;
    for (size_t round = 1; round <= BARRIERS; round++) {
        f->rounds[thread] = round;
        thread_pool_barrier_wait(f->pool);
        for (size_t i = 0; i < f->threads; i++) {
            if (f->rounds[i] != round)
                atomic_fetch_add(&f->wrong, 1);
        }
        thread_pool_barrier_wait(f->pool);
    }
}

static void check_barriers(size_t threads) {
    Fixture f = create(threads);
    thread_pool_run(f.pool, compare_rounds, &f);
    thread_pool_run(f.pool, compare_rounds, &f);
    assert_int_equal(atomic_load(&f.wrong), 0);
    thread_pool_destroy(f.pool);
}

TEST(no_thread_passes_a_barrier_before_all_have_reached_it) {
    for (size_t threads = 1; threads <= MAX_THREADS; threads++)
        check_barriers(threads);
}

#if defined(__linux__)
// Restricts this thread, and those that it starts, to the processors of the set; returns the old
// set.
static cpu_set_t restrict_to(const cpu_set_t *set) {
    cpu_set_t old;
    assert_int_equal(sched_getaffinity(0, sizeof old, &old), 0);
    assert_int_equal(sched_setaffinity(0, sizeof *set, set), 0);
    return old;
}

static cpu_set_t restrict_to_one_processor(void) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    return restrict_to(&one);
}
#endif

TEST(threads_that_share_a_processor_wait_for_each_other_too) {
#if defined(__linux__)
    cpu_set_t old = restrict_to_one_processor();
    for (size_t threads = 2; threads <= MAX_THREADS; threads++)
        check_barriers(threads);
    restrict_to(&old);
#else
    skip_because("only Linux restricts threads to processors");
#endif
}

TEST(only_allowed_processors_are_counted) {
    assert_in_range(cpu_count(), 1, 100000);
#if defined(__linux__)
    cpu_set_t old = restrict_to_one_processor();
    size_t count = cpu_count();
    restrict_to(&old);
    assert_int_equal(count, 1);
    assert_int_equal(cpu_count(), CPU_COUNT(&old));
#endif
}

static double processor_seconds(void) {
    struct timespec time;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void arrive_late(void *context, size_t thread) {
    Fixture *f = context;
    if (thread > 0)
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    double start = processor_seconds();
    thread_pool_barrier_wait(f->pool);
    if (thread == 0)
        f->waited = processor_seconds() - start;
}

TEST(a_long_wait_takes_no_processor_time) {
    Fixture f = create(2);
    double start = clock_seconds();
    thread_pool_run(f.pool, arrive_late, &f);
    double elapsed = clock_seconds() - start;
    thread_pool_destroy(f.pool);
    if (elapsed < 0.3 || f.waited > 0.02)
        fail_msg("expected at most 0.02 s of processor time in a wait of 0.3 s, found %f of %f",
                 f.waited, elapsed);
}
