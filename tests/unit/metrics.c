#include "train/metrics.h"
#include "support/assert_near.h"
#include "support/test.h"

#include <stddef.h>
#include <stdint.h>

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
