// A line on stderr that says how far the epoch is, redrawn in place; on a terminal only.
#ifndef MNIST_TRAIN_PROGRESS_H
#define MNIST_TRAIN_PROGRESS_H

#include "trainer.h"

#include <stdbool.h>

typedef struct {
    bool shown;        // nothing is drawn otherwise
    bool on_screen;    // the line stands there now
    double drawn_last; // seconds of the monotonic clock
} Progress;

// Shown where stderr is a terminal that can move its cursor, and `wanted`.
Progress progress_begin(bool wanted);

// A TrainerListener, its context a Progress. To be called before the listeners that print.
void progress_listen(void *context, const TrainerEvent *event);

// Takes the line away, if it stands there.
void progress_erase(Progress *progress);

#endif
