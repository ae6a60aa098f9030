#include "options.h"

#include "base/number.h"
#include "output/print.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

// The type of an option's value in Options.
typedef enum {
    OPTION_FLAG,         // bool: true if given; the option takes no value
    OPTION_SETTING,      // the setting of the option's name (train/settings.h)
    OPTION_UINT,         // uint64_t: min to max
    OPTION_FILE_OR_UINT, // FileOrUint: a number, min to max, if it has only digits
    OPTION_TEXT,         // const char *: not empty
    OPTION_OUTPUT,       // const char *: a file that is written, neither empty nor "-"
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

#define OPTION(name_, type_, member_, metavar_, help_)                                             \
    .name = (name_), .type = (type_), .offset = offsetof(Options, member_), .metavar = (metavar_), \
    .help = (help_)
#define FLAG(name, member, help) OPTION(name, OPTION_FLAG, member, NULL, help)
#define SETTING(name, metavar, help) OPTION(name, OPTION_SETTING, config, metavar, help)
#define TEXT(name, member, metavar, help) OPTION(name, OPTION_TEXT, member, metavar, help)
#define OUTPUT(name, member, metavar, help) OPTION(name, OPTION_OUTPUT, member, metavar, help)
#define COUNT(name, member, help)                                                                  \
    OPTION(name, OPTION_UINT, member, "N", help), .min = 1, .max = UINT32_MAX
#define TRANSFORM(name, kind, metavar, help)                                                       \
    OPTION(name, OPTION_TRANSFORM, config.transforms, metavar, help), .transform = (kind)

// Parsing and --help follow from this table.
static const Option option_table[] = {
    {SETTING("epochs", "N", "training epochs; 0: test only"), .short_name = 'e',
     .heading = "Training"},
    {SETTING("batch", "N", "images per training step"), .short_name = 'b', .alias = "batch-size"},
    {SETTING("lr", "X", "learning rate of Adam")},
    {SETTING("seed", "N", "random seed, as for torch.manual_seed")},
    {SETTING("loss", "tutorial|logits", "cross entropy of the softmax output, or of the\nlogits")},
    {OPTION("threads", OPTION_UINT, threads, "N",
            "worker threads (max. 4); the results do not depend\n"
            "on their number (default: available processors)"),
     .short_name = 't', .min = 1, .max = 1024},
    {FLAG("reproducible", config.is_reproducible,
          "compute the same bits on every machine, without\nthe BLAS library")},
    {FLAG("test-every-epoch", config.tests_every_epoch,
          "test after each epoch too; the random numbers are\n"
          "those of PyTorch with such a script")},

    {TEXT("data", data, "DIR",
          "directory of the IDX files, or of folders of\n"
          "PNG images (default: $MNIST_DATA, else\ndata/mnist)"),
     .heading = "Data"},
    {COUNT("train-limit", train_limit, "train on the first N images (default: all)")},
    {COUNT("test-limit", test_limit, "test on the first N images (default: all)")},
    {TRANSFORM("rotate", TRANSFORM_ROTATE, "DEG",
               "rotate each training image by a random angle of at\nmost DEG degrees")},
    {TRANSFORM("vflip", TRANSFORM_VFLIP, "P",
               "flip each training image vertically with\nprobability P")},
    {TRANSFORM("hflip", TRANSFORM_HFLIP, "P",
               "flip each training image horizontally with\n"
               "probability P; the transforms are torchvision's and\n"
               "apply in the order of the options")},

    {FLAG("info", info, "print a summary of the data and the network,\nand exit"),
     .heading = "Inspection and output"},
    {OPTION("show", OPTION_FILE_OR_UINT, show, "FILE",
            "draw a picture in the terminal as the network sees\n"
            "it, and exit; a number N (from 0) is training image\n"
            "N, ./N is a file of this name"),
     .max = UINT32_MAX},
    {OUTPUT("grid", grid, "FILE", "write the first training batch as a PNG image")},
    {OUTPUT("log", log, "FILE", "write a log of the run as JSON Lines")},
    {OUTPUT("report", report, "FILE", "write a report of the run as HTML")},
    {FLAG("quiet", quiet, "print only the tutorial's text")},

    {OUTPUT("save", save, "FILE", "write the trained weights in safetensors format"),
     .heading = "Models and checkpoints"},
    {OUTPUT("save-best", save_best, "FILE",
            "write the weights after the epoch with the best\ntest; implies --test-every-epoch")},
    {TEXT("load", load, "FILE", "initialise the weights from a model or checkpoint")},
    {OUTPUT("checkpoint", checkpoint, "FILE",
            "write a checkpoint after each epoch and when\ninterrupted")},
    {COUNT("checkpoint-every", checkpoint_every,
           "also write a checkpoint after every N batches of\nan epoch")},
    {TEXT("resume", resume, "FILE", "continue the run of a checkpoint, with its settings")},
    {OPTION("predict", OPTION_TEXTS, predict, "FILE...",
            "with --load: print predictions as CSV for PNG, PNM\n"
            "and IDX files, those in a directory, or stdin (-);\n"
            "the list ends at a word that begins with --")},
    {TEXT("labels", labels, "FILE", "with --predict: compare with the labels of an IDX\nfile")},
    {FLAG("digits-only", digits_only, "with --predict: print only the digits, one per line")},
    {TEXT("classes", classes, "FILE",
          "with --predict or --report: names of the classes,\nten lines of text")},

    {FLAG("help", help, "print this help and exit"), .short_name = 'h', .heading = "Other"},
    {FLAG("version", version, "print the versions of the program and its\nlibraries, and exit")},
};

enum { OPTION_COUNT = sizeof option_table / sizeof *option_table };

_Static_assert(OPTION_COUNT <= 64, "Options.given has a bit for each option");

// getopt_long returns FIRST_CODE plus an option's index in the table, or its short name.
enum { FIRST_CODE = 256 };

static bool parse_uint(const Option *option, const char *text, uint64_t *number, Error *error) {
    return number_parse_uint(text, option->min, option->max, number) ||
           error_set(error, "--%s: expected a whole number from %llu to %llu, found '%s'",
                     option->name, (unsigned long long)option->min, (unsigned long long)option->max,
                     text);
}

static bool parse_transform(const Option *option, const char *text, Transforms *transforms,
                            Error *error) {
    const double max = transforms_max(option->transform);
    double parsed;
    if (!number_parse_real(text, &parsed) || parsed < 0.0 || parsed > max)
        return error_set(error, "--%s: expected a number from 0 to %g, found '%s'", option->name,
                         max, text);
    transforms_add(transforms, option->transform, parsed);
    return true;
}

static bool check_not_empty(const Option *option, const char *text, Error *error) {
    return *text || error_set(error, "--%s: expected %s, found ''", option->name, option->metavar);
}

static bool parse_value(const Option *option, const char *text, Options *options, Error *error) {
    void *value = (char *)options + option->offset;
    char name[32];
    switch (option->type) {
    case OPTION_FLAG:
        *(bool *)value = true;
        return true;
    case OPTION_SETTING:
        snprintf(name, sizeof name, "--%s", option->name);
        return setting_parse(setting_find(option->name), name, text, &options->config, error);
    case OPTION_UINT:
        return parse_uint(option, text, value, error);
    case OPTION_FILE_OR_UINT:
        if (*text && !text[strspn(text, "0123456789")]) {
            *(FileOrUint *)value = (FileOrUint){.file = NULL};
            return parse_uint(option, text, &((FileOrUint *)value)->number, error);
        }
        *(FileOrUint *)value = (FileOrUint){.file = text};
        return check_not_empty(option, text, error);
    case OPTION_TEXT:
    case OPTION_OUTPUT:
        if (option->type == OPTION_OUTPUT && strcmp(text, "-") == 0)
            return error_set(error, "--%s: expected a file, found '-'", option->name);
        *(const char **)value = text;
        return check_not_empty(option, text, error);
    case OPTION_TEXTS: // options_parse reads the words
        return true;
    case OPTION_TRANSFORM:
        return parse_transform(option, text, value, error);
    }
    return false;
}

// The option table in the format of getopt_long.
typedef struct {
    struct option names[2 * OPTION_COUNT + 1];
    char short_names[2 * OPTION_COUNT + 3];
} GetoptTable;

static void fill_getopt_table(GetoptTable *table) {
    struct option *name = table->names;
    char *short_name = table->short_names;
    *short_name++ = '+'; // getopt_long then stops at a word that is no option
    *short_name++ = ':'; // and returns ':' for a missing value
    for (int i = 0; i < OPTION_COUNT; i++) {
        const Option *option = &option_table[i];
        int has_value = option->type == OPTION_FLAG ? no_argument : required_argument;
        *name++ = (struct option){option->name, has_value, NULL, FIRST_CODE + i};
        if (option->alias)
            *name++ = (struct option){option->alias, has_value, NULL, FIRST_CODE + i};
        if (option->short_name) {
            *short_name++ = option->short_name;
            if (has_value == required_argument)
                *short_name++ = ':';
        }
    }
    *name = (struct option){0};
    *short_name = '\0';
}

static const Option *find_option(int code) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        const Option *option = &option_table[i];
        if (code == FIRST_CODE + i || (option->short_name && code == option->short_name))
            return option;
    }
    return NULL;
}

// Sets the error for a word that getopt_long rejected with ':' or '?'. optopt is the code of the
// option if getopt_long knows it, the letter of an unknown short option, or 0.
static bool reject(int code, const char *word, Error *error) {
    const Option *option = find_option(optopt);
    if (code == ':')
        return error_set(error, "--%s: expected %s, found no value", option->name, option->metavar);
    if (option)
        return error_set(error, "--%s: expected no value, found '%s'", option->name, word);
    if (optopt)
        return error_set(error, "unknown option '-%c'; --help lists all", optopt);
    return error_set(error, "unknown or ambiguous option '%s'; --help lists all", word);
}

// Reads the words of an option that takes several: getopt_long has returned the first of them. That
// one may be the rest of the word "--predict=FILE", whose place in argv it takes.
static bool parse_words(const Option *option, int argc, char **argv, OptionWords *list,
                        Error *error) {
    bool is_own_word = optarg == argv[optind - 1];
    if (is_own_word && strncmp(optarg, "--", 2) == 0)
        return error_set(error, "--%s: expected %s, found no value", option->name, option->metavar);
    argv[optind - 1] = optarg;
    *list = (OptionWords){.words = argv + optind - 1, .count = 1};
    for (; optind < argc && strncmp(argv[optind], "--", 2) != 0; optind++)
        list->count++;
    for (size_t i = 0; i < list->count; i++) {
        if (!check_not_empty(option, list->words[i], error))
            return false;
    }
    return true;
}

#define INSPECTION_EXCLUDES                                                                        \
    "load", "save", "save-best", "checkpoint", "resume", "predict", "log", "report"

static bool check_combinations(const Options *options, Error *error) {
    static const struct {
        const char *name;
        const char *needed;      // or NULL
        const char *excluded[9]; // up to a NULL
    } rules[] = {
        {"predict", "load", {"save", "save-best", "checkpoint", "resume", "grid", "log", "report"}},
        {"labels", "predict", {NULL}},
        {"digits-only", "predict", {NULL}},
        {"checkpoint-every", "checkpoint", {NULL}},
        {"resume", NULL, {"load"}},
        {"info", NULL, {INSPECTION_EXCLUDES}},
        {"show", NULL, {INSPECTION_EXCLUDES}},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!options_given(options, rules[i].name))
            continue;
        if (rules[i].needed && !options_given(options, rules[i].needed))
            return error_set(error, "--%s needs --%s", rules[i].name, rules[i].needed);
        for (const char *const *other = rules[i].excluded; *other; other++) {
            if (options_given(options, *other))
                return error_set(error, "--%s cannot be combined with --%s", *other, rules[i].name);
        }
    }
    if (options->classes && !options_given(options, "predict") && !options->report)
        return error_set(error, "--classes needs --predict or --report");
    if (options->labels && options->predict.count != 1)
        return error_set(error, "--labels: expected one file after --predict, found %zu",
                         options->predict.count);
    // the number of epochs of a resumed run is not known yet
    if ((options->checkpoint || options->save_best) && options->config.epochs == 0 &&
        !options->resume)
        return error_set(error, "--%s cannot be combined with --epochs 0",
                         options->checkpoint ? "checkpoint" : "save-best");
    return true;
}

bool options_parse(int argc, char **argv, Options *options, Error *error) {
    *options = (Options){0};
    settings_set_defaults(&options->config);
    GetoptTable table = {0};
    fill_getopt_table(&table);
    opterr = 0;
    optind = 0; // resets getopt_long, which may have stopped within another command line
    for (int code; (code = getopt_long(argc, argv, table.short_names, table.names, NULL)) != -1;) {
        if (code == ':' || code == '?')
            return reject(code, argv[optind - 1], error);
        const Option *option = find_option(code);
        void *value = (char *)options + option->offset;
        if (option->type == OPTION_TEXTS ? !parse_words(option, argc, argv, value, error)
                                         : !parse_value(option, optarg, options, error))
            return false;
        options->given |= UINT64_C(1) << (option - option_table);
    }
    if (optind < argc)
        return error_set(error, "expected options only, found '%s'", argv[optind]);
    options->config.tests_every_epoch |= options->save_best != NULL;
    return check_combinations(options, error);
}

bool options_given(const Options *options, const char *name) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(option_table[i].name, name) == 0)
            return options->given >> i & 1;
    }
    return false;
}

enum { NAMES_WIDTH = 22, HELP_COLUMN = NAMES_WIDTH + (int)sizeof "  -x, " };

static void print_option(const Option *option) {
    char names[64];
    snprintf(names, sizeof names, "--%s %s", option->name, option->metavar ? option->metavar : "");
    if (option->short_name)
        print_stdout("  -%c, ", option->short_name);
    else
        print_stdout("      ");
    print_stdout("%-*s ", NAMES_WIDTH, names);
    for (const char *c = option->help; *c; c++) {
        if (*c == '\n')
            print_stdout("\n%*s", HELP_COLUMN, "");
        else
            print_stdout("%c", *c);
    }
    if (option->type == OPTION_SETTING)
        print_stdout(" (default: %s)", setting_find(option->name)->default_text);
    print_stdout("\n");
    if (option->alias)
        print_stdout("      --%-*s same as --%s\n", NAMES_WIDTH - 2, option->alias, option->name);
}

void options_print_help(void) {
    print_stdout("Usage: mnist-train [OPTION]...\n"
                 "Trains and tests the 784-128-dropout(0.2)-10 network of a PyTorch tutorial on\n"
                 "MNIST (https://github.com/AINewHorizon/pytorch_notebooks). With the same seed,\n"
                 "the initial weights, the order of the images and the dropout masks are\n"
                 "PyTorch's bit for bit; losses are equal up to rounding.\n");
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->heading)
            print_stdout("\n%s:\n", option->heading);
        print_option(option);
    }
    print_stdout("\nExit status: 0 success, 1 the data or the run failed, 2 usage error,\n"
                 "128 + N the run was stopped by signal N.\n");
}
