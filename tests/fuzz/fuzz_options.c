// The input is a command line: words terminated by zero bytes.
#include "fuzz.h"

#include "cli/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 24 };

// A text is NULL or the end of a word: "--save=FILE", "FILE".
static void check_text(const char *text, const char *words, size_t size) {
    if (!text)
        return;
    CHECK(text >= words && text < words + size);
    CHECK(*text);
}

static void check_given(const Options *options, const char *name, bool has_value) {
    CHECK(options_given(options, name) == has_value);
}

static void check_options(const Options *options, const char *words, size_t size) {
    CHECK(options->epochs <= 1000000);
    CHECK(options->batch >= 1 && options->batch <= 65536);
    CHECK(isfinite(options->learning_rate) && options->learning_rate > 0);
    CHECK(options->loss <= 1);
    CHECK(options->train_limit <= UINT32_MAX);
    CHECK(options->test_limit <= UINT32_MAX);
    CHECK(options->threads <= 1024);
    CHECK(options->checkpoint_every <= UINT32_MAX);
    const char *const texts[] = {options->data,       options->save,   options->load,
                                 options->checkpoint, options->resume, options->predict,
                                 options->labels};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_text(texts[i], words, size);
    check_given(options, "train-limit", options->train_limit > 0);
    check_given(options, "test-limit", options->test_limit > 0);
    check_given(options, "threads", options->threads > 0);
    check_given(options, "checkpoint-every", options->checkpoint_every > 0);
    check_given(options, "data", options->data);
    check_given(options, "save", options->save);
    check_given(options, "load", options->load);
    check_given(options, "checkpoint", options->checkpoint);
    check_given(options, "resume", options->resume);
    check_given(options, "predict", options->predict);
    check_given(options, "labels", options->labels);
    check_given(options, "quiet", options->quiet);
    check_given(options, "help", options->help);
    check_given(options, "version", options->version);
    CHECK(!options_given(options, "no-such-option"));
    CHECK(options_given(options, "epochs") || options->epochs == 5);
    CHECK(options_given(options, "batch") || options->batch == 32);
    CHECK(options_given(options, "seed") || options->seed == 0);
    CHECK(options_given(options, "loss") || options->loss == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *words = malloc(size + 1);
    CHECK(words);
    if (size > 0)
        memcpy(words, bytes, size);
    words[size] = '\0';
    char name[] = "mnist-train";
    char *argv[MAX_WORDS + 2] = {name};
    int argc = 1;
    for (size_t at = 0; at < size && argc <= MAX_WORDS; at += strlen(words + at) + 1)
        argv[argc++] = words + at;
    Options options;
    Error error;
    error.text[0] = '\0';
    if (options_parse(argc, argv, &options, &error))
        check_options(&options, words, size + 1);
    else
        check_error_text(&error);
    CHECK(argv[argc] == NULL);
    free(words);
    return 0;
}
