// Forwards the events of a run to its observers: the progress line, the console, the log and the
// report.
#ifndef MNIST_TRAIN_CLI_OBSERVERS_H
#define MNIST_TRAIN_CLI_OBSERVERS_H

#include "base/error.h"
#include "report/console.h"
#include "report/log.h"
#include "report/progress.h"
#include "report/report.h"
#include "report/run_info.h"
#include "train/trainer.h"

#include <stdbool.h>

// The paths are not owned; NULL if the file is not requested.
typedef struct {
    bool is_quiet; // print only the tutorial's text
    const char *log;
    const char *report;
    const char *checkpoint; // named in the message when a signal stops the run
} ObserversConfig;

typedef struct {
    ObserversConfig config;
    Progress progress;
    Console console;
    Log log;
    Report report;
} Observers;

// The caller calls observers_destroy. Before observers_begin has returned true, only observers_fail
// and observers_destroy may be called.
Observers observers_create(const ObserversConfig *config);
void observers_destroy(Observers *observers);

// Starts the log and the report, and prints the settings of the run. All that *run points to must
// outlive the observers. Returns false and sets *error if the log cannot be written or memory is
// short.
bool observers_begin(Observers *observers, const RunInfo *run, Error *error);

// A TrainCallback whose context is the Observers.
void observers_on_event(void *context, const TrainEvent *event);

// Writes the report of --report. Call it after the test. Returns false and sets *error as
// report_write.
bool observers_write_report(Observers *observers, const NetworkParameters *parameters,
                            const Prediction *predictions, // (test images)
                            Error *error);

// The caller calls one of these at the end of the run: observers_finish if it is complete,
// observers_stop if a signal stopped it, observers_fail if it failed. The first two return false
// and set *error if the log or stdout could not be written.
bool observers_finish(Observers *observers, Error *error);
bool observers_stop(Observers *observers, const Trainer *trainer, int signal_number, Error *error);
void observers_fail(Observers *observers, const Error *error);

#endif
