// The description of a run, for the console, the log and the report.
#ifndef MNIST_TRAIN_REPORT_RUN_INFO_H
#define MNIST_TRAIN_REPORT_RUN_INFO_H

#include "data/class_names.h"
#include "data/dataset.h"
#include "report/environment.h"
#include "train/train_state.h"

#include <stddef.h>
#include <stdint.h>

// Nothing is owned: all pointers must outlive the users of a RunInfo.
typedef struct {
    const TrainConfig *config;
    const Environment *environment;
    const Dataset *train; // NULL: the run trains nothing
    const Dataset *test;
    const char *loaded;        // file of the initial parameters, or NULL
    const char *resumed;       // checkpoint that the run continues from, or NULL
    const ClassNames *classes; // names of the classes, or NULL
    size_t first_epoch;        // above 0 only in a resumed run
} RunInfo;

typedef enum { RUN_FIELD_TEXT, RUN_FIELD_UINT, RUN_FIELD_REAL } RunFieldKind;

// A named value of a TrainConfig or an Environment.
typedef struct {
    const char *key;   // in the log
    const char *label; // in the report
    RunFieldKind kind;
    const char *text;
    uint64_t uint;
    double real;
} RunField;

enum { RUN_MAX_FIELDS = 8 };

typedef struct {
    size_t count;
    RunField list[RUN_MAX_FIELDS];
} RunFields;

// Returns all settings but the transforms, in the order of the log.
RunFields run_info_config_fields(const TrainConfig *config);

// Returns all of the environment but the working directory, the variables and the command line, in
// the order of the log. The texts belong to the environment.
RunFields run_info_environment_fields(const Environment *environment);

#endif
