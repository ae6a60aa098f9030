#include "adam.h"
#include "reference.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNT = 7, STEPS = 3000 };

static void adam_matches_the_formula_over_many_steps(void **state) {
    (void)state;
    Adam adam;
    Error error;
    assert_true(adam_create(&adam, COUNT, 0.001, &error));
    float parameters[COUNT] = {0.5F, -0.25F, 0, 1, 0.01F, -3, 0.125F};
    double expected[COUNT], first[COUNT] = {0}, second[COUNT] = {0};
    for (int i = 0; i < COUNT; i++)
        expected[i] = (double)parameters[i];
    for (unsigned step = 1; step <= STEPS; step++) {
        float gradient[COUNT];
        double wide[COUNT];
        for (int i = 0; i < COUNT; i++) { // of many sizes and signs; one that stays zero
            gradient[i] = i == 0 ? 0.0F : (float)(sin(0.1 * (double)step * i) * pow(10, -i));
            wide[i] = (double)gradient[i];
        }
        adam_step(&adam, gradient, parameters);
        reference_adam(COUNT, step, 0.001, wide, first, second, expected);
        for (int i = 0; i < COUNT; i++)
            assert_true(fabs((double)parameters[i] - expected[i]) < 2e-4);
        for (int i = 0; step < 50 && i < COUNT; i++)
            assert_true(fabs((double)parameters[i] - expected[i]) < 2e-6);
    }
    assert_true(parameters[0] == 0.5F);
    assert_true(fabs((double)parameters[1] + 0.25) > 1e-3); // it did move
    assert_int_equal(adam.step, STEPS);
    adam_destroy(&adam);
}

static void the_first_step_is_the_learning_rate_long(void **state) {
    (void)state;
    Adam adam;
    Error error;
    assert_true(adam_create(&adam, 2, 0.01, &error));
    float parameters[2] = {1, 1};
    const float gradient[2] = {1000, -0.001F};
    adam_step(&adam, gradient, parameters);
    assert_true(fabs((double)parameters[0] - 0.99) < 1e-6);
    assert_true(fabs((double)parameters[1] - 1.01) < 1e-6);
    adam_destroy(&adam);
}

static void moments_without_a_gradient_die_out_and_leave_no_subnormal_numbers(void **state) {
    (void)state;
    Adam adam;
    Error error;
    assert_true(adam_create(&adam, 1, 0.001, &error));
    float parameter = 1;
    float gradient = 0.5F;
    adam_step(&adam, &gradient, &parameter);
    assert_true(adam.first_moment[0] > 0);
    gradient = 0;
    for (int i = 0; i < 1000; i++) {
        adam_step(&adam, &gradient, &parameter);
        float moment = adam.first_moment[0];
        assert_true(moment == 0.0F || moment >= FLT_MIN);
    }
    assert_true(adam.first_moment[0] == 0.0F);
    adam_destroy(&adam);
}

static void more_parameters_than_memory_are_an_error(void **state) {
    (void)state;
    Adam adam;
    Error error;
    assert_false(adam_create(&adam, SIZE_MAX / 2, 0.001, &error));
    assert_non_null(strstr(error.text, "memory"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adam_matches_the_formula_over_many_steps),
        cmocka_unit_test(the_first_step_is_the_learning_rate_long),
        cmocka_unit_test(moments_without_a_gradient_die_out_and_leave_no_subnormal_numbers),
        cmocka_unit_test(more_parameters_than_memory_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
