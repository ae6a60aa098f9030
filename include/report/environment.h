// The environment of a run: program, libraries, machine, command line.
#ifndef MNIST_TRAIN_REPORT_ENVIRONMENT_H
#define MNIST_TRAIN_REPORT_ENVIRONMENT_H

#include <stddef.h>

enum { ENVIRONMENT_TEXT = 160, ENVIRONMENT_MAX_VARIABLES = 8 };

typedef struct {
    // Set by the caller, not owned.
    const char *blas;   // library, version and build options
    const char *kernel; // the processor whose BLAS kernels run
    size_t threads;     // worker threads
    int argument_count;
    char *const *arguments; // the command line

    // Set by environment_detect.
    char started[32];               // start of the run, ISO 8601 in UTC: "2026-01-31T12:00:00Z"
    char system[ENVIRONMENT_TEXT];  // "Linux 6.1.0 x86_64"
    char program[ENVIRONMENT_TEXT]; // "mnist-train 0.1.0"
    const char *zlib;               // version
    size_t processors;              // that this process may use
    const char *working_dir;        // "" if unknown
    // The environment variables that affect a run and are set, as "OPENBLAS_CORETYPE=Haswell". A
    // NULL follows the last one.
    const char *variables[ENVIRONMENT_MAX_VARIABLES + 1];
} Environment;

// Fills the second group of members. Their strings stay valid as long as the process runs.
void environment_detect(Environment *environment);

#endif
