// The one table of the command line: names, types, ranges, defaults, help.
#ifndef MNIST_TRAIN_CLI_OPTION_TABLE_H
#define MNIST_TRAIN_CLI_OPTION_TABLE_H

#include <stddef.h>
#include <stdint.h>

// What an option's value is, and its place in Options.
typedef enum {
    OPTION_UINT,      // uint64_t
    OPTION_POSITIVE,  // double
    OPTION_CHOICE,    // uint64_t: the place among the choices
    OPTION_TEXT,      // const char *
    OPTION_FLAG,      // bool; there is no value
    OPTION_TRANSFORM, // Transforms: a decimal number from 0 to `most`, of the kind `least`
} OptionType;

typedef struct {
    const char *name;
    const char *alias; // a second long name, or NULL
    char letter;       // or 0
    OptionType type;
    size_t offset;            // of its value in Options
    const char *metavar;      // in the help; of a choice: the choices, as in "a|b"
    const char *default_text; // the default, as one would type it; NULL: zero
    uint64_t least;           // of a whole number
    uint64_t most;
    const char *help;
    const char *heading; // of the options that begin with this one; NULL: as the one before
} Option;

extern const Option option_table[];

enum { OPTION_COUNT = 28 }; // in the table

#endif
