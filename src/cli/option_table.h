// The table of options: parsing and --help follow from it.
#ifndef MNIST_TRAIN_CLI_OPTION_TABLE_H
#define MNIST_TRAIN_CLI_OPTION_TABLE_H

#include "options.h"

// The type of an option's value in Options.
typedef enum {
    OPTION_FLAG,         // bool: true if given; the option takes no value
    OPTION_SETTING,      // the setting of the option's name (train/settings.h)
    OPTION_UINT,         // uint64_t: min to max
    OPTION_FILE_OR_UINT, // FileOrUint: a number, min to max, if it has only digits
    OPTION_TEXT,         // const char *: not empty
    OPTION_TEXTS,        // OptionWords: one or more, none empty, up to a word that begins with "--"
    OPTION_TRANSFORM,    // Transforms: adds a transform
} OptionType;

typedef struct {
    const char *name; // without dashes
    OptionType type;
    size_t offset;       // of the value in Options
    const char *metavar; // the value in texts; NULL for a flag
    const char *help;    // lines short enough for the second column of --help
    char short_name;     // or 0
    const char *alias;   // a second long name, or NULL
    uint64_t min, max;
    TransformKind transform; // of OPTION_TRANSFORM
    const char *heading;     // of the group that this option starts, or NULL
} Option;

enum { OPTION_COUNT = 30 };

extern const Option option_table[OPTION_COUNT];

#endif
