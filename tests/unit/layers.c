#include "nn/layers.h"
#include "../src/nn/layers_internal.h"
#include "support/assert_near.h"
#include "support/test.h"

#include <math.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

TEST(softmax_of_small_and_huge_logits_sums_to_one) {
    // an image a column
    const float logits[4 * 3] = {-100, 1e30F, 88, -101, 0, 89, -102, -1e30F, 90, -103, 5, 1000};
    float p[4 * 3];
    softmax_forward(3, 4, logits, p);
    for (size_t i = 0; i < 3; i++) {
        double sum = 0;
        for (size_t c = 0; c < 4; c++)
            sum += (double)p[c * 3 + i];
        check_near("sum of probabilities", i, sum, 1, 1e-6);
    }
    // all logits below zero: a maximum that started at zero would give 0 / 0 or a lost scale
    double e = exp(-1.0);
    check_near("probability", 0, p[0], 1 / (1 + e + e * e + e * e * e), 1e-6);
    assert_true(p[1] == 1.0F && p[4] == 0.0F);
    assert_true(p[11] == 1.0F);
}

// Of two classes with logits 0 and x the second one's probability over the first one's is e^x.
TEST(softmax_is_exact_to_a_few_bits_over_the_whole_range) {
    enum { IMAGES = 4001 }; // also not a multiple of what is worked on together
    static float logits[2 * IMAGES], p[2 * IMAGES];
    for (size_t i = 0; i < IMAGES; i++)
        logits[IMAGES + i] = -0.02125F * (float)i; // to -85
    softmax_forward(IMAGES, 2, logits, p);
    for (size_t i = 0; i < IMAGES; i++) {
        double e = exp((double)logits[IMAGES + i]);
        check_near("probability", i, p[i], 1 / (1 + e), 1e-7);
        check_near("relative probability", i, (double)p[IMAGES + i] / (e / (1 + e)), 1, 3e-7);
    }
}

TEST(a_logit_that_is_no_number_shows) {
    for (size_t c = 0; c < 3; c++) {
        float logits[3] = {1, 2, 3}, p[3];
        const uint8_t label = 1;
        logits[c] = NAN;
        softmax_forward(1, 3, logits, p);
        assert_true(isnan(p[0]) && isnan(p[1]) && isnan(p[2]));
        assert_true(isnan(softmax_cross_entropy(1, 3, logits, &label, 1.0F, p)));
    }
}

// The range is that of a sum of 1 and nine numbers up to 1, in float steps.
TEST(the_logarithm_is_libms_to_two_units_in_the_last_place) {
    for (float x = 1.0F; x <= 10.0F; x += x < 1.001F ? 0x1p-23F : 0x1p-15F) {
        double expected = log((double)x);
        double unit = nextafter(expected, INFINITY) - expected;
        check_near("logarithm of", (size_t)x, layers_log((double)x), expected, 2 * unit);
    }
    assert_true(layers_log(1.0) == 0.0);
}

TEST(the_logarithm_is_right_over_all_normal_numbers) {
    const double mantissas[] = {1.0, 1.0 + 0x1p-52, 1.41421356, 1.41421357, 1.75, 2.0 - 0x1p-52};
    for (int exponent = -1022; exponent <= 1023; exponent++) {
        for (size_t i = 0; i < sizeof mantissas / sizeof *mantissas; i++) {
            double x = ldexp(mantissas[i], exponent);
            check_near("logarithm", i, layers_log(x), log(x), 1e-15 * fmax(1.0, fabs(log(x))));
        }
    }
    assert_true(isnan(layers_log((double)NAN)));
    assert_true(layers_log((double)INFINITY) == (double)INFINITY);
}

TEST(softmax_backward_is_the_derivative) {
    enum { IMAGES = 35, CLASSES = 4 };
    float logits[CLASSES * IMAGES], p[CLASSES * IMAGES], nudged[CLASSES * IMAGES];
    float gradient[CLASSES * IMAGES], weights[CLASSES * IMAGES];
    for (size_t i = 0; i < CLASSES * IMAGES; i++) {
        logits[i] = (float)(i * 7 % 11) / 5;
        weights[i] = gradient[i] = (float)(i * 5 % 13) - 6;
    }
    softmax_forward(IMAGES, CLASSES, logits, p);
    softmax_backward(IMAGES, CLASSES, p, gradient);
    for (size_t k = 0; k < CLASSES * IMAGES; k += 9) {
        const float width = 1.0F / 64;
        double change = 0;
        for (int sign = -1; sign <= 1; sign += 2) {
            float kept = logits[k];
            logits[k] += (float)sign * width;
            softmax_forward(IMAGES, CLASSES, logits, nudged);
            logits[k] = kept;
            for (size_t i = 0; i < CLASSES * IMAGES; i++)
                change += sign * (double)nudged[i] * (double)weights[i];
        }
        check_near("gradient", k, gradient[k], change / (2 * (double)width), 1e-3);
    }
}

TEST(cross_entropy_of_certain_scores_is_finite) {
    const float scores[3 * 2] = {1000, 1000, 0, 0, -1000, -1000};
    const uint8_t labels[2] = {0, 2};
    float dlogits[3 * 2];
    double loss = softmax_cross_entropy(2, 3, scores, labels, 0.5F, dlogits);
    check_near("loss", 0, loss, 2000.0, 1e-3); // 0 + 2000
    const float expected[3 * 2] = {0, 0.5F, 0, 0, 0, -0.5F};
    for (size_t i = 0; i < 6; i++)
        check_near("dlogits", i, dlogits[i], expected[i], 1e-6);
}

TEST(cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes) {
    enum { IMAGES = 50 };
    float scores[10 * IMAGES], dlogits[10 * IMAGES];
    uint8_t labels[IMAGES];
    for (size_t i = 0; i < 10 * IMAGES; i++)
        scores[i] = 7;
    for (size_t i = 0; i < IMAGES; i++)
        labels[i] = (uint8_t)(i % 10);
    double sum = softmax_cross_entropy(IMAGES, 10, scores, labels, 1.0F, dlogits);
    check_near("loss", 0, sum / IMAGES, log(10.0), 1e-6);
    for (size_t c = 0; c < 10; c++) {
        for (size_t i = 0; i < IMAGES; i++)
            check_near("dlogits", c * IMAGES + i, dlogits[c * IMAGES + i],
                       c == labels[i] ? -0.9 : 0.1, 1e-6);
    }
}

TEST(relu_keeps_what_is_above_zero_and_does_not_hide_a_nan) {
    float values[4] = {-1, 0, 2, NAN};
    relu_forward(4, values);
    assert_true(values[0] == 0.0F && values[1] == 0.0F && values[2] == 2.0F && isnan(values[3]));
}

TEST(what_was_dropped_or_below_zero_gets_no_gradient) {
    float values[4] = {3, 3, 0, 2};
    const float mask[4] = {1.25F, 0, 1.25F, 1.25F};
    dropout_forward(4, mask, values);
    const float kept[4] = {3.75F, 0, 0, 2.5F};
    assert_memory_equal(values, kept, sizeof kept);
    float gradient[4] = {4, 5, 6, 8};
    relu_dropout_backward(4, values, 1.25F, gradient);
    const float expected[4] = {5, 0, 0, 10};
    assert_memory_equal(gradient, expected, sizeof expected);
}

static const float x[2 * 3] = {1, 2, 3, 4, 5, 6};           // (images, inputs)
static const float weight[3 * 2] = {1, 2, 0, 2, -1, 2};     // (inputs, outputs)
static const float transposed[2 * 3] = {1, 0, -1, 2, 2, 2}; // (outputs, inputs)
static const float bias[2] = {10, 20};

TEST(a_linear_layer_adds_its_bias_to_each_image) {
    float y[2 * 2];
    linear_forward(2, 3, 2, x, weight, bias, y);
    const float expected[2 * 2] = {8, 32, 8, 50};
    assert_memory_equal(y, expected, sizeof y);
}

TEST(scores_are_the_same_with_an_image_a_column) {
    float scores[2 * 2];
    logits_forward(2, 3, 2, x, transposed, bias, scores);
    const float expected[2 * 2] = {8, 8, 32, 50};
    assert_memory_equal(scores, expected, sizeof scores);
}

TEST(a_linear_layers_gradients_are_those_of_the_formula) {
    const float dy[2 * 2] = {1, -1, 2, 0.5F};
    float dweight[3 * 2], dbias[2];
    memset(dweight, 0xff, sizeof dweight); // NaN: what was there before must not count
    memset(dbias, 0xff, sizeof dbias);
    linear_backward(2, 3, 2, x, dy, 0.0F, dweight, dbias);
    const float expected_dweight[3 * 2] = {9, 1, 12, 0.5F, 15, 0};
    const float expected_dbias[2] = {3, -0.5F};
    assert_memory_equal(dweight, expected_dweight, sizeof dweight);
    assert_memory_equal(dbias, expected_dbias, sizeof dbias);
    linear_backward(2, 3, 2, x, dy, 1.0F, dweight, dbias); // and once more on top
    for (size_t i = 0; i < 6; i++)
        assert_true(dweight[i] == 2 * expected_dweight[i]);
    assert_true(dbias[0] == 6 && dbias[1] == -1);
}

TEST(scores_gradients_are_those_of_the_formula) {
    const float dlogits[2 * 2] = {1, 2, -1, 0.5F}; // (classes, images)
    float dweight[2 * 3], dbias[2], dx[2 * 3];
    memset(dweight, 0xff, sizeof dweight);
    memset(dbias, 0xff, sizeof dbias);
    memset(dx, 0xff, sizeof dx);
    logits_backward(2, 3, 2, x, transposed, dlogits, 0.0F, dweight, dbias, dx);
    const float expected_dweight[2 * 3] = {9, 12, 15, 1, 0.5F, 0};
    const float expected_dbias[2] = {3, -0.5F};
    const float expected_dx[2 * 3] = {-1, -2, -3, 3, 1, -1};
    assert_memory_equal(dweight, expected_dweight, sizeof dweight);
    assert_memory_equal(dbias, expected_dbias, sizeof dbias);
    assert_memory_equal(dx, expected_dx, sizeof dx);
    logits_backward(2, 3, 2, x, transposed, dlogits, 1.0F, dweight, dbias, dx);
    for (size_t i = 0; i < 6; i++)
        assert_true(dweight[i] == 2 * expected_dweight[i]);
    assert_true(dbias[0] == 6 && dbias[1] == -1);
    assert_memory_equal(dx, expected_dx, sizeof dx);
}
