#include "train/metrics.h"
#include "support/test.h"

#include <math.h>

TEST(full_batches_give_the_tutorials_and_the_exact_metrics) {
    Metrics f = {.batch_size = 32};
    metrics_add(&f, 32, 31, 1.5);
    metrics_add(&f, 32, 20, 1.7);
    metrics_add(&f, 32, 32, 1.6);
    check_near("metric", 0, metrics_tutorial_loss(&f), (1.5 + 1.7 + 1.6) / 2, 1e-12);
    check_near("metric", 0, metrics_tutorial_accuracy(&f), (96 + 62 + 100) / 2.0,
               1e-12); // 96.875, 62.5: floor
    check_near("metric", 0, metrics_loss(&f), 1.6, 1e-12);
    check_near("metric", 0, metrics_accuracy(&f), 100 * 83.0 / 96, 1e-12);
}

TEST(a_short_batch_counts_as_a_full_one_for_the_tutorial_only) {
    Metrics f = {.batch_size = 32};
    metrics_add(&f, 32, 32, 1.0);
    metrics_add(&f, 16, 16, 2.0);
    check_near("metric", 0, metrics_tutorial_loss(&f), 3.0, 1e-12);
    check_near("metric", 0, metrics_tutorial_accuracy(&f), 150, 1e-12); // 100 + 50, divided by 1
    check_near("metric", 0, metrics_loss(&f), (32 * 1.0 + 16 * 2.0) / 48, 1e-12);
    check_near("metric", 0, metrics_accuracy(&f), 100, 1e-12);
    assert_int_equal(f.images, 48);
    assert_int_equal(metrics_batches(&f), 2);
}

TEST(a_single_batch_is_divided_by_one) {
    Metrics f = {.batch_size = 64};
    metrics_add(&f, 10, 5, 2.25);
    check_near("metric", 0, metrics_tutorial_loss(&f), 2.25, 1e-12);
    check_near("metric", 0, metrics_tutorial_accuracy(&f), 7, 1e-12); // floor(500 / 64)
}

TEST(the_margin_is_that_of_95_percent) {
    Metrics f = {.batch_size = 10000};
    metrics_add(&f, 10000, 9660, 0);
    check_near("margin", 0, metrics_accuracy_margin(&f), 0.355209, 1e-6);
}

enum { MOST = 16 };

// Labels and predictions as digits: "0012", "0112".
static ConfusionMatrix count_digits(const char *labels, const char *taken_for) {
    Prediction predictions[MOST] = {{0}};
    uint8_t numbers[MOST] = {0};
    size_t count = strlen(labels);
    assert_true(count <= MOST && strlen(taken_for) == count);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (uint8_t)(labels[i] - '0');
        predictions[i].digit = (uint8_t)(taken_for[i] - '0');
    }
    return confusion_count(predictions, numbers, count);
}

TEST(each_pair_of_label_and_prediction_is_counted) {
    ConfusionMatrix confusion = count_digits("0001239", "0013239");
    const size_t expected[][3] = {{0, 0, 2}, {0, 1, 1}, {1, 3, 1}, {2, 2, 1}, {3, 3, 1}, {9, 9, 1}};
    size_t total = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(confusion.counts[expected[i][0]][expected[i][1]], expected[i][2]);
    for (size_t i = 0; i < MNIST_CLASSES * MNIST_CLASSES; i++)
        total += confusion.counts[i / MNIST_CLASSES][i % MNIST_CLASSES];
    assert_int_equal(total, 7);
    assert_int_equal(confusion.images, 7);
    assert_int_equal(confusion.correct, 5);
}

// Of 4 threes 2 are found, and 6 images are taken for a three: precision 1/3, recall 1/2.
TEST(figures_of_a_class_are_as_by_hand) {
    ConfusionMatrix confusion = count_digits("3333444888", "3348334833");
    ClassMetrics three = confusion_class(&confusion, 3);
    assert_int_equal(three.images, 4);
    assert_int_equal(three.predicted, 6);
    assert_int_equal(three.correct, 2);
    assert_true(three.precision == 2.0 / 6.0);
    assert_true(three.recall == 2.0 / 4.0);
    assert_true(fabs(three.f1 - 2 * (1.0 / 3.0) * 0.5 / (1.0 / 3.0 + 0.5)) < 1e-15);
}

TEST(a_class_without_mistakes_has_ones) {
    ConfusionMatrix confusion = count_digits("7712", "7721");
    ClassMetrics seven = confusion_class(&confusion, 7);
    assert_true(seven.precision == 1.0 && seven.recall == 1.0 && seven.f1 == 1.0);
}

static void assert_figures_are_zero(ClassMetrics metrics) {
    assert_true(metrics.precision == 0.0);
    assert_true(metrics.recall == 0.0);
    assert_true(metrics.f1 == 0.0);
}

TEST(a_class_without_correct_images_has_zeros) {
    ConfusionMatrix confusion = count_digits("", "");
    assert_figures_are_zero(confusion_class(&confusion, 0));
    confusion = count_digits("011", "100");
    assert_figures_are_zero(confusion_class(&confusion, 0));
    confusion = count_digits("0", "1");
    assert_figures_are_zero(confusion_class(&confusion, 0)); // never predicted
    assert_figures_are_zero(confusion_class(&confusion, 1)); // never a label
}
