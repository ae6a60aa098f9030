#include "nn/adam_kernel.h"
#include "support/assert_near.h"
#include "support/reference_network.h"
#include "support/test_group.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNT = ADAM_ROW, STEPS = 3000 };

static const uint16_t first_row[1] = {0};
static const uint16_t no_row[1] = {ADAM_NO_ROW};

// Of many sizes and signs; some stay zero.
static float gradient_at(unsigned step, size_t i) {
    if (i % 8 == 0)
        return 0.0F;
    return (float)(sin(0.1 * (double)step * (double)i) * pow(10, -(double)(i % 8)));
}

// Both ways of the same step, against the formula in double precision.
static void check_formula(bool by_rows) {
    float parameters[COUNT], m[COUNT] = {0}, v[COUNT] = {0}, gradient[COUNT];
    double expected[COUNT], first[COUNT] = {0}, second[COUNT] = {0}, wide[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        parameters[i] = ((float)i - 11) / 8;
        expected[i] = (double)parameters[i];
    }
    for (unsigned step = 1; step <= STEPS; step++) {
        const AdamScales numbers = adam_kernel_scales(0.001, step);
        for (size_t i = 0; i < COUNT; i++) {
            gradient[i] = gradient_at(step, i);
            wide[i] = (double)gradient[i];
        }
        if (by_rows)
            adam_kernel_update_rows(ADAM_FASTEST, &numbers, 1, first_row, first_row, gradient,
                                    parameters, m, v, no_row, NULL);
        else
            adam_kernel_update(ADAM_FASTEST, &numbers, COUNT, gradient, parameters, m, v);
        reference_adam(COUNT, step, 0.001, wide, first, second, expected);
        for (size_t i = 0; i < COUNT; i++)
            check_near("parameter", i, parameters[i], expected[i], 2e-4);
        for (size_t i = 0; step < 50 && i < COUNT; i++)
            check_near("parameter", i, parameters[i], expected[i], 2e-6);
    }
    assert_true(parameters[0] == -11.0F / 8);
    assert_true(fabs((double)parameters[1] + 10.0 / 8) > 1e-3); // it did move
}

static void adam_matches_the_formula_over_many_steps(void **state) {
    (void)state;
    check_formula(false);
}

static void adam_by_rows_matches_the_formula_over_many_steps(void **state) {
    (void)state;
    check_formula(true);
}

static void the_first_step_is_the_learning_rate_long(void **state) {
    (void)state;
    float parameters[2] = {1, 1};
    float m[2] = {0}, v[2] = {0};
    const float gradient[2] = {1000, -0.001F};
    const AdamScales numbers = adam_kernel_scales(0.01, 1);
    adam_kernel_update(ADAM_FASTEST, &numbers, 2, gradient, parameters, m, v);
    check_near("parameter", 0, parameters[0], 0.99, 1e-6);
    check_near("parameter", 1, parameters[1], 1.01, 1e-6);
}

static void moments_without_a_gradient_die_out_and_leave_no_subnormal_numbers(void **state) {
    (void)state;
    float parameters[2][ADAM_ROW] = {{0}}, m[2][ADAM_ROW] = {{0}}, v[2][ADAM_ROW] = {{0}};
    float gradient[ADAM_ROW];
    for (size_t i = 0; i < ADAM_ROW; i++)
        gradient[i] = 0.5F;
    for (unsigned step = 1; step < 1000; step++) {
        const AdamScales numbers = adam_kernel_scales(0.001, step);
        adam_kernel_update(ADAM_FASTEST, &numbers, ADAM_ROW, gradient, parameters[0], m[0], v[0]);
        adam_kernel_update_rows(ADAM_FASTEST, &numbers, 1, first_row,
                                step == 1 ? first_row : no_row, gradient, parameters[1], m[1], v[1],
                                no_row, NULL);
        memset(gradient, 0, sizeof gradient);
        for (size_t i = 0; i < 2 * ADAM_ROW; i++) {
            float moment = m[i / ADAM_ROW][i % ADAM_ROW];
            assert_true(moment == 0.0F || moment >= FLT_MIN);
            assert_true(step > 1 || moment > 0);
            assert_true(step < 900 || moment == 0);
        }
    }
}

// Rows 0, 2 and 3 of four are updated, 3 without a gradient; 2 and then 1 are collected.
static void rows_are_updated_and_collected_as_their_places_say(void **state) {
    (void)state;
    enum { ROWS = 4 };
    const uint16_t rows[] = {0, 2, 3};
    const uint16_t places[ROWS] = {1, ADAM_NO_ROW, 0, ADAM_NO_ROW};
    const uint16_t collected_places[ROWS] = {ADAM_NO_ROW, ADAM_NO_ROW, 1, 0};
    float p[ROWS * ADAM_ROW], m[ROWS * ADAM_ROW], v[ROWS * ADAM_ROW];
    float gradient[2 * ADAM_ROW], collected[2 * ADAM_ROW] = {0};
    for (size_t i = 0; i < ROWS * ADAM_ROW; i++) {
        p[i] = (float)i;
        m[i] = 0.125F;
        v[i] = 0.25F;
    }
    for (size_t i = 0; i < 2 * ADAM_ROW; i++)
        gradient[i] = i < ADAM_ROW ? 1.0F : -3.0F;
    const AdamScales numbers = adam_kernel_scales(0.5, 10);
    adam_kernel_update_rows(ADAM_FASTEST, &numbers, 3, rows, places, gradient, p, m, v,
                            collected_places, collected);
    const float row_gradient[ROWS] = {-3, 0, 1, 0};
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < ADAM_ROW; i++) {
            size_t at = r * ADAM_ROW + i;
            float expected = (float)at, first = 0.125F, second = 0.25F;
            if (r != 1)
                adam_kernel_update(ADAM_FASTEST, &numbers, 1, &row_gradient[r], &expected, &first,
                                   &second);
            check_near("parameter", at, p[at], expected, 1e-6F * (expected + 1));
            assert_true(m[at] == first && v[at] == second);
        }
    }
    assert_memory_equal(collected, p + 3 * ADAM_ROW, ADAM_ROW * sizeof *p);
    assert_memory_equal(collected + ADAM_ROW, p + 2 * ADAM_ROW, ADAM_ROW * sizeof *p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adam_matches_the_formula_over_many_steps),
        cmocka_unit_test(adam_by_rows_matches_the_formula_over_many_steps),
        cmocka_unit_test(the_first_step_is_the_learning_rate_long),
        cmocka_unit_test(moments_without_a_gradient_die_out_and_leave_no_subnormal_numbers),
        cmocka_unit_test(rows_are_updated_and_collected_as_their_places_say),
    };
    return test_group_run(tests, NULL, NULL);
}
