#include "layers.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void softmax_of_small_and_huge_logits_sums_to_one(void **state) {
    (void)state;
    const float logits[3 * 4] = {-100, -101, -102, -103, 1e30F, 0, -1e30F, 5, 88, 89, 90, 1000};
    float p[3 * 4];
    softmax_forward(3, 4, logits, p);
    for (int i = 0; i < 3; i++) {
        double sum = 0;
        for (int j = 0; j < 4; j++)
            sum += (double)p[i * 4 + j];
        assert_true(fabs(sum - 1) < 1e-6);
    }
    // all logits below zero: a maximum that started at zero would give 0 / 0 or a lost scale
    double e = exp(-1.0);
    assert_true(fabs((double)p[0] - 1 / (1 + e + e * e + e * e * e)) < 1e-6);
    assert_true(p[4] == 1.0F && p[5] == 0.0F);
    assert_true(p[11] == 1.0F);
}

static void softmax_may_overwrite_its_logits(void **state) {
    (void)state;
    float values[4] = {0.5F, -2, 3, 1};
    float apart[4];
    softmax_forward(1, 4, values, apart);
    softmax_forward(1, 4, values, values);
    assert_memory_equal(values, apart, sizeof values);
}

static void cross_entropy_of_certain_scores_is_finite(void **state) {
    (void)state;
    const float scores[2 * 3] = {1000, 0, -1000, 1000, 0, -1000};
    const uint8_t labels[2] = {0, 2};
    float dscores[2 * 3];
    double loss = cross_entropy(2, 3, scores, labels, dscores);
    assert_true(fabs(loss - 1000.0) < 1e-3); // (0 + 2000) / 2
    const float expected[2 * 3] = {0, 0, 0, 0.5F, 0, -0.5F};
    for (int i = 0; i < 6; i++)
        assert_true(fabsf(dscores[i] - expected[i]) < 1e-6F);
}

static void cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes(void **state) {
    (void)state;
    const float scores[10] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    const uint8_t label = 4;
    float dscores[10];
    assert_true(fabs(cross_entropy(1, 10, scores, &label, dscores) - log(10.0)) < 1e-6);
    for (int j = 0; j < 10; j++)
        assert_true(fabsf(dscores[j] - (j == 4 ? -0.9F : 0.1F)) < 1e-6F);
}

static void relu_keeps_what_is_above_zero_and_does_not_hide_a_nan(void **state) {
    (void)state;
    float values[4] = {-1, 0, 2, NAN};
    relu_forward(4, values);
    assert_true(values[0] == 0.0F && values[1] == 0.0F && values[2] == 2.0F && isnan(values[3]));
    float gradient[3] = {5, 6, 7};
    relu_backward(3, values, gradient);
    assert_true(gradient[0] == 0.0F && gradient[1] == 0.0F && gradient[2] == 7.0F);
}

static void a_linear_layer_adds_its_bias_to_each_image(void **state) {
    (void)state;
    const float x[2 * 3] = {1, 2, 3, 4, 5, 6};
    const float weight[2 * 3] = {1, 0, -1, 2, 2, 2};
    const float bias[2] = {10, 20};
    float y[2 * 2];
    linear_forward(2, 3, 2, x, weight, bias, y);
    const float expected[2 * 2] = {8, 32, 8, 50};
    assert_memory_equal(y, expected, sizeof y);
}

static void a_linear_layers_gradients_are_those_of_the_formula(void **state) {
    (void)state;
    const float x[2 * 3] = {1, 2, 3, 4, 5, 6};
    const float weight[2 * 3] = {1, 0, -1, 2, 2, 2};
    const float dy[2 * 2] = {1, -1, 2, 0.5F};
    float dweight[2 * 3], dbias[2], dx[2 * 3];
    memset(dweight, 0x7f, sizeof dweight); // what was there before must not count
    memset(dbias, 0x7f, sizeof dbias);
    memset(dx, 0x7f, sizeof dx);
    linear_backward_parameters(2, 3, 2, x, dy, dweight, dbias);
    linear_backward_input(2, 3, 2, weight, dy, dx);
    const float expected_dweight[2 * 3] = {9, 12, 15, 1, 0.5F, 0};
    const float expected_dbias[2] = {3, -0.5F};
    const float expected_dx[2 * 3] = {-1, -2, -3, 3, 1, -1};
    assert_memory_equal(dweight, expected_dweight, sizeof dweight);
    assert_memory_equal(dbias, expected_dbias, sizeof dbias);
    assert_memory_equal(dx, expected_dx, sizeof dx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_of_small_and_huge_logits_sums_to_one),
        cmocka_unit_test(softmax_may_overwrite_its_logits),
        cmocka_unit_test(cross_entropy_of_certain_scores_is_finite),
        cmocka_unit_test(cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes),
        cmocka_unit_test(relu_keeps_what_is_above_zero_and_does_not_hide_a_nan),
        cmocka_unit_test(a_linear_layer_adds_its_bias_to_each_image),
        cmocka_unit_test(a_linear_layers_gradients_are_those_of_the_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
