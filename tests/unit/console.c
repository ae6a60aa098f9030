#include "output/console.h"
#include "support/capture.h"
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

TEST(results_are_the_tutorials_lines_and_the_exact_metrics) {
    Console console = {0};
    const Metrics metrics = two_batches();
    capture_begin(STDOUT_FILENO);
    send(&console, TRAIN_BATCH_DONE, 0, &metrics, 0.0);
    send(&console, TRAIN_EPOCH_DONE, 0, &metrics, 1.5);
    send(&console, TRAIN_EPOCH_DONE, 1, &metrics, 0.25);
    send(&console, TRAIN_TEST_DONE, 2, &metrics, 0.1);
    assert_string_equal(capture_end(),
                        "Epoch: 0 | Loss: 0.7500 | Train Accuracy: 175.00 (87.50) | 1.50 s\n"
                        "Epoch: 1 | Loss: 0.7500 | Train Accuracy: 175.00 (87.50) | 0.25 s\n"
                        "Test Accuracy: 175.00 | exact: 7 of 8 right (87.50 %, +-22.92)\n");
}

// 8 + 8 + 8 images in 0.75 + 2.25 + 1 s.
TEST(the_summary_adds_images_and_seconds_of_all_epochs) {
    Console console = {0};
    const Metrics metrics = two_batches();
    capture_begin(STDOUT_FILENO);
    send(&console, TRAIN_EPOCH_DONE, 0, &metrics, 0.75);
    send(&console, TRAIN_EPOCH_DONE, 1, &metrics, 2.25);
    send(&console, TRAIN_EPOCH_DONE, 2, &metrics, 1.0);
    send(&console, TRAIN_TEST_DONE, 3, &metrics, 0.125);
    capture_end();
    capture_begin(STDERR_FILENO);
    console_print_summary(&console, NULL);
    const char *text = text_after(capture_end(), "Trained on 24 images in 4.000 s: 6 images/s\n");
    text = text_after(text, "Tested on 8 images in 0.125 s; peak memory ");
    check_near("peak megabytes", 0, strtod(text, NULL), 500.0, 499.0);
}

static const char *stop(size_t batch, const char *checkpoint) {
    const Console console = {0};
    const TrainProgress progress = {.epoch = 1, .batch = batch, .metrics = two_batches()};
    capture_begin(STDERR_FILENO);
    console_print_stop(&console, &progress, 125, checkpoint);
    return capture_end();
}

TEST(a_stop_names_the_batch_and_the_checkpoint) {
    assert_string_equal(stop(2, NULL),
                        "Stopped in epoch 1 after 2 of 125 batches: loss 0.3750, 87.50 % right\n");
    assert_string_equal(stop(0, "run.checkpoint"), "Stopped in epoch 1 after 0 of 125 batches\n"
                                                   "Continue with --resume run.checkpoint\n");
}
