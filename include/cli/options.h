// The command line: one table says each option's names, type, range, default and help.
#ifndef MNIST_TRAIN_CLI_OPTIONS_H
#define MNIST_TRAIN_CLI_OPTIONS_H

#include "base/error.h"
#include "data/transforms.h"

#include <stdint.h>
#include <stdio.h>

typedef struct {
    uint64_t epochs;
    uint64_t batch;
    double learning_rate;
    uint64_t seed;
    uint64_t loss;        // place among the choices: 0 tutorial, 1 logits
    const char *data;     // NULL: not given
    uint64_t train_limit; // 0: all images
    uint64_t test_limit;  // 0: all images
    Transforms transforms;
    uint64_t threads; // 0: not given
    bool info;
    uint64_t show; // number of an image: see options_given
    const char *grid;
    const char *log;
    const char *report;
    const char *save; // files and folders: NULL when not given
    const char *load;
    const char *checkpoint;
    uint64_t checkpoint_every; // batches; 0: not given
    const char *resume;
    const char *predict;
    const char *labels;
    bool quiet;
    bool reproducible;
    bool help;
    bool version;
    uint32_t given; // a bit for each option that was: see options_given
} Options;

// Reads the command line into options, defaults first; of an option given twice the last one holds.
// argv is reordered, and texts point into it. False and the error, which names the option, what it
// takes and what was found. Not to be called by two threads at once (getopt_long).
bool options_parse(int argc, char **argv, Options *options, Error *error);

// Whether the option of this long name was on the command line, and did not just have its default.
bool options_given(const Options *options, const char *name);

// The text of --help.
void options_write_help(FILE *stream);

#endif
