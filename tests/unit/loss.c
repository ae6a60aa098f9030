#include "nn/loss.h"
#include "support/test.h"

#include <math.h>

enum { CLASSES = MNIST_CLASSES };

static void fill(size_t images, float value, Logits logits) {
    for (size_t i = 0; i < CLASSES * images; i++)
        logits[i] = value;
}

TEST(softmax_of_small_and_huge_logits_sums_to_one) {
    Logits logits, p;
    fill(3, -100.0F, logits); // a maximum that started at zero would give 0 / 0
    logits[0 * 3 + 0] = -99.0F;
    logits[0 * 3 + 1] = 1e30F;
    logits[2 * 3 + 1] = -1e30F;
    logits[9 * 3 + 2] = 1000.0F;
    softmax(3, logits, p);
    for (size_t i = 0; i < 3; i++) {
        double sum = 0;
        for (size_t c = 0; c < CLASSES; c++)
            sum += (double)p[c * 3 + i];
        check_near("sum of probabilities", i, sum, 1, 1e-6);
    }
    check_near("probability", 0, p[0], exp(1.0) / (exp(1.0) + 9.0), 1e-6);
    assert_true(p[1] == 1.0F && p[3 + 1] == 0.0F && p[9 * 3 + 2] == 1.0F);
}

// The probability of a class with logit x over that of one with logit 0 is e^x.
TEST(softmax_is_exact_to_a_few_bits_over_the_whole_range) {
    for (float x = 0.0F; x > -85.0F; x -= 0.02125F * MICROBATCH) {
        Logits logits, p;
        fill(MICROBATCH, -1000.0F, logits);
        for (size_t i = 0; i < MICROBATCH; i++) {
            logits[i] = 0.0F;
            logits[4 * MICROBATCH + i] = x - 0.02125F * (float)i;
        }
        softmax(MICROBATCH, logits, p);
        for (size_t i = 0; i < MICROBATCH; i++) {
            const double e = exp((double)logits[4 * MICROBATCH + i]);
            check_near("probability", i, p[i], 1 / (1 + e), 1e-7);
            check_near("relative probability", i, (double)p[4 * MICROBATCH + i] / (e / (1 + e)), 1,
                       3e-7);
        }
    }
}

TEST(a_logit_that_is_no_number_shows) {
    for (size_t c = 0; c < CLASSES; c++) {
        Logits logits, p;
        const uint8_t label = 1;
        fill(1, 2.0F, logits);
        logits[c] = NAN;
        softmax(1, logits, p);
        for (size_t k = 0; k < CLASSES; k++)
            assert_true(isnan(p[k]));
        assert_true(isnan(loss_forward_backward(LOSS_LOGITS, 1, 1, logits, &label, p)));
        assert_true(isnan(loss_forward_backward(LOSS_TUTORIAL, 1, 1, logits, &label, p)));
    }
}

// The range is that of a sum of 1 and nine numbers up to 1, in float steps.
TEST(the_logarithm_is_libms_to_two_units_in_the_last_place) {
    for (float x = 1.0F; x <= 10.0F; x += x < 1.001F ? 0x1p-23F : 0x1p-15F) {
        double expected = log((double)x);
        double unit = nextafter(expected, INFINITY) - expected;
        check_near("logarithm of", (size_t)x, loss_log((double)x), expected, 2 * unit);
    }
    assert_true(loss_log(1.0) == 0.0);
}

TEST(the_logarithm_is_right_over_all_normal_numbers) {
    const double mantissas[] = {1.0, 1.0 + 0x1p-52, 1.41421356, 1.41421357, 1.75, 2.0 - 0x1p-52};
    for (int exponent = -1022; exponent <= 1023; exponent++) {
        for (size_t i = 0; i < sizeof mantissas / sizeof *mantissas; i++) {
            double x = ldexp(mantissas[i], exponent);
            check_near("logarithm", i, loss_log(x), log(x), 1e-15 * fmax(1.0, fabs(log(x))));
        }
    }
    assert_true(isnan(loss_log((double)NAN)));
    assert_true(loss_log((double)INFINITY) == (double)INFINITY);
}

TEST(the_loss_of_certain_logits_is_finite) {
    const uint8_t labels[2] = {0, 2};
    Logits logits, dlogits;
    fill(2, -1000.0F, logits);
    logits[0] = logits[1] = 1000.0F;
    const double loss = loss_forward_backward(LOSS_LOGITS, 2, 2, logits, labels, dlogits);
    check_near("loss", 0, loss, 2000.0, 1e-3); // 0 + 2000
    for (size_t i = 0; i < 2 * CLASSES; i++)
        check_near("dlogits", i, dlogits[i], i == 1 ? 0.5 : i == 2 * 2 + 1 ? -0.5 : 0.0, 1e-6);
}

// Below 2^-60 of the scale: such products would be denormal.
TEST(tiny_gradients_are_zero) {
    const uint8_t label = 0;
    Logits logits, dlogits;
    fill(1, -43.0F, logits); // e^-43 is about 2^-62
    logits[0] = 0.0F;
    logits[1] = -40.0F; // 2^-57.7
    loss_forward_backward(LOSS_LOGITS, 1, 1, logits, &label, dlogits);
    assert_true(dlogits[1] > 0.0F);
    for (size_t c = 2; c < CLASSES; c++)
        assert_true(dlogits[c] == 0.0F);
}
