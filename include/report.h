// A page about a run: curves, mistakes, weights, and how to repeat it. One HTML file that needs
// nothing else.
#ifndef MNIST_TRAIN_REPORT_H
#define MNIST_TRAIN_REPORT_H

#include "dataset.h"
#include "environment.h"
#include "error.h"
#include "figures.h"
#include "network.h"
#include "predict.h"
#include "trainer.h"

#include <stddef.h>

// What an epoch came to.
typedef struct {
    Figures figures;
    double seconds;
} ReportEpoch;

typedef struct {
    const TrainerSettings *settings;
    const Environment *environment;
    const Dataset *train; // NULL: nothing was trained
    const Dataset *test;
    const ReportEpoch *epochs; // (epoch_count)
    size_t epoch_count;
    size_t first_epoch;     // its number: above 0 in a run that was resumed
    const char *begun_with; // the file that was loaded or resumed; NULL: fresh parameters
    Figures tested;
    double test_seconds;
    const NetworkParameters *parameters;
    const Prediction *predictions; // (test->count)
} Report;

// Writes the page as file_replace. False and the error: it can't be written, or memory is short.
bool report_write(const char *path, const Report *report, Error *error);

#endif
