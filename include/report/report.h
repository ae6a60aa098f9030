// A page about a run: curves, mistakes, weights, and how to repeat it. One HTML file that needs
// nothing else.
#ifndef MNIST_TRAIN_REPORT_REPORT_H
#define MNIST_TRAIN_REPORT_REPORT_H

#include "base/error.h"
#include "data/dataset.h"
#include "nn/network.h"
#include "report/environment.h"
#include "train/metrics.h"
#include "train/prediction.h"
#include "train/trainer.h"

#include <stddef.h>

// What an epoch came to.
typedef struct {
    Metrics metrics;
    double seconds;
} ReportEpoch;

typedef struct {
    const TrainConfig *settings;
    const Environment *environment;
    const Dataset *train; // NULL: nothing was trained
    const Dataset *test;
    const ReportEpoch *epochs; // (epoch_count)
    size_t epoch_count;
    size_t first_epoch;     // its number: above 0 in a run that was resumed
    const char *begun_with; // the file that was loaded or resumed; NULL: fresh parameters
    Metrics tested;
    double test_seconds;
    const NetworkParameters *parameters;
    const Prediction *predictions; // (test->count)
} Report;

// Writes the page as atomic_file_write. False and the error: it can't be written, or memory is
// short.
bool report_write(const char *path, const Report *report, Error *error);

#endif
