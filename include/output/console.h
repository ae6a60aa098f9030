// The terminal output of a run. Results go to stdout, in lines that start with the tutorial's own
// text; other messages go to stderr.
#ifndef MNIST_TRAIN_OUTPUT_CONSOLE_H
#define MNIST_TRAIN_OUTPUT_CONSOLE_H

#include "output/run_info.h"
#include "train/trainer.h"

#include <stdbool.h>
#include <stddef.h>

// Starts as {.is_quiet = ...}.
typedef struct {
    bool is_quiet; // prints only the tutorial's own text
    size_t trained_images;
    double training_seconds;
    size_t tested_images;
    double test_seconds;
} Console;

// Prints the data sets and the settings on stderr. Like the other functions that print on stderr,
// prints nothing if is_quiet.
void console_print_start(const Console *console, const RunInfo *run);

// Listens to the trainer: prints a line on stdout after each epoch and after
// the test, and flushes it.
void console_on_event(Console *console, const TrainEvent *event);

// Prints on stderr the epoch and the batch at which a signal stopped the training. checkpoint is
// the file to resume from, or NULL.
void console_print_stop(const Console *console, const TrainProgress *progress, size_t epoch_batches,
                        const char *checkpoint);

// Prints speed and peak memory on stderr, and before them the best of the tests after epochs,
// unless `best` is NULL.
void console_print_summary(const Console *console, const TrainProgress *best);

#endif
