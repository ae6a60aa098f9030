// The input is a command line: words terminated by zero bytes.
#include "fuzz.h"

#include "cli/options.h"
#include "train/train_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 24 };

static void check_numbers(const Options *options) {
    CHECK(options->config.epochs <= TRAIN_MAX_EPOCHS);
    CHECK(options->config.batch_size >= 1 && options->config.batch_size <= TRAIN_MAX_BATCH_SIZE);
    CHECK(isfinite(options->config.learning_rate) && options->config.learning_rate >= 0);
    CHECK(options->config.loss <= 1);
    CHECK(options->train_limit <= UINT32_MAX);
    CHECK(options->test_limit <= UINT32_MAX);
    CHECK(options->threads <= 1024);
    CHECK(options->checkpoint_every <= UINT32_MAX);
    CHECK(options->show.file || options->show.number <= UINT32_MAX);
    CHECK(options->config.transforms.count <= TRANSFORM_KINDS);
}

static void check_defaults(const Options *options) {
    CHECK(options_given(options, "epochs") || options->config.epochs == 5);
    CHECK(options_given(options, "batch") || options->config.batch_size == 32);
    CHECK(options_given(options, "lr") || options->config.learning_rate == 0.001);
    CHECK(options_given(options, "seed") || options->config.seed == 0);
    CHECK(options_given(options, "loss") || options->config.loss == 0);
}

static void check_given(const Options *options, const char *name, bool has_value) {
    CHECK(options_given(options, name) == has_value);
}

static void check_flags_and_limits(const Options *options) {
    check_given(options, "train-limit", options->train_limit > 0);
    check_given(options, "test-limit", options->test_limit > 0);
    check_given(options, "threads", options->threads > 0);
    check_given(options, "checkpoint-every", options->checkpoint_every > 0);
    check_given(options, "info", options->info);
    check_given(options, "quiet", options->quiet);
    check_given(options, "help", options->help);
    check_given(options, "version", options->version);
    CHECK(!options_given(options, "no-such-option"));
}

// A text is NULL, or points to a word or to its end: "FILE", "--save=FILE". It is never empty.
static void check_texts(const Options *options, const char *words, size_t size) {
    const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"data", options->data},
        {"save", options->save},
        {"load", options->load},
        {"grid", options->grid},
        {"log", options->log},
        {"report", options->report},
        {"checkpoint", options->checkpoint},
        {"resume", options->resume},
        {"labels", options->labels},
        {"classes", options->classes},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = texts[i].text;
        check_given(options, texts[i].name, text);
        CHECK(!text || (text >= words && text < words + size && *text));
    }
}

// The words of a list follow each other in argv; only the first may begin with two hyphens, after
// "=".
static void check_words(const Options *options, char *const *argv, int argc) {
    const OptionWords *list = &options->predict;
    check_given(options, "predict", list->count > 0);
    CHECK(list->count == 0 || (list->words > argv && list->words + list->count <= argv + argc));
    for (size_t i = 0; i < list->count; i++)
        CHECK(*list->words[i] && (i == 0 || strncmp(list->words[i], "--", 2) != 0));
}

static void check_combinations(const Options *options) {
    bool predicts = options->predict.count > 0;
    CHECK(!predicts || (options->load && !options->save && !options->report));
    CHECK(!options->labels || options->predict.count == 1);
    CHECK(!options->digits_only || predicts);
    CHECK(!options->classes || predicts || options->report);
    CHECK(!options->info || (!options->load && !options->log && !options->checkpoint));
    CHECK(!options->resume || !options->load);
    CHECK(!options->checkpoint_every || options->checkpoint);
    CHECK(!options->save || strcmp(options->save, "-") != 0);
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
    if (options_parse(argc, argv, &options, &error)) {
        check_numbers(&options);
        check_defaults(&options);
        check_flags_and_limits(&options);
        check_texts(&options, words, size + 1);
        check_words(&options, argv, argc);
        check_combinations(&options);
    } else {
        check_error_text(&error);
    }
    CHECK(argv[argc] == NULL);
    free(words);
    return 0;
}
