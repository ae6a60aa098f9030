// The table of options. Parsing, --help, the man page and the completions use it.
#ifndef MNIST_TRAIN_CLI_OPTIONS_INTERNAL_H
#define MNIST_TRAIN_CLI_OPTIONS_INTERNAL_H

#include "base/error.h"
#include "cli/options.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

// The type of an option's value in Options.
typedef enum {
    OPTION_FLAG,         // bool: true if given; the option takes no value
    OPTION_UINT,         // uint64_t: min to max
    OPTION_SEED,         // uint64_t: -2^63 to 2^64 - 1; a negative one stands for itself plus 2^64
    OPTION_POSITIVE,     // double: above 0
    OPTION_CHOICE,       // uint64_t: an index into the choices of the metavar
    OPTION_FILE_OR_UINT, // FileOrUint: a number, min to max, if it has only digits
    OPTION_TEXT,         // const char *: not empty
    OPTION_TEXTS,        // OptionWords: one or more, none empty, up to a word that begins with "--"
    OPTION_TRANSFORM,    // Transforms: adds a transform, its parameter from 0 to max
} OptionType;

typedef struct {
    const char *name;  // without dashes
    const char *alias; // a second long name, or NULL
    char short_name;   // or 0
    OptionType type;
    size_t offset;            // of the value in Options
    const char *metavar;      // the value in texts; choices are separated by '|'; NULL for a flag
    const char *default_text; // parsed like a value on the command line; NULL: zero
    uint64_t min;
    uint64_t max;
    TransformKind transform; // of OPTION_TRANSFORM
    const char *help;        // lines short enough for the second column of --help
    const char *heading;     // of the group that this option starts, or NULL
} Option;

enum { OPTION_COUNT = 30 };

extern const Option option_table[OPTION_COUNT];

// Checks which options are given together, and that at most one reads stdin. Returns false and sets
// *error, which names the options.
bool options_check(const Options *options, Error *error);

#endif
