#include "base/denormals.h"

#include <float.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static float multiply(volatile float a, volatile float b) {
    return a * b;
}

#if defined(__SSE__) || defined(__aarch64__)
static const bool can_flush = true;
#else
static const bool can_flush = false;
#endif

static void they_are_zero_until_the_former_way_is_restored(void **state) {
    (void)state;
    if (!can_flush)
        skip();
    assert_true(multiply(FLT_MIN, 0.5F) > 0.0F);
    volatile float subnormal = multiply(FLT_MIN, 0.5F);
    uint64_t former = denormals_flush_to_zero();
    assert_true(multiply(FLT_MIN, 0.5F) == 0.0F);
    assert_true(multiply(subnormal, 2.0F) == 0.0F);
    assert_true(multiply(FLT_MIN, 1.0F) == FLT_MIN);
    denormals_restore(former);
    assert_true(multiply(FLT_MIN, 0.5F) > 0.0F);
    assert_true(multiply(subnormal, 2.0F) == FLT_MIN);
}

static void flushing_twice_restores_in_the_order_of_brackets(void **state) {
    (void)state;
    if (!can_flush)
        skip();
    uint64_t outer = denormals_flush_to_zero();
    uint64_t inner = denormals_flush_to_zero();
    denormals_restore(inner);
    assert_true(multiply(FLT_MIN, 0.5F) == 0.0F);
    denormals_restore(outer);
    assert_true(multiply(FLT_MIN, 0.5F) > 0.0F);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_zero_until_the_former_way_is_restored),
        cmocka_unit_test(flushing_twice_restores_in_the_order_of_brackets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
