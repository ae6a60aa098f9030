// A line on stderr that says how far training is, redrawn in place; on a terminal only.
#ifndef MNIST_TRAIN_REPORT_PROGRESS_H
#define MNIST_TRAIN_REPORT_PROGRESS_H

#include "base/terminal.h"
#include "train/trainer.h"

#include <stdbool.h>

typedef struct {
    bool shown; // nothing is drawn otherwise
    Terminal terminal;
    size_t on_screen;     // columns of the line that stands there now; 0: none
    double begun;         // seconds of the monotonic clock at the first batch; 0: not yet
    double drawn_last;    // likewise
    size_t batches;       // since then
    size_t images;        // in them
    size_t images_before; // in the epoch, at the last batch
} Progress;

// Shown where stderr is a terminal that can move its cursor, and `wanted`.
Progress progress_begin(bool wanted);

// A TrainCallback, its context a Progress. To be called before the listeners that print.
void progress_on_event(void *context, const TrainEvent *event);

// Takes the line away, if it stands there.
void progress_erase(Progress *progress);

#endif
