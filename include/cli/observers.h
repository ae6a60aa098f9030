// All who are told what happens in a run: progress, console, log, and the report at its end.
#ifndef MNIST_TRAIN_CLI_OBSERVERS_H
#define MNIST_TRAIN_CLI_OBSERVERS_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "cli/options.h"
#include "report/console.h"
#include "report/environment.h"
#include "report/log.h"
#include "report/progress.h"
#include "report/report.h"
#include "train/trainer.h"

typedef struct {
    const Options *options;
    const Environment *environment;
    Progress progress;
    Console console;
    Log log;
    Report report;
} Observers;

// Before anything is loaded; the two must outlive the observers.
Observers observers_create(const Options *options, const Environment *environment);
void observers_destroy(Observers *observers);

// The run is about to begin, or to go on. False and the error: the log can't be written, or memory
// is short.
bool observers_begin(Observers *observers, const Trainer *trainer, const Dataset *train,
                     const Dataset *test, Error *error);

// A TrainCallback, its context a Observers.
void observers_on_event(void *context, const TrainEvent *event);

// Returns false and sets *error if the report cannot be written.
bool observers_write_report(Observers *observers, const NetworkParameters *parameters,
                            const Prediction *predictions, // (test images)
                            Error *error);

// The run is done, was ended by a signal, or failed. Return false and set *error if the log or
// stdout cannot be written.
bool observers_finish(Observers *observers, Error *error);
bool observers_stop(Observers *observers, const Trainer *trainer, int signal, Error *error);
void observers_fail(Observers *observers, const Error *error);

#endif
