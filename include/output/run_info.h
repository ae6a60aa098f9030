// The description of a run, for the console, the log and the report.
#ifndef MNIST_TRAIN_OUTPUT_RUN_INFO_H
#define MNIST_TRAIN_OUTPUT_RUN_INFO_H

#include "data/class_names.h"
#include "data/dataset.h"
#include "train/train_state.h"

#include <stddef.h>
#include <stdint.h>

enum { SYSTEM_TEXT = 160, ENVIRONMENT_MAX_VARIABLES = 3 };

// The environment of a run: program, libraries, machine, command line.
typedef struct {
    // Set by the caller, not owned.
    const char *blas;   // library, version and build options
    const char *kernel; // the processor whose BLAS kernels run
    size_t threads;     // worker threads
    int argument_count;
    char *const *arguments; // the command line

    // Set by environment_detect.
    char started[32];         // start of the run, ISO 8601 in UTC: "2026-01-31T12:00:00Z"
    char system[SYSTEM_TEXT]; // "Linux 6.1.0 x86_64"
    const char *program;      // "mnist-train 0.1.0"
    const char *zlib;         // version
    size_t processors;        // that this process may use
    const char *working_dir;  // "" if unknown
    // The environment variables that affect a run and are set, as "OPENBLAS_CORETYPE=Haswell". A
    // NULL follows the last one.
    const char *variables[ENVIRONMENT_MAX_VARIABLES + 1];
} Environment;

// Fills the second group of members, which are zeroed. Their strings stay valid as long as the
// process runs.
void environment_detect(Environment *environment);

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

enum { RUN_FIELDS = 8 };

// Values of an Environment for the log and the report.
typedef struct {
    struct {
        const char *key;   // in the log
        const char *label; // in the report
        const char *text;  // belongs to the environment; NULL: a number
        size_t number;
    } list[RUN_FIELDS];
} RunFields;

// Returns all but the working directory, the variables and the command line, in the order of the
// log.
RunFields run_info_fields(const Environment *environment);

#endif
