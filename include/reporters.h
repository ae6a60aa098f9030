// All who are told what happens in a run: progress, console, log, and the report at its end.
#ifndef MNIST_TRAIN_REPORTERS_H
#define MNIST_TRAIN_REPORTERS_H

#include "console.h"
#include "environment.h"
#include "error.h"
#include "log.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "team.h"
#include "trainer.h"

typedef struct {
    const Options *options;
    const Environment *environment;
    Progress progress;
    Console console;
    Log log;
    Report report;       // what is known of it
    ReportEpoch *epochs; // room for all that are left, where a report is wanted
} Reporters;

// Before anything is loaded; the two must outlive the reporters.
Reporters reporters_create(const Options *options, const Environment *environment);
void reporters_destroy(Reporters *reporters);

// The run is about to begin, or to go on. False and the error: the log can't be written, or memory
// is short.
bool reporters_begin(Reporters *reporters, const Trainer *trainer, const Dataset *train,
                     const Dataset *test, Error *error);

// A TrainerListener, its context a Reporters.
void reporters_listen(void *context, const TrainerEvent *event);

// What the test came to, once there was one.
const Figures *reporters_tested(const Reporters *reporters);

// The run is done, or was ended by a signal, or failed. False and the error: the report or the log
// can't be written.
bool reporters_finish(Reporters *reporters, const Trainer *trainer, Team *team, Error *error);
bool reporters_stop(Reporters *reporters, const Trainer *trainer, int signal, Error *error);
void reporters_fail(Reporters *reporters, const Error *error);

#endif
