#include "base/cpu.h"
#include "base/thread_pool.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { MOST = 6, MEETINGS = 2000 };

typedef struct {
    ThreadPool *pool;
    size_t threads;
    int runs[MOST];
    size_t counts[MOST]; // not atomic: the meetings alone order reads behind writes
    atomic_size_t wrong;
} Record;

static void note_run(void *context, size_t thread) {
    Record *r = context;
    r->runs[thread]++;
}

static Record begin(size_t threads) {
    Error error;
    Record r = {.pool = thread_pool_create(threads, &error), .threads = threads};
    assert_non_null(r.pool);
    assert_int_equal(thread_pool_size(r.pool), threads);
    return r;
}

static void every_thread_does_the_work_once_a_run(void **state) {
    (void)state;
    for (size_t threads = 1; threads <= MOST; threads++) {
        Record r = begin(threads);
        for (int run = 1; run <= 50; run++) {
            thread_pool_run(r.pool, note_run, &r);
            for (size_t i = 0; i < MOST; i++)
                assert_int_equal(r.runs[i], i < threads ? run : 0);
        }
        thread_pool_destroy(r.pool);
    }
}

// After each meeting every thread sees every other's count of that round.
static void count_and_look(void *context, size_t thread) {
    Record *r = context;
    for (size_t round = 1; round <= MEETINGS; round++) {
        r->counts[thread] = round;
        thread_pool_barrier_wait(r->pool);
        for (size_t i = 0; i < r->threads; i++) {
            if (r->counts[i] != round)
                atomic_fetch_add(&r->wrong, 1);
        }
        thread_pool_barrier_wait(r->pool);
    }
}

static void none_goes_on_before_all_have_come(void **state) {
    (void)state;
    for (size_t threads = 1; threads <= MOST; threads++) {
        Record r = begin(threads);
        thread_pool_run(r.pool, count_and_look, &r);
        thread_pool_run(r.pool, count_and_look, &r);
        assert_int_equal(atomic_load(&r.wrong), 0);
        thread_pool_destroy(r.pool);
    }
}

static void a_team_that_never_worked_ends(void **state) {
    (void)state;
    for (int i = 0; i < 100; i++) {
        Record r = begin(1 + (size_t)i % MOST);
        thread_pool_destroy(r.pool);
    }
    thread_pool_destroy(NULL);
}

static void more_threads_than_can_be_are_an_error(void **state) {
    (void)state;
    Error error;
    assert_null(thread_pool_create(SIZE_MAX / 2, &error));
    assert_non_null(strstr(error.text, "memory"));
}

static void there_is_at_least_one_processor(void **state) {
    (void)state;
    assert_in_range(cpu_count(), 1, 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_thread_does_the_work_once_a_run),
        cmocka_unit_test(none_goes_on_before_all_have_come),
        cmocka_unit_test(a_team_that_never_worked_ends),
        cmocka_unit_test(more_threads_than_can_be_are_an_error),
        cmocka_unit_test(there_is_at_least_one_processor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
