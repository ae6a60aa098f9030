#define _DARWIN_C_SOURCE // ru_maxrss
#include "report/console.h"

#include "report/print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { ADDITION_TEXT = 160 };

static void print_dataset(const char *split, const Dataset *dataset) {
    print_stderr("%s: %zu images of %s\n", split, dataset->count, dataset->images_path);
}

void console_print_start(const Console *console, const RunInfo *run) {
    const TrainConfig *config = run->config;
    if (console->is_quiet)
        return;
    if (run->train)
        print_dataset("Train", run->train);
    print_dataset("Test", run->test);
    print_stderr("Epochs: %zu, batch: %zu, learning rate: %g, loss: %s, seed: %" PRIu64 "\n",
                 config->epochs, config->batch_size, config->learning_rate,
                 network_loss_name(config->loss), config->seed);
    if (config->transforms.count > 0) {
        char text[TRANSFORMS_TEXT];
        transforms_describe(&config->transforms, text, sizeof text);
        print_stderr("Transforms: %s\n", text);
    }
    print_stderr("Threads: %zu, kernel: %s\n", run->environment->threads, run->environment->kernel);
}

// Prints a line of the tutorial's text and one of the additions, from the longest to the shortest:
// the first that fits the terminal.
static void print_result(const char *text, char additions[][ADDITION_TEXT], size_t count) {
    size_t i = 0;
    while (i < count && strlen(text) + strlen(additions[i]) > print_columns())
        i++;
    print_stdout("%s%s\n", text, i < count ? additions[i] : "");
}

static void print_epoch(const Console *console, const TrainEvent *event) {
    const Metrics *metrics = event->metrics;
    char text[ADDITION_TEXT];
    char additions[3][ADDITION_TEXT];
    snprintf(text, sizeof text, "Epoch: %zu | Loss: %.4f | Train Accuracy: %.2f", event->epoch,
             metrics_tutorial_loss(metrics), metrics_tutorial_accuracy(metrics));
    snprintf(additions[0], ADDITION_TEXT,
             " | exact: loss %.4f, %zu of %zu right (%.2f %%) | %.2f s", metrics_loss(metrics),
             metrics->correct, metrics->images, metrics_accuracy(metrics), event->seconds);
    snprintf(additions[1], ADDITION_TEXT, " | exact: %.2f %% | %.2f s", metrics_accuracy(metrics),
             event->seconds);
    snprintf(additions[2], ADDITION_TEXT, " | %.2f s", event->seconds);
    print_result(text, additions, console->is_quiet ? 0 : 3);
}

static void print_test(const Console *console, const TrainEvent *event) {
    const Metrics *metrics = event->metrics;
    char text[ADDITION_TEXT];
    char additions[2][ADDITION_TEXT];
    snprintf(text, sizeof text, "Test Accuracy: %.2f", metrics_tutorial_accuracy(metrics));
    snprintf(additions[0], ADDITION_TEXT, " | exact: %zu of %zu right (%.2f %%, +-%.2f)",
             metrics->correct, metrics->images, metrics_accuracy(metrics),
             metrics_accuracy_margin(metrics));
    snprintf(additions[1], ADDITION_TEXT, " | exact: %.2f %%", metrics_accuracy(metrics));
    print_result(text, additions, console->is_quiet ? 0 : 2);
}

void console_on_event(void *context, const TrainEvent *event) {
    Console *console = context;
    switch (event->kind) {
    case TRAIN_BATCH_DONE:
        return;
    case TRAIN_EPOCH_DONE:
        console->trained_images += event->metrics->images;
        console->training_seconds += event->seconds;
        print_epoch(console, event);
        break;
    case TRAIN_TEST_DONE:
        console->tested_images += event->metrics->images;
        console->test_seconds += event->seconds;
        print_test(console, event);
        break;
    }
    // The reader of a pipe is to see each line at once.
    int code = print_flush();
    if (console->output_error == 0)
        console->output_error = code;
}

void console_print_stop(const Console *console, const TrainProgress *progress, size_t epoch_batches,
                        const char *checkpoint) {
    const Metrics *metrics = &progress->metrics;
    if (console->is_quiet)
        return;
    print_stderr("Stopped in epoch %zu after %zu of %zu batches", progress->epoch, progress->batch,
                 epoch_batches);
    if (progress->batch > 0)
        print_stderr(": loss %.4f, %zu of %zu right so far (%.2f %%)", metrics_loss(metrics),
                     metrics->correct, metrics->images, metrics_accuracy(metrics));
    if (checkpoint)
        print_stderr("; continue with --resume %s", checkpoint);
    print_stderr("\n");
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

void console_print_summary(const Console *console) {
    if (console->is_quiet)
        return;
    if (console->trained_images > 0)
        print_stderr("Trained on %zu images in %.3f s: %.0f images/s\n", console->trained_images,
                     console->training_seconds,
                     (double)console->trained_images / console->training_seconds);
    print_stderr("Tested on %zu images in %.3f s; peak memory %.0f MB\n", console->tested_images,
                 console->test_seconds, peak_megabytes());
}

bool console_finish(const Console *console, Error *error) {
    if (console->output_error == 0)
        return true;
    errno = console->output_error;
    return error_errno(error, "write", "stdout");
}
