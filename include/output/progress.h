// The progress line of a training run: redrawn in place on stderr, on terminals only.
#ifndef MNIST_TRAIN_OUTPUT_PROGRESS_H
#define MNIST_TRAIN_OUTPUT_PROGRESS_H

#include "base/terminal.h"
#include "train/trainer.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool is_shown; // false: nothing is drawn
    Terminal terminal;
    size_t batches;   // done since the start
    double start;     // clock_seconds() at the end of the first batch
    double last_draw; // clock_seconds() at the last redraw
} Progress;

// The line is shown if is_wanted and if stderr is a terminal that can move its cursor.
Progress progress_begin(bool is_wanted);

// Listens to the trainer: redraws the line after a batch, ten times a second
// at most, and erases it after an epoch. To be called before callbacks that print.
void progress_on_event(Progress *progress, const TrainEvent *event);

// Erases the line, and the "^C" of the terminal, if the line is shown.
void progress_erase(const Progress *progress);

#endif
