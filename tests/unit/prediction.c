#include "train/prediction.h"
#include "support/test.h"

#include <math.h>

enum { IMAGES = 3, CLASSES = MNIST_CLASSES };

// (classes, images): the largest logit of the images is that of 7, 0 and 9.
static void fill_logits(float *logits) {
    static const size_t digits[IMAGES] = {7, 0, 9};
    for (size_t c = 0; c < CLASSES; c++) {
        for (size_t i = 0; i < IMAGES; i++)
            logits[c * IMAGES + i] = c == digits[i] ? 2.5F : 0.125F * (float)((c + i) % 5);
    }
}

TEST(the_digit_has_the_largest_logit_and_the_probabilities_are_the_softmax) {
    Logits logits;
    Prediction predictions[IMAGES];
    fill_logits(logits);
    prediction_from_logits(IMAGES, logits, predictions);
    assert_int_equal(predictions[0].digit, 7);
    assert_int_equal(predictions[1].digit, 0);
    assert_int_equal(predictions[2].digit, 9);
    for (size_t i = 0; i < IMAGES; i++) {
        double sum = 0.0;
        for (size_t c = 0; c < CLASSES; c++)
            sum += exp((double)logits[c * IMAGES + i]);
        for (size_t c = 0; c < CLASSES; c++)
            check_near("probability", i * CLASSES + c, predictions[i].probabilities[c],
                       exp((double)logits[c * IMAGES + i]) / sum, 1e-6);
    }
}

TEST(of_equal_logits_the_first_class_is_predicted) {
    Logits logits;
    Prediction predictions[IMAGES];
    fill_logits(logits);
    logits[4 * IMAGES + 0] = 2.5F; // before 7
    logits[8 * IMAGES + 1] = 2.5F; // after 0
    for (size_t c = 0; c < CLASSES; c++)
        logits[c * IMAGES + 2] = -1.0F;
    prediction_from_logits(IMAGES, logits, predictions);
    assert_int_equal(predictions[0].digit, 4);
    assert_int_equal(predictions[1].digit, 0);
    assert_int_equal(predictions[2].digit, 0);
}
