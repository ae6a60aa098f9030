// The report: an HTML page about a run, with curves, metrics, misclassified images, weights, and
// the command that reproduces the run. The file is self-contained.
#ifndef MNIST_TRAIN_OUTPUT_REPORT_H
#define MNIST_TRAIN_OUTPUT_REPORT_H

#include "base/error.h"
#include "nn/network.h"
#include "output/run_info.h"
#include "train/metrics.h"
#include "train/prediction.h"
#include "train/trainer.h"

#include <stddef.h>

typedef struct {
    Metrics metrics;
    double seconds;
    Metrics test; // after the epoch, of a run with tests_every_epoch
} ReportEpoch;

typedef struct {
    const char *path; // not owned; NULL: there is no report, and events are ignored
    RunInfo run;
    ReportEpoch *epochs; // (max_epochs): epoch_count are filled, from run.first_epoch on
    size_t epoch_count;
    size_t max_epochs;
    Metrics test_metrics;
    double test_seconds;
} Report;

// Starts the report of a run whose data sets are not empty. The path must outlive the report. The
// caller calls report_destroy. Returns false and sets *error if memory is short.
bool report_begin(Report *report, const char *path, const RunInfo *run, Error *error);
void report_destroy(Report *report); // a zeroed one is allowed

// Listens to the trainer: keeps the results of epochs and of the test.
void report_on_event(Report *report, const TrainEvent *event);

// Writes the page as atomic_file_write. Call it after the event of the test. Returns false and sets
// *error if the page cannot be written or memory is short.
bool report_write(const Report *report, const NetworkParameters *parameters,
                  const Prediction *predictions, // (test images)
                  Error *error);

#endif
