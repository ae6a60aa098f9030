#include "cli/options.h"

#include "options_internal.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// getopt_long returns FIRST_CODE plus an option's index in the table, or its short name.
enum { FIRST_CODE = 256 };

static bool parse_uint(const Option *option, const char *text, uint64_t *number, Error *error) {
    char *end = NULL;
    errno = 0;
    unsigned long long parsed = strtoull(text, &end, 10);
    // strtoull also accepts signs and leading spaces
    if (!isdigit((unsigned char)*text) || *end || errno || parsed < option->min ||
        parsed > option->max)
        return error_set(error, "--%s: expected a whole number from %llu to %llu, found '%s'",
                         option->name, (unsigned long long)option->min,
                         (unsigned long long)option->max, text);
    *number = parsed;
    return true;
}

// As torch.manual_seed: -1 is 2^64 - 1.
static bool parse_seed(const Option *option, const char *text, uint64_t *seed, Error *error) {
    const char *digits = *text == '-' ? text + 1 : text;
    char *end = NULL;
    errno = 0;
    unsigned long long parsed = strtoull(digits, &end, 10);
    if (!isdigit((unsigned char)*digits) || *end || errno ||
        (digits != text && parsed > (uint64_t)INT64_MAX + 1))
        return error_set(error,
                         "--%s: expected a whole number from -9223372036854775808 to "
                         "18446744073709551615, found '%s'",
                         option->name, text);
    *seed = digits == text ? parsed : 0 - (uint64_t)parsed;
    return true;
}

// strtod also accepts "nan", "inf", hexadecimal numbers and leading spaces.
static bool parse_decimal(const char *text, double *number) {
    char *end = NULL;
    if (!*text || text[strspn(text, "0123456789.eE+-")])
        return false;
    *number = strtod(text, &end);
    return !*end && isfinite(*number);
}

static bool parse_positive(const Option *option, const char *text, double *number, Error *error) {
    double parsed;
    if (!parse_decimal(text, &parsed) || parsed <= 0.0)
        return error_set(error, "--%s: expected a number above 0, found '%s'", option->name, text);
    *number = parsed;
    return true;
}

static bool parse_transform(const Option *option, const char *text, Transforms *transforms,
                            Error *error) {
    double parsed;
    if (!parse_decimal(text, &parsed) || parsed < 0.0 || parsed > (double)option->max)
        return error_set(error, "--%s: expected a number from 0 to %llu, found '%s'", option->name,
                         (unsigned long long)option->max, text);
    transforms_add(transforms, option->transform, parsed);
    return true;
}

static bool parse_choice(const Option *option, const char *text, uint64_t *index, Error *error) {
    size_t length = strlen(text);
    *index = 0;
    for (const char *choice = option->metavar;; choice += strcspn(choice, "|") + 1, ++*index) {
        size_t choice_length = strcspn(choice, "|");
        if (choice_length == length && memcmp(choice, text, length) == 0)
            return true;
        if (!choice[choice_length])
            break;
    }
    return error_set(error, "--%s: expected %s, found '%s'", option->name, option->metavar, text);
}

static bool parse_file_or_uint(const Option *option, const char *text, FileOrUint *value,
                               Error *error) {
    *value = (FileOrUint){0};
    if (!*text)
        return error_set(error, "--%s: expected %s, found ''", option->name, option->metavar);
    if (!text[strspn(text, "0123456789")])
        return parse_uint(option, text, &value->number, error);
    value->file = text;
    return true;
}

static bool parse_value(const Option *option, const char *text, Options *options, Error *error) {
    void *value = (char *)options + option->offset;
    switch (option->type) {
    case OPTION_FLAG:
        *(bool *)value = true;
        return true;
    case OPTION_UINT:
        return parse_uint(option, text, value, error);
    case OPTION_FILE_OR_UINT:
        return parse_file_or_uint(option, text, value, error);
    case OPTION_SEED:
        return parse_seed(option, text, value, error);
    case OPTION_POSITIVE:
        return parse_positive(option, text, value, error);
    case OPTION_CHOICE:
        return parse_choice(option, text, value, error);
    case OPTION_TEXT:
        if (!*text)
            return error_set(error, "--%s: expected %s, found ''", option->name, option->metavar);
        *(const char **)value = text;
        return true;
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

static bool set_defaults(Options *options, Error *error) {
    *options = (Options){0};
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->default_text && !parse_value(option, option->default_text, options, error))
            return false;
    }
    return true;
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
        if (!*list->words[i])
            return error_set(error, "--%s: expected %s, found ''", option->name, option->metavar);
    }
    return true;
}

bool options_parse(int argc, char **argv, Options *options, Error *error) {
    if (!set_defaults(options, error))
        return false;
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
        options->given |= 1U << (option - option_table);
    }
    if (optind < argc)
        return error_set(error, "expected options only, found '%s'", argv[optind]);
    return options_check(options, error);
}

bool options_given(const Options *options, const char *name) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(option_table[i].name, name) == 0)
            return options->given >> i & 1;
    }
    return false;
}
