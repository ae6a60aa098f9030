#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef enum { WHOLE_NUMBER, POSITIVE_NUMBER, CHOICE, TEXT, FLAG } Type;

typedef struct {
    const char *name;
    const char *other_name; // a second long name, or NULL
    char letter;            // or 0
    Type type;
    size_t offset;          // of its value in Options
    const char *value_name; // in the help; of a choice: the choices, as in "a|b"
    const char *preset;     // the default, as one would type it; NULL: zero
    uint64_t least;         // of a whole number
    uint64_t most;
    const char *help;
} Option;

static const Option table[] = {
    {"epochs", NULL, 'e', WHOLE_NUMBER, offsetof(Options, epochs), "N", "5", 0, 1000000,
     "training epochs; 0: only the test"},
    {"batch", "batch-size", 'b', WHOLE_NUMBER, offsetof(Options, batch), "N", "32", 1, 65536,
     "images in a training step"},
    {"lr", NULL, 0, POSITIVE_NUMBER, offsetof(Options, learning_rate), "X", "0.001", 0, 0,
     "Adam's learning rate"},
    {"seed", NULL, 0, WHOLE_NUMBER, offsetof(Options, seed), "N", "0", 0, UINT64_MAX,
     "what torch.manual_seed would be given"},
    {"loss", NULL, 0, CHOICE, offsetof(Options, loss), "tutorial|logits", "tutorial", 0, 0,
     "cross entropy of the softmax's output,\nor of the logits"},
    {"data", NULL, 0, TEXT, offsetof(Options, data), "DIR", NULL, 0, 0,
     "folder of the IDX files\n(default: $MNIST_DATA, else data/mnist)"},
    {"train-limit", NULL, 0, WHOLE_NUMBER, offsetof(Options, train_limit), "N", NULL, 1, UINT32_MAX,
     "train on the first N images (default: all)"},
    {"test-limit", NULL, 0, WHOLE_NUMBER, offsetof(Options, test_limit), "N", NULL, 1, UINT32_MAX,
     "test on the first N images (default: all)"},
    {"threads", NULL, 't', WHOLE_NUMBER, offsetof(Options, threads), "N", NULL, 1, 1024,
     "threads that work, 4 at most; the results do\nnot depend on it (default: the processors "
     "that\nit may use)"},
    {"save", NULL, 0, TEXT, offsetof(Options, save), "FILE", NULL, 0, 0,
     "write the trained network to a safetensors\nfile"},
    {"load", NULL, 0, TEXT, offsetof(Options, load), "FILE", NULL, 0, 0,
     "begin with the network of such a file"},
    {"checkpoint", NULL, 0, TEXT, offsetof(Options, checkpoint), "FILE", NULL, 0, 0,
     "after each epoch, and when interrupted, write\nall that --resume needs"},
    {"checkpoint-every", NULL, 0, WHOLE_NUMBER, offsetof(Options, checkpoint_every), "N", NULL, 1,
     UINT32_MAX, "write it after every N batches too"},
    {"resume", NULL, 0, TEXT, offsetof(Options, resume), "FILE", NULL, 0, 0,
     "go on from a checkpoint, with its settings"},
    {"predict", NULL, 0, TEXT, offsetof(Options, predict), "FILE", NULL, 0, 0,
     "with --load: print the digits in an IDX file or\na PGM picture (-: stdin) as CSV"},
    {"labels", NULL, 0, TEXT, offsetof(Options, labels), "FILE", NULL, 0, 0,
     "with --predict: the right digits, to compare"},
    {"quiet", NULL, 0, FLAG, offsetof(Options, quiet), NULL, NULL, 0, 0,
     "print the tutorial's own text and nothing else"},
    {"help", NULL, 'h', FLAG, offsetof(Options, help), NULL, NULL, 0, 0, "print this and stop"},
    {"version", NULL, 0, FLAG, offsetof(Options, version), NULL, NULL, 0, 0,
     "print the versions of the program and of\nits libraries, and stop"},
};

_Static_assert(sizeof table / sizeof *table <= 32, "a bit each in Options.given");

enum { OPTIONS = sizeof table / sizeof *table, FIRST_CODE = 256, HELP_COLUMN = 22 };

static bool parse_whole_number(const Option *option, const char *text, uint64_t *number,
                               Error *error) {
    char *end = NULL;
    errno = 0;
    unsigned long long parsed = strtoull(text, &end, 10);
    // strtoull takes signs and blanks as well
    if (!isdigit((unsigned char)*text) || *end || errno || parsed < option->least ||
        parsed > option->most)
        return error_set(error, "--%s: expected a whole number from %llu to %llu, found '%s'",
                         option->name, (unsigned long long)option->least,
                         (unsigned long long)option->most, text);
    *number = parsed;
    return true;
}

static bool parse_positive_number(const Option *option, const char *text, double *number,
                                  Error *error) {
    // strtod takes "nan", "inf", hexadecimal and blanks as well
    bool decimal = *text && strspn(text, "0123456789.eE+-") == strlen(text);
    char *end = NULL;
    double parsed = strtod(text, &end);
    if (!decimal || *end || !isfinite(parsed) || parsed <= 0.0)
        return error_set(error, "--%s: expected a number above 0, found '%s'", option->name, text);
    *number = parsed;
    return true;
}

static bool parse_choice(const Option *option, const char *text, uint64_t *place, Error *error) {
    size_t length = strlen(text);
    *place = 0;
    for (const char *choice = option->value_name;; choice += strcspn(choice, "|") + 1, ++*place) {
        size_t choice_length = strcspn(choice, "|");
        if (choice_length == length && memcmp(choice, text, length) == 0)
            return true;
        if (!choice[choice_length])
            break;
    }
    return error_set(error, "--%s: expected %s, found '%s'", option->name, option->value_name,
                     text);
}

static bool parse_value(const Option *option, const char *text, Options *options, Error *error) {
    void *value = (char *)options + option->offset;
    switch (option->type) {
    case WHOLE_NUMBER:
        return parse_whole_number(option, text, value, error);
    case POSITIVE_NUMBER:
        return parse_positive_number(option, text, value, error);
    case CHOICE:
        return parse_choice(option, text, value, error);
    case TEXT:
        if (!*text)
            return error_set(error, "--%s: expected %s, found nothing", option->name,
                             option->value_name);
        *(const char **)value = text;
        return true;
    case FLAG:
        *(bool *)value = true;
        return true;
    }
    return false;
}

// getopt_long's view of the table. An option's code is FIRST_CODE + its place.
typedef struct {
    struct option names[2 * OPTIONS + 1];
    char letters[2 * OPTIONS + 2];
} GetoptTable;

static void getopt_table_fill(GetoptTable *getopt_table) {
    struct option *name = getopt_table->names;
    char *letter = getopt_table->letters;
    *letter++ = ':'; // tell a missing value from an unknown option
    for (int i = 0; i < OPTIONS; i++) {
        int has_value = table[i].type == FLAG ? no_argument : required_argument;
        *name++ = (struct option){table[i].name, has_value, NULL, FIRST_CODE + i};
        if (table[i].other_name)
            *name++ = (struct option){table[i].other_name, has_value, NULL, FIRST_CODE + i};
        if (table[i].letter) {
            *letter++ = table[i].letter;
            if (has_value == required_argument)
                *letter++ = ':';
        }
    }
    *name = (struct option){0};
    *letter = '\0';
}

static const Option *option_find(int code) {
    for (int i = 0; i < OPTIONS; i++) {
        if (code == FIRST_CODE + i || (table[i].letter && code == table[i].letter))
            return &table[i];
    }
    return NULL;
}

// What getopt_long could not take; it left the option's code or letter in optopt, if it knew one.
static bool refuse(int problem, const char *word, Error *error) {
    const Option *option = option_find(optopt);
    if (problem == ':')
        return error_set(error, "--%s: expected %s, found nothing", option->name,
                         option->value_name);
    if (option)
        return error_set(error, "--%s: expected no value, found '%s'", option->name, word);
    if (optopt)
        return error_set(error, "expected an option that --help lists, found '-%c'", optopt);
    return error_set(error, "expected an option that --help lists, found '%s'", word);
}

static bool set_defaults(Options *options, Error *error) {
    *options = (Options){0};
    for (int i = 0; i < OPTIONS; i++) {
        if (table[i].preset && !parse_value(&table[i], table[i].preset, options, error))
            return false;
    }
    return true;
}

// Options that need another one, or can't go with it.
static bool check_together(const Options *options, Error *error) {
    static const struct {
        const char *name;
        const char *needed;
        const char *excluded;
    } rules[] = {
        {"predict", "load", "save"},
        {"predict", "load", "checkpoint"},
        {"predict", "load", "resume"},
        {"labels", "predict", NULL},
        {"checkpoint-every", "checkpoint", NULL},
        {"resume", NULL, "load"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!options_given(options, rules[i].name))
            continue;
        if (rules[i].needed && !options_given(options, rules[i].needed))
            return error_set(error, "--%s: expected --%s with it, found none", rules[i].name,
                             rules[i].needed);
        if (rules[i].excluded && options_given(options, rules[i].excluded))
            return error_set(error, "--%s: expected it without --%s, found both", rules[i].name,
                             rules[i].excluded);
    }
    return true;
}

bool options_parse(int argc, char **argv, Options *options, Error *error) {
    if (!set_defaults(options, error))
        return false;
    GetoptTable getopt_table;
    getopt_table_fill(&getopt_table);
    options->given = 0;
    opterr = 0;
    optind = 0; // begin anew, even if the last command line was left in the middle
    for (int code;
         (code = getopt_long(argc, argv, getopt_table.letters, getopt_table.names, NULL)) != -1;) {
        if (code == ':' || code == '?')
            return refuse(code, argv[optind - 1], error);
        const Option *option = option_find(code);
        if (!parse_value(option, optarg, options, error))
            return false;
        options->given |= 1U << (option - table);
    }
    if (optind < argc)
        return error_set(error, "expected options only, found '%s'", argv[optind]);
    return check_together(options, error);
}

bool options_given(const Options *options, const char *name) {
    for (int i = 0; i < OPTIONS; i++) {
        if (strcmp(table[i].name, name) == 0)
            return options->given >> i & 1;
    }
    return false;
}

static void write_option(FILE *stream, const Option *option) {
    const char *value_name = option->value_name ? option->value_name : "";
    char names[64];
    snprintf(names, sizeof names, "--%s %s", option->name, value_name);
    fprintf(stream, option->letter ? "  -%c, " : "      ", option->letter);
    fprintf(stream, "%-*s ", HELP_COLUMN, names);
    for (const char *c = option->help; *c; c++) {
        fputc(*c, stream);
        if (*c == '\n')
            fprintf(stream, "%*s", (int)sizeof "  -x, " + HELP_COLUMN, "");
    }
    if (option->preset)
        fprintf(stream, " (default: %s)", option->preset);
    fputc('\n', stream);
    if (option->other_name)
        fprintf(stream, "      --%-*s the same as --%s\n", HELP_COLUMN - 2, option->other_name,
                option->name);
}

void options_write_help(FILE *stream) {
    fputs("Usage: mnist-train [options]\n"
          "Trains the 784-128-dropout(0.2)-10 network of a PyTorch tutorial on MNIST and\n"
          "tests it: with the same seed, the same run as PyTorch's.\n\n",
          stream);
    for (size_t i = 0; i < OPTIONS; i++)
        write_option(stream, &table[i]);
    fputs("\nExit status: 0 done, 1 the data or the run failed, 2 wrong use.\n", stream);
}
