// A run as lines of JSON, one object a line (https://jsonlines.org): its settings and environment,
// each epoch, the test. Each line is written at once: whoever reads the file sees whole lines only,
// even if the program is killed.
#ifndef MNIST_TRAIN_REPORT_LOG_H
#define MNIST_TRAIN_REPORT_LOG_H

#include "base/error.h"
#include "data/dataset.h"
#include "report/environment.h"
#include "train/trainer.h"

#include <stdbool.h>

typedef struct {
    const char *path; // not owned; NULL: nothing is written
    int descriptor;
    bool failed;
    Error error; // of the first line that could not be written
} Log;

// What the first line says; texts may be NULL.
typedef struct {
    const TrainConfig *settings;
    const Environment *environment;
    const Dataset *train; // NULL: nothing is trained
    const Dataset *test;
    const char *loaded;  // the file of the network that it begins with
    const char *resumed; // the checkpoint that it goes on from
} LogRun;

// Whether log_begin could begin.
bool log_can_begin(const char *path, Error *error);

// Begins a new log in the place of what the path had, or goes on with it in a run that is resumed;
// devices and pipes are written to. False and the error: it can't be written.
bool log_begin(Log *log, const char *path, const LogRun *run, Error *error);

// A TrainCallback, its context a Log.
void log_on_event(void *context, const TrainEvent *event);

// The run was ended by a signal of this number, or by an error.
void log_write_stop(Log *log, const TrainProgress *progress, int signal);
void log_write_error(Log *log, const Error *error);

// Syncs and closes it. False and the error: a line could not be written.
bool log_finish(Log *log, Error *error);

#endif
