#define _DARWIN_C_SOURCE // ru_maxrss
#include "output/console.h"

#include "output/print.h"

#include <inttypes.h>
#include <sys/resource.h>

static void print_dataset(const char *split, const Dataset *dataset) {
    print_stderr("%s: %zu images of %s%s\n", split, dataset->count, dataset->images_path,
                 dataset->is_turned ? ", turned upright" : "");
}

void console_print_start(const Console *console, const RunInfo *run) {
    const TrainConfig *config = run->config;
    if (console->is_quiet)
        return;
    if (run->train)
        print_dataset("Train", run->train);
    print_dataset("Test", run->test);
    print_stderr("Epochs: %zu, batch: %zu, lr: %g, loss: %s, seed: %" PRIu64 "\n", config->epochs,
                 config->batch_size, config->learning_rate, network_loss_name(config->loss),
                 config->seed);
    for (size_t i = 0; i < config->transforms.count; i++)
        print_stderr("Transform: %s(%g)\n", transforms_name(config->transforms.list[i].kind),
                     config->transforms.list[i].parameter);
    print_stderr("Threads: %zu, kernel: %s\n", run->environment->threads, run->environment->kernel);
}

static void print_epoch(const Console *console, const TrainEvent *event) {
    const Metrics *metrics = event->metrics;
    print_stdout("Epoch: %zu | Loss: %.4f | Train Accuracy: %.2f", event->epoch,
                 metrics_tutorial_loss(metrics), metrics_tutorial_accuracy(metrics));
    // Both numbers would not fit 80 columns.
    if (!console->is_quiet && event->test)
        print_stdout(" | Test: %.2f | %.2f s", metrics_accuracy(event->test), event->seconds);
    else if (!console->is_quiet)
        print_stdout(" (%.2f) | %.2f s", metrics_accuracy(metrics), event->seconds);
    print_stdout("\n");
}

static void print_test(const Console *console, const TrainEvent *event) {
    const Metrics *metrics = event->metrics;
    print_stdout("Test Accuracy: %.2f", metrics_tutorial_accuracy(metrics));
    if (!console->is_quiet)
        print_stdout(" | exact: %zu of %zu right (%.2f %%, +-%.2f)", metrics->correct,
                     metrics->images, metrics_accuracy(metrics), metrics_accuracy_margin(metrics));
    print_stdout("\n");
}

void console_on_event(Console *console, const TrainEvent *event) {
    switch (event->kind) {
    case TRAIN_BATCH_DONE:
        return;
    case TRAIN_EPOCH_DONE:
        console->trained_images += event->metrics->images;
        console->training_seconds += event->seconds;
        console->tested_images += event->test ? event->test->images : 0;
        console->test_seconds += event->test_seconds;
        print_epoch(console, event);
        break;
    case TRAIN_TEST_DONE:
        console->tested_images += event->metrics->images;
        console->test_seconds += event->seconds;
        print_test(console, event);
        break;
    }
    print_flush(); // the reader of a pipe is to see each line at once
}

void console_print_stop(const Console *console, const TrainProgress *progress, size_t epoch_batches,
                        const char *checkpoint) {
    const Metrics *metrics = &progress->metrics;
    if (console->is_quiet)
        return;
    print_stderr("Stopped in epoch %zu after %zu of %zu batches", progress->epoch, progress->batch,
                 epoch_batches);
    if (progress->batch > 0)
        print_stderr(": loss %.4f, %.2f %% right", metrics_loss(metrics),
                     metrics_accuracy(metrics));
    print_stderr("\n");
    if (checkpoint)
        print_stderr("Continue with --resume %s\n", checkpoint);
}

static double peak_megabytes(void) {
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    const double unit = 1.0; // bytes
#else
    const double unit = 1024.0;
#endif
    return (double)usage.ru_maxrss * unit / 1e6;
}

void console_print_summary(const Console *console, const TrainProgress *best) {
    if (console->is_quiet)
        return;
    if (best)
        print_stderr("Best test: after epoch %zu, %zu right\n", best->best_epoch,
                     best->best_correct);
    if (console->trained_images > 0)
        print_stderr("Trained on %zu images in %.3f s: %.0f images/s\n", console->trained_images,
                     console->training_seconds,
                     (double)console->trained_images / console->training_seconds);
    print_stderr("Tested on %zu images in %.3f s; peak memory %.0f MB\n", console->tested_images,
                 console->test_seconds, peak_megabytes());
}
