// The command line.
#ifndef MNIST_TRAIN_CLI_OPTIONS_H
#define MNIST_TRAIN_CLI_OPTIONS_H

#include "base/error.h"
#include "train/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The words after an option that takes several, in the order of the command line.
typedef struct {
    char *const *words; // (count)
    size_t count;
} OptionWords;

// A file, or a number if file is NULL.
typedef struct {
    uint64_t number;
    const char *file;
} FileOrUint;

// The values of all options. Paths and other texts are NULL and numbers without a default are 0 if
// the option was not given.
typedef struct {
    TrainConfig config; // the settings of a new run
    uint64_t threads;
    const char *data;
    uint64_t train_limit; // images
    uint64_t test_limit;  // images
    bool info;
    FileOrUint show; // options_given tells whether it was given
    const char *grid;
    const char *log;
    const char *report;
    bool quiet;
    const char *save;
    const char *save_best;
    const char *load;
    const char *checkpoint;
    uint64_t checkpoint_every; // batches
    const char *resume;
    OptionWords predict;
    const char *labels;
    bool digits_only;
    const char *classes;
    bool help;
    bool version;
    uint64_t given; // a bit for each option, read by options_given
} Options;

// Parses a command line; options that are not given get their defaults, and the last value counts
// if an option is given twice. *options points to the texts of argv, which it may change. Returns
// false and sets *error if an option is unknown, its value is missing or out of range, or options
// cannot be combined. Not thread-safe, since it uses getopt_long.
bool options_parse(int argc, char **argv, Options *options, Error *error);

// Returns whether the option of this long name, "show", was on the command line.
bool options_given(const Options *options, const char *name);

// Prints the text of --help on stdout.
void options_print_help(void);

#endif
