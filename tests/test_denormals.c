#include "base/denormals.h"
#include "base/thread_pool.h"
#include "support/denormal_mode.h"

#include <float.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Compares the bits: a comparison of floats would take a flushed denormal for zero.
static void check_product(float a, float b, uint32_t expected_bits) {
    union {
        float value;
        uint32_t bits;
    } product = {.value = denormal_mode_multiply(a, b)};
    assert_int_equal(product.bits, expected_bits);
}

// float32: FLT_MIN is 2^-126 with the bits 0x00800000; half of it is the denormal 0x00400000.
enum { FLT_MIN_BITS = 0x00800000, HALF_BITS = 0x00400000 };

static float denormal(void) {
    union {
        uint32_t bits;
        float value;
    } half = {.bits = HALF_BITS};
    return half.value;
}

static void skip_without_flushing(void **state) {
    (void)state;
    if (!denormal_mode_can_flush())
        skip();
}

static void denormal_results_become_zero(void **state) {
    skip_without_flushing(state);
    check_product(FLT_MIN, 0.5F, HALF_BITS);
    uint64_t saved = denormals_flush_to_zero();
    bool normal_is_kept = denormal_mode_multiply(FLT_MIN, 1.0F) >= FLT_MIN;
    bool denormal_is_kept = denormal_mode_keeps_results();
    denormals_restore(saved);
    assert_true(normal_is_kept);
    assert_false(denormal_is_kept);
}

static void denormal_operands_count_as_zero(void **state) {
    skip_without_flushing(state);
    check_product(denormal(), 2.0F, FLT_MIN_BITS);
    uint64_t saved = denormals_flush_to_zero();
    float product = denormal_mode_multiply(denormal(), 2.0F);
    denormals_restore(saved);
    assert_float_equal(product, 0.0F, 0.0F);
}

static void the_saved_mode_is_restored(void **state) {
    skip_without_flushing(state);
    uint64_t saved = denormals_flush_to_zero();
    denormals_restore(saved);
    check_product(FLT_MIN, 0.5F, HALF_BITS);
    check_product(denormal(), 2.0F, FLT_MIN_BITS);
}

static void an_inner_restore_keeps_the_outer_flushing(void **state) {
    skip_without_flushing(state);
    uint64_t outer = denormals_flush_to_zero();
    uint64_t inner = denormals_flush_to_zero();
    denormals_restore(inner);
    bool is_kept_within_outer = denormal_mode_keeps_results();
    denormals_restore(outer);
    assert_false(is_kept_within_outer);
    assert_true(denormal_mode_keeps_results());
}

typedef struct {
    ThreadPool *pool;
    bool keeps[2];
} Threads;

static void flush_on_thread_1(void *context, size_t thread) {
    Threads *threads = context;
    uint64_t saved = thread == 1 ? denormals_flush_to_zero() : 0;
    thread_pool_barrier_wait(threads->pool);
    threads->keeps[thread] = denormal_mode_keeps_results();
    if (thread == 1)
        denormals_restore(saved);
}

static void only_the_calling_thread_flushes(void **state) {
    skip_without_flushing(state);
    Error error;
    Threads threads = {.pool = thread_pool_create(2, &error)};
    assert_non_null(threads.pool);
    thread_pool_run(threads.pool, flush_on_thread_1, &threads);
    thread_pool_destroy(threads.pool);
    assert_true(threads.keeps[0]);
    assert_false(threads.keeps[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(denormal_results_become_zero),
        cmocka_unit_test(denormal_operands_count_as_zero),
        cmocka_unit_test(the_saved_mode_is_restored),
        cmocka_unit_test(an_inner_restore_keeps_the_outer_flushing),
        cmocka_unit_test(only_the_calling_thread_flushes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
