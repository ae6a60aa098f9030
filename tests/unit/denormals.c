#include "base/denormals.h"
#include "base/thread_pool.h"
#include "support/denormal_mode.h"
#include "support/test.h"

#include <float.h>

// Bits in float32: FLT_MIN is 2^-126, half of it is a denormal.
enum { FLT_MIN_BITS = 0x00800000, DENORMAL_BITS = 0x00400000 };

static float denormal(void) {
    const uint32_t bits = DENORMAL_BITS;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void skip_without_flushing(void **state) {
    (void)state;
    if (!denormal_mode_can_flush())
        skip_because("this processor cannot flush denormals");
}

TEST(denormal_results_and_operands_become_zero_until_the_mode_is_restored) {
    skip_without_flushing(state);
    uint64_t saved = denormals_set(true);
    uint32_t normal = denormal_mode_multiply(FLT_MIN, 1.0F);
    uint32_t flushed = denormal_mode_multiply(FLT_MIN, 0.5F);
    uint32_t product = denormal_mode_multiply(denormal(), 2.0F);
    denormals_restore(saved);
    assert_int_equal(normal, FLT_MIN_BITS);
    assert_int_equal(flushed, 0);
    assert_int_equal(product, 0);
    assert_int_equal(denormal_mode_multiply(FLT_MIN, 0.5F), DENORMAL_BITS);
    assert_int_equal(denormal_mode_multiply(denormal(), 2.0F), FLT_MIN_BITS);
}

TEST(denormals_are_kept_within_an_outer_flushing) {
    skip_without_flushing(state);
    uint64_t outer = denormals_set(true);
    uint64_t inner = denormals_set(false);
    uint32_t result = denormal_mode_multiply(FLT_MIN, 0.5F);
    uint32_t product = denormal_mode_multiply(denormal(), 2.0F);
    denormals_restore(inner);
    bool is_kept_within_outer = denormal_mode_keeps_results();
    denormals_restore(outer);
    assert_int_equal(result, DENORMAL_BITS);
    assert_int_equal(product, FLT_MIN_BITS);
    assert_false(is_kept_within_outer);
}

typedef struct {
    ThreadPool *pool;
    bool keeps[2];
} Threads;

static void flush_on_thread_1(void *context, size_t thread) {
    Threads *threads = context;
    uint64_t saved = thread == 1 ? denormals_set(true) : 0;
    thread_pool_barrier_wait(threads->pool);
    threads->keeps[thread] = denormal_mode_keeps_results();
    if (thread == 1)
        denormals_restore(saved);
}

TEST(only_the_calling_thread_flushes) {
    skip_without_flushing(state);
    Error error;
    Threads threads = {.pool = thread_pool_create(2, &error)};
    assert_non_null(threads.pool);
    thread_pool_run(threads.pool, flush_on_thread_1, &threads);
    thread_pool_destroy(threads.pool);
    assert_true(threads.keeps[0]);
    assert_false(threads.keeps[1]);
}
