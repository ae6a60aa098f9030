#include "cli/options.h"

#include "cli/option_table.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CODE = 256, HELP_COLUMN = 22 };

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

static bool parse_transform(const Option *option, const char *text, Transforms *transforms,
                            Error *error) {
    bool decimal = *text && strspn(text, "0123456789.eE+-") == strlen(text);
    char *end = NULL;
    double parsed = strtod(text, &end);
    if (!decimal || *end || !(parsed >= 0.0 && parsed <= (double)option->most))
        return error_set(error, "--%s: expected a number from 0 to %llu, found '%s'", option->name,
                         (unsigned long long)option->most, text);
    transforms_add(transforms, (TransformKind)option->least, parsed);
    return true;
}

static bool parse_choice(const Option *option, const char *text, uint64_t *place, Error *error) {
    size_t length = strlen(text);
    *place = 0;
    for (const char *choice = option->metavar;; choice += strcspn(choice, "|") + 1, ++*place) {
        size_t choice_length = strcspn(choice, "|");
        if (choice_length == length && memcmp(choice, text, length) == 0)
            return true;
        if (!choice[choice_length])
            break;
    }
    return error_set(error, "--%s: expected %s, found '%s'", option->name, option->metavar, text);
}

static bool parse_value(const Option *option, const char *text, Options *options, Error *error) {
    void *value = (char *)options + option->offset;
    switch (option->type) {
    case OPTION_UINT:
        return parse_whole_number(option, text, value, error);
    case OPTION_POSITIVE:
        return parse_positive_number(option, text, value, error);
    case OPTION_CHOICE:
        return parse_choice(option, text, value, error);
    case OPTION_TEXT:
        if (!*text)
            return error_set(error, "--%s: expected %s, found nothing", option->name,
                             option->metavar);
        *(const char **)value = text;
        return true;
    case OPTION_FLAG:
        *(bool *)value = true;
        return true;
    case OPTION_TRANSFORM:
        return parse_transform(option, text, value, error);
    }
    return false;
}

// getopt_long's view of the table. An option's code is FIRST_CODE + its place.
typedef struct {
    struct option names[2 * OPTION_COUNT + 1];
    char letters[2 * OPTION_COUNT + 2];
} GetoptTable;

static void getopt_table_fill(GetoptTable *getopt_table) {
    struct option *name = getopt_table->names;
    char *letter = getopt_table->letters;
    *letter++ = ':'; // tell a missing value from an unknown option
    for (int i = 0; i < OPTION_COUNT; i++) {
        int has_value = option_table[i].type == OPTION_FLAG ? no_argument : required_argument;
        *name++ = (struct option){option_table[i].name, has_value, NULL, FIRST_CODE + i};
        if (option_table[i].alias)
            *name++ = (struct option){option_table[i].alias, has_value, NULL, FIRST_CODE + i};
        if (option_table[i].letter) {
            *letter++ = option_table[i].letter;
            if (has_value == required_argument)
                *letter++ = ':';
        }
    }
    *name = (struct option){0};
    *letter = '\0';
}

static const Option *option_find(int code) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (code == FIRST_CODE + i || (option_table[i].letter && code == option_table[i].letter))
            return &option_table[i];
    }
    return NULL;
}

// What getopt_long could not take; it left the option's code or letter in optopt, if it knew one.
static bool refuse(int problem, const char *word, Error *error) {
    const Option *option = option_find(optopt);
    if (problem == ':')
        return error_set(error, "--%s: expected %s, found nothing", option->name, option->metavar);
    if (option)
        return error_set(error, "--%s: expected no value, found '%s'", option->name, word);
    if (optopt)
        return error_set(error, "expected an option that --help lists, found '-%c'", optopt);
    return error_set(error, "expected an option that --help lists, found '%s'", word);
}

static bool set_defaults(Options *options, Error *error) {
    *options = (Options){0};
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (option_table[i].default_text &&
            !parse_value(&option_table[i], option_table[i].default_text, options, error))
            return false;
    }
    return true;
}

// Options that need another one, or can't go with some.
static bool check_together(const Options *options, Error *error) {
    static const struct {
        const char *name;
        const char *needed;      // or NULL
        const char *excluded[8]; // up to a NULL
    } rules[] = {
        {"predict", "load", {"save", "checkpoint", "resume", "grid", "log", "report"}},
        {"labels", "predict", {NULL}},
        {"checkpoint-every", "checkpoint", {NULL}},
        {"resume", NULL, {"load"}},
        {"info", NULL, {"load", "save", "checkpoint", "resume", "predict", "log", "report"}},
        {"show", NULL, {"load", "save", "checkpoint", "resume", "predict", "log", "report"}},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!options_given(options, rules[i].name))
            continue;
        if (rules[i].needed && !options_given(options, rules[i].needed))
            return error_set(error, "--%s: expected --%s with it, found none", rules[i].name,
                             rules[i].needed);
        for (const char *const *other = rules[i].excluded; *other; other++) {
            if (options_given(options, *other))
                return error_set(error, "--%s: expected it without --%s, found both", rules[i].name,
                                 *other);
        }
    }
    return true;
}

// Stdin can be read once.
static bool check_inputs(const Options *options, Error *error) {
    const char *const inputs[] = {options->load, options->resume, options->predict,
                                  options->labels};
    int found = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        found += inputs[i] && strcmp(inputs[i], "-") == 0;
    return found <= 1 ||
           error_set(error, "-: expected stdin for one option, found it for %d", found);
}

// What is written must not be written over.
static bool check_files(const Options *options, Error *error) {
    const struct {
        const char *name;
        const char *file;
    } outputs[] = {
        {"save", options->save}, {"checkpoint", options->checkpoint}, {"grid", options->grid},
        {"log", options->log},   {"report", options->report},
    };
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        if (outputs[i].file && strcmp(outputs[i].file, "-") == 0)
            return error_set(error, "--%s: expected a file, found '-'", outputs[i].name);
        for (size_t j = 0; j < i; j++) {
            if (outputs[i].file && outputs[j].file && strcmp(outputs[i].file, outputs[j].file) == 0)
                return error_set(error, "--%s: expected another file than --%s's, found '%s'",
                                 outputs[i].name, outputs[j].name, outputs[i].file);
        }
    }
    return true;
}

bool options_parse(int argc, char **argv, Options *options, Error *error) {
    if (!set_defaults(options, error))
        return false;
    GetoptTable getopt_table = {0};
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
        options->given |= 1U << (option - option_table);
    }
    if (optind < argc)
        return error_set(error, "expected options only, found '%s'", argv[optind]);
    if (options->checkpoint && options->epochs == 0 && !options->resume)
        return error_set(error, "--checkpoint: expected epochs to train, found --epochs 0");
    return check_together(options, error) && check_inputs(options, error) &&
           check_files(options, error);
}

bool options_given(const Options *options, const char *name) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(option_table[i].name, name) == 0)
            return options->given >> i & 1;
    }
    return false;
}

static void write_option(FILE *stream, const Option *option) {
    const char *metavar = option->metavar ? option->metavar : "";
    char names[64];
    snprintf(names, sizeof names, "--%s %s", option->name, metavar);
    fprintf(stream, option->letter ? "  -%c, " : "      ", option->letter);
    fprintf(stream, "%-*s ", HELP_COLUMN, names);
    for (const char *c = option->help; *c; c++) {
        fputc(*c, stream);
        if (*c == '\n')
            fprintf(stream, "%*s", (int)sizeof "  -x, " + HELP_COLUMN, "");
    }
    if (option->default_text)
        fprintf(stream, " (default: %s)", option->default_text);
    fputc('\n', stream);
    if (option->alias)
        fprintf(stream, "      --%-*s the same as --%s\n", HELP_COLUMN - 2, option->alias,
                option->name);
}

void options_write_help(FILE *stream) {
    fputs("Usage: mnist-train [options]\n"
          "Trains the 784-128-dropout(0.2)-10 network of a PyTorch tutorial on MNIST and\n"
          "tests it: with the same seed, the same run as PyTorch's.\n\n",
          stream);
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->heading)
            fprintf(stream, "%s%s\n", option == option_table ? "" : "\n", option->heading);
        write_option(stream, option);
    }
    fputs("\nExit status: 0 done, 1 the data or the run failed, 2 wrong use.\n", stream);
}
