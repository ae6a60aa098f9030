// What a run depends on beside its settings: program, libraries, machine.
#ifndef MNIST_TRAIN_REPORT_ENVIRONMENT_H
#define MNIST_TRAIN_REPORT_ENVIRONMENT_H

#include <stddef.h>

enum { ENVIRONMENT_TEXT = 160, ENVIRONMENT_VARIABLES = 8 };

typedef struct {
    char started[32];               // ISO 8601, UTC: 2026-01-31T12:00:00Z
    char system[ENVIRONMENT_TEXT];  // "Linux 6.1.0 x86_64"
    char program[ENVIRONMENT_TEXT]; // "mnist-train 0.1.0"
    const char *blas;               // library and version
    const char *kernel;
    const char *zlib;   // version
    size_t processors;  // that the program may use
    size_t threads;     // that work
    const char *folder; // the current one, or ""
    // Variables that change what a run does and are set: "OPENBLAS_CORETYPE=Haswell"; the last NULL
    const char *variables[ENVIRONMENT_VARIABLES + 1];
    int argument_count;
    char *const *arguments; // the command line; not owned
} Environment;

// Fills what there is to know; texts live as long as the program.
void environment_find(Environment *environment, size_t threads, int argument_count,
                      char *const *arguments);

#endif
