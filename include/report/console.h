// Tells the person at the terminal about a run: its results on stdout, the tutorial's own text
// first; what surrounds them on stderr.
#ifndef MNIST_TRAIN_REPORT_CONSOLE_H
#define MNIST_TRAIN_REPORT_CONSOLE_H

#include "base/error.h"
#include "data/dataset.h"
#include "train/trainer.h"

#include <stdbool.h>

typedef struct {
    bool quiet; // the tutorial's own text and nothing else
    size_t trained_images;
    double training_seconds;
    size_t tested_images;
    double test_seconds;
    int output_error; // errno of the first line that stdout did not take, or 0
} Console;

// What was loaded and how it will be trained, on stderr. train may be NULL: only the test.
void console_print_start(const Console *console, const TrainConfig *settings, size_t threads,
                         const Dataset *train, const Dataset *test);

// A TrainCallback, its context a Console: a line on stdout for each epoch and for the test.
void console_on_event(void *context, const TrainEvent *event);

// How far training came before a signal, and how it can go on (checkpoint may be NULL), on stderr.
void console_print_stop(const Console *console, const TrainProgress *progress, size_t epoch_batches,
                        const char *checkpoint);

// The closing summary on stderr: speed and peak memory.
void console_print_end(const Console *console);

// Whether stdout took all lines. False and the error.
bool console_finish(const Console *console, Error *error);

#endif
