// The log of a run as JSON Lines (https://jsonlines.org): one object for the run's description, for
// each epoch, and for the test. Each line is written in one piece, so that readers see only
// whole lines, even if the process is killed.
#ifndef MNIST_TRAIN_OUTPUT_LOG_H
#define MNIST_TRAIN_OUTPUT_LOG_H

#include "base/error.h"
#include "output/run_info.h"
#include "train/trainer.h"

#include <stdbool.h>
#include <stdio.h>

// Starts as {0}.
typedef struct {
    const char *path; // not owned
    FILE *file;       // NULL: there is no log, and events are ignored
    long line_begin;  // offset of the last line; -1 in a pipe
    int error;        // errno of the first line that could not be written, or 0
} Log;

// Checks that log_begin can open the file. Returns false and sets *error if it cannot.
bool log_can_begin(const char *path, Error *error);

// Opens the log and writes the first line. Replaces the contents of an existing file; if the run is
// resumed, appends to them. A device, a pipe, and the file that receives stdout or stderr get the
// lines at their end. The path must outlive the log. The caller calls log_finish. Returns false and
// sets *error if the line cannot be written.
bool log_begin(Log *log, const char *path, const RunInfo *run, Error *error);

// Listens to the trainer: writes a line after each epoch and after the test.
void log_on_event(Log *log, const TrainEvent *event);

// Write a line about the end of the run: by a signal, or by an error.
void log_write_stop(Log *log, const TrainProgress *progress, int signal_number);
void log_write_error(Log *log, const Error *error);

// Closes the file. Returns false and sets *error if a line could not be written.
bool log_finish(Log *log, Error *error);

#endif
