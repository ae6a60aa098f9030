#include "options_internal.h"

#include "cli/options.h"

#include <string.h>

static bool check_combinations(const Options *options, Error *error) {
    static const struct {
        const char *name;
        const char *needed;      // or NULL
        const char *excluded[8]; // up to a NULL
    } rules[] = {
        {"predict", "load", {"save", "checkpoint", "resume", "grid", "log", "report"}},
        {"labels", "predict", {NULL}},
        {"digits-only", "predict", {NULL}},
        {"checkpoint-every", "checkpoint", {NULL}},
        {"resume", NULL, {"load"}},
        {"info", NULL, {"load", "save", "checkpoint", "resume", "predict", "log", "report"}},
        {"show", NULL, {"load", "save", "checkpoint", "resume", "predict", "log", "report"}},
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
    if (options->checkpoint && options->epochs == 0 && !options->resume)
        return error_set(error, "--checkpoint cannot be combined with --epochs 0");
    return true;
}

// Returns "-" if it is among the words, else NULL. Sets *count to the number of times.
static const char *find_stdin(const OptionWords *list, size_t *count) {
    const char *found = NULL;
    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->words[i], "-") == 0) {
            found = list->words[i];
            ++*count;
        }
    }
    return found;
}

// "-" means stdin for an input file; only one option can read it. It is not allowed for an output.
static bool check_standard_streams(const Options *options, Error *error) {
    size_t predictions_of_stdin;
    const struct {
        const char *name;
        const char *path;
        bool is_output;
    } files[] = {
        {"load", options->load, false},
        {"resume", options->resume, false},
        {"predict", find_stdin(&options->predict, &predictions_of_stdin), false},
        {"labels", options->labels, false},
        {"classes", options->classes, false},
        {"save", options->save, true},
        {"grid", options->grid, true},
        {"checkpoint", options->checkpoint, true},
        {"log", options->log, true},
        {"report", options->report, true},
    };
    if (predictions_of_stdin > 1)
        return error_set(error, "--predict: expected '-' once, found it %zu times",
                         predictions_of_stdin);
    const char *reader = NULL;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!files[i].path || strcmp(files[i].path, "-") != 0)
            continue;
        if (files[i].is_output)
            return error_set(error, "--%s: expected a file, found '-'", files[i].name);
        if (reader)
            return error_set(error, "--%s and --%s cannot both read stdin", reader, files[i].name);
        reader = files[i].name;
    }
    return true;
}

bool options_check(const Options *options, Error *error) {
    return check_combinations(options, error) && check_standard_streams(options, error);
}
