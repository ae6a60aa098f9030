#include "output/console.h"
#include "support/capture.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <unistd.h>

// Two batches of four images with 3 and 4 correct ones: the tutorial's accuracy is 75 + 100, its
// loss 0.5 + 0.25, because it divides by the index of the last batch.
static Metrics two_batches(void) {
    Metrics metrics = {.batch_size = 4};
    metrics_add(&metrics, 4, 3, 0.5);
    metrics_add(&metrics, 4, 4, 0.25);
    return metrics;
}

static void send(Console *console, TrainEventKind kind, size_t epoch, const Metrics *metrics,
                 double seconds) {
    const TrainEvent event = {
        .kind = kind, .epoch = epoch, .epochs = 2, .seconds = seconds, .metrics = metrics};
    console_on_event(console, &event);
}

static const char *results(bool is_quiet) {
    Console console = {.is_quiet = is_quiet};
    const Metrics metrics = two_batches();
    capture_begin(STDOUT_FILENO);
    send(&console, TRAIN_BATCH_DONE, 0, &metrics, 0.0);
    send(&console, TRAIN_EPOCH_DONE, 0, &metrics, 1.5);
    send(&console, TRAIN_EPOCH_DONE, 1, &metrics, 0.25);
    send(&console, TRAIN_TEST_DONE, 2, &metrics, 0.1);
    return capture_end();
}

TEST_WITH(fixture_create, fixture_destroy, results_are_the_tutorials_lines_and_the_exact_metrics) {
    assert_string_equal(results(false),
                        "Epoch: 0 | Loss: 0.7500 | Train Accuracy: 175.00 (87.50) | 1.50 s\n"
                        "Epoch: 1 | Loss: 0.7500 | Train Accuracy: 175.00 (87.50) | 0.25 s\n"
                        "Test Accuracy: 175.00 | exact: 7 of 8 right (87.50 %, +-22.92)\n");
}

TEST_WITH(fixture_create, fixture_destroy, quiet_results_are_the_tutorials_lines) {
    assert_string_equal(results(true), "Epoch: 0 | Loss: 0.7500 | Train Accuracy: 175.00\n"
                                       "Epoch: 1 | Loss: 0.7500 | Train Accuracy: 175.00\n"
                                       "Test Accuracy: 175.00\n");
}

// Of 10000 images, 9771 are right.
static const char *tested_line(size_t epoch, const Metrics *metrics, size_t right, double seconds) {
    Console console = {.is_quiet = false};
    const Metrics test = {.batch_size = 32, .images = 10000, .correct = right};
    const TrainEvent event = {.kind = TRAIN_EPOCH_DONE,
                              .epoch = epoch,
                              .epochs = TRAIN_MAX_EPOCHS,
                              .metrics = metrics,
                              .seconds = seconds,
                              .test = &test,
                              .test_seconds = 0.5};
    capture_begin(STDOUT_FILENO);
    console_on_event(&console, &event);
    const char *line = capture_end();
    assert_int_equal(console.tested_images, 10000);
    assert_true(console.test_seconds == 0.5);
    return line;
}

// The widest accuracy is that of two full batches.
TEST_WITH(fixture_create, fixture_destroy, the_test_of_an_epoch_is_a_field_and_fits_80_columns) {
    const Metrics metrics = two_batches();
    const Metrics widest = fixture_metrics(32, 2, 32, 1.0);
    assert_string_equal(
        tested_line(3, &metrics, 9771, 0.1),
        "Epoch: 3 | Loss: 0.7500 | Train Accuracy: 175.00 | Test: 97.71 | 0.10 s\n");
    const char *line = tested_line(TRAIN_MAX_EPOCHS - 1, &widest, 10000, 9999.99);
    text_after(line,
               "Epoch: 999999 | Loss: 2.0100 | Train Accuracy: 200.00 | Test: 100.00 | 9999.");
    assert_in_range(strlen(line), 2, 80 + 1);
}

static const char *summary(const Console *console) {
    capture_begin(STDERR_FILENO);
    console_print_summary(console, NULL);
    return capture_end();
}

// 8 + 8 + 8 images in 0.75 + 2.25 + 1 s.
TEST_WITH(fixture_create, fixture_destroy, the_summary_adds_images_and_seconds_of_all_epochs) {
    Console console = {.is_quiet = false};
    const Metrics metrics = two_batches();
    capture_begin(STDOUT_FILENO);
    send(&console, TRAIN_EPOCH_DONE, 0, &metrics, 0.75);
    send(&console, TRAIN_EPOCH_DONE, 1, &metrics, 2.25);
    send(&console, TRAIN_EPOCH_DONE, 2, &metrics, 1.0);
    send(&console, TRAIN_TEST_DONE, 3, &metrics, 0.125);
    capture_end();
    const char *text =
        text_after(summary(&console), "Trained on 24 images in 4.000 s: 6 images/s\n");
    text = text_after(text, "Tested on 8 images in 0.125 s; peak memory ");
    check_near("peak megabytes", 0, strtod(text, NULL), 500.0, 499.0);
}

TEST_WITH(fixture_create, fixture_destroy, the_summary_has_the_best_of_the_tests_after_epochs) {
    const Console console = {.tested_images = 8};
    const TrainProgress progress = {.epoch = 5, .best_epoch = 3, .best_correct = 9771};
    capture_begin(STDERR_FILENO);
    console_print_summary(&console, &progress);
    const char *text = capture_end();
    assert_memory_equal(text, "Best test: after epoch 3, 9771 right\n", 37);
}

TEST_WITH(fixture_create, fixture_destroy,
          the_summary_of_a_run_without_training_has_the_test_only) {
    const Console console = {.tested_images = 8, .test_seconds = 0.5};
    const char *text = summary(&console);
    assert_null(strstr(text, "Trained"));
    text_after(text, "Tested on 8 images in 0.500 s;");
}

static const char *start(bool is_quiet) {
    const Console console = {.is_quiet = is_quiet};
    capture_begin(STDERR_FILENO);
    console_print_start(&console, &fixture.report.run);
    return capture_end();
}

TEST_WITH(fixture_create, fixture_destroy, the_start_has_data_settings_and_threads) {
    fixture.config.epochs = 3;
    assert_string_equal(start(false), "Train: 100 images of data/images.gz\n"
                                      "Test: 100 images of data/images.gz\n"
                                      "Epochs: 3, batch: 32, lr: 0.001, loss: tutorial, seed: 42\n"
                                      "Threads: 2, kernel: a kernel\n");
    fixture.report.run.train = NULL;
    fixture.config.loss = LOSS_LOGITS;
    fixture.config.seed = UINT64_MAX;
    transforms_add(&fixture.config.transforms, TRANSFORM_HFLIP, 0.5);
    assert_string_equal(
        start(false), "Test: 100 images of data/images.gz\n"
                      "Epochs: 3, batch: 32, lr: 0.001, loss: logits, seed: 18446744073709551615\n"
                      "Transform: RandomHorizontalFlip(0.5)\n"
                      "Threads: 2, kernel: a kernel\n");
}

static const char *stop(bool is_quiet, size_t batch, const char *checkpoint) {
    const Console console = {.is_quiet = is_quiet};
    const TrainProgress progress = {.epoch = 1, .batch = batch, .metrics = two_batches()};
    capture_begin(STDERR_FILENO);
    console_print_stop(&console, &progress, 125, checkpoint);
    return capture_end();
}

TEST_WITH(fixture_create, fixture_destroy, a_stop_names_the_batch_and_the_checkpoint) {
    assert_string_equal(stop(false, 2, NULL),
                        "Stopped in epoch 1 after 2 of 125 batches: loss 0.3750, 87.50 % right\n");
    assert_string_equal(stop(false, 0, "run.checkpoint"),
                        "Stopped in epoch 1 after 0 of 125 batches\n"
                        "Continue with --resume run.checkpoint\n");
}

TEST_WITH(fixture_create, fixture_destroy, quiet_prints_nothing_on_stderr) {
    const Console console = {.is_quiet = true, .trained_images = 1, .tested_images = 1};
    assert_string_equal(start(true), "");
    assert_string_equal(stop(true, 1, "file"), "");
    assert_string_equal(summary(&console), "");
}
