#include "cli/options.h"
#include "support/capture.h"
#include "support/test.h"
#include "train/train_state.h"

#include <unistd.h>

enum { MAX_WORDS = 16 };

// A command line; the texts of options point into it.
static char words[MAX_WORDS + 1][64];

// Parses words up to a NULL, as if typed after the program's name.
static bool parse(const char *const *typed, Options *options, Error *error) {
    char *argv[MAX_WORDS + 2] = {words[0]};
    int argc = 1;
    strcpy(words[0], "mnist-train");
    for (; typed[argc - 1]; argc++) {
        assert_true(argc <= MAX_WORDS && strlen(typed[argc - 1]) < sizeof words[0]);
        argv[argc] = strcpy(words[argc], typed[argc - 1]);
    }
    return options_parse(argc, argv, options, error);
}

static void check_accepted(const char *const *typed, Options *options) {
    Error error;
    if (!parse(typed, options, &error))
        fail_msg("%s", error.text);
}

static void check_rejected(const char *const *typed, const char *expected) {
    Options options;
    Error error;
    assert_false(parse(typed, &options, &error));
    assert_string_equal(error.text, expected);
}

#define TYPED(...) ((const char *const[]){__VA_ARGS__, NULL})

TEST(the_defaults_are_the_tutorials_settings) {
    Options options;
    const char *const nothing[] = {NULL};
    check_accepted(nothing, &options);
    assert_int_equal(options.config.epochs, 5);
    assert_int_equal(options.config.batch_size, 32);
    assert_true(options.config.learning_rate == 0.001);
    assert_int_equal(options.config.seed, 0);
    assert_int_equal(options.config.loss, 0);
    assert_int_equal(options.config.transforms.count, 0);
    assert_int_equal(options.threads + options.train_limit + options.test_limit +
                         options.show.number + options.checkpoint_every,
                     0);
    assert_false(options.info || options.quiet || options.help || options.version ||
                 options.digits_only);
    assert_int_equal(options.predict.count, 0);
    const char *const texts[] = {options.data,   options.grid,   options.log,        options.report,
                                 options.save,   options.load,   options.checkpoint, options.resume,
                                 options.labels, options.classes};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(texts[i]);
}

TEST(every_number_and_text_is_stored_in_its_member) {
    Options options;
    check_accepted(TYPED("--epochs=7", "--batch=16", "--lr=0.5", "--seed=3", "--loss=logits",
                         "--threads=2", "--data=d", "--train-limit=5", "--test-limit=4",
                         "--checkpoint=c", "--checkpoint-every=9", "--save=s", "--grid=g",
                         "--log=l", "--report=r", "--quiet"),
                   &options);
    assert_int_equal(options.config.epochs, 7);
    assert_int_equal(options.config.batch_size, 16);
    assert_true(options.config.learning_rate == 0.5);
    assert_int_equal(options.config.seed, 3);
    assert_int_equal(options.config.loss, 1);
    assert_int_equal(options.threads, 2);
    assert_string_equal(options.data, "d");
    assert_int_equal(options.train_limit, 5);
    assert_int_equal(options.test_limit, 4);
    assert_string_equal(options.checkpoint, "c");
    assert_int_equal(options.checkpoint_every, 9);
    assert_string_equal(options.save, "s");
    assert_string_equal(options.grid, "g");
    assert_string_equal(options.log, "l");
    assert_string_equal(options.report, "r");
    assert_true(options.quiet);
    assert_false(options.info || options.help || options.version);
    check_accepted(TYPED("--load=w", "--predict=i", "--labels=b", "--classes=n", "--digits-only"),
                   &options);
    assert_string_equal(options.load, "w");
    assert_int_equal(options.predict.count, 1);
    assert_string_equal(options.predict.words[0], "i");
    assert_string_equal(options.labels, "b");
    assert_string_equal(options.classes, "n");
    assert_true(options.digits_only);
    check_accepted(TYPED("--resume=c", "--help", "--version"), &options);
    assert_string_equal(options.resume, "c");
    assert_true(options.help && options.version);
    check_accepted(TYPED("--info", "--show=6"), &options);
    assert_true(options.info);
    assert_int_equal(options.show.number, 6);
}

TEST(a_value_is_a_word_or_follows_an_equals_sign_or_a_letter) {
    Options options;
    check_accepted(TYPED("-e", "7", "-b16", "--lr=1e-2", "--loss", "tutorial", "-t3"), &options);
    assert_int_equal(options.config.epochs, 7);
    assert_int_equal(options.config.batch_size, 16);
    assert_true(options.config.learning_rate == 0.01);
    assert_int_equal(options.config.loss, 0);
    assert_int_equal(options.threads, 3);
    check_accepted(TYPED("--batch-size", "8", "-h"), &options);
    assert_int_equal(options.config.batch_size, 8);
    assert_true(options.help);
}

static void check_predicted(const char *const *typed, const char *const *expected) {
    Options options;
    check_accepted(typed, &options);
    for (size_t i = 0; i < options.predict.count; i++)
        assert_string_equal(options.predict.words[i], expected[i]);
    assert_null(expected[options.predict.count]);
    assert_string_equal(options.load, "w");
}

TEST(predict_takes_words_up_to_the_next_long_option) {
    const char *const *expected = TYPED("a", "b c", "-", "-d");
    check_predicted(TYPED("--predict", "a", "b c", "-", "-d", "--load", "w"), expected);
    check_predicted(TYPED("--predict=a", "b c", "-", "-d", "--load", "w"), expected);
    check_predicted(TYPED("--load", "w", "--quiet", "--predict", "a", "b c", "-", "-d"), expected);
    check_predicted(TYPED("--load=w", "--pred", "a", "b c", "-", "-d", "--quiet"), expected);
    check_predicted(TYPED("--predict=--a", "--load=w"), TYPED("--a"));
    // the last list counts
    check_predicted(TYPED("--predict", "c", "d", "--load=w", "--predict", "e"), TYPED("e"));
}

TEST(predict_without_a_file_is_rejected) {
    const char expected[] = "--predict: expected FILE..., found no value";
    check_rejected(TYPED("--load", "w", "--predict"), expected);
    check_rejected(TYPED("--predict", "--load", "w"), expected);
    check_rejected(TYPED("--load", "w", "--predict", "--", "a"), expected);
    check_rejected(TYPED("--load", "w", "--predict", ""), "--predict: expected FILE..., found ''");
    check_rejected(TYPED("--load", "w", "--predict=a", ""),
                   "--predict: expected FILE..., found ''");
    check_rejected(TYPED("--load", "w", "--predict", "a", "--", "b"),
                   "expected options only, found 'b'");
}

TEST(a_unique_abbreviation_is_accepted) {
    Options options;
    check_accepted(TYPED("--epo", "2", "--train=64"), &options);
    assert_int_equal(options.config.epochs, 2);
    assert_int_equal(options.train_limit, 64);
    check_rejected(TYPED("--t", "1"), "unknown or ambiguous option '--t'; --help lists all");
}

TEST(the_last_value_of_a_repeated_option_counts) {
    Options options;
    check_accepted(TYPED("--epochs", "5", "--batch", "32", "-e1", "--batch-size=8"), &options);
    assert_int_equal(options.config.epochs, 1);
    assert_int_equal(options.config.batch_size, 8);
}

TEST(options_given_tells_a_default_from_the_same_value) {
    Options options;
    check_accepted(TYPED("--epochs", "5", "--show", "0"), &options);
    assert_true(options_given(&options, "epochs"));
    assert_true(options_given(&options, "show"));
    assert_false(options_given(&options, "batch"));
    assert_false(options_given(&options, "no-such-option"));
    check_accepted(TYPED("--version"), &options);
    assert_false(options_given(&options, "epochs"));
    assert_true(options_given(&options, "version"));
}

TEST(transforms_keep_the_order_of_the_command_line) {
    Options options;
    check_accepted(TYPED("--hflip", "0.5", "--rotate=15", "--vflip", "0"), &options);
    assert_int_equal(options.config.transforms.count, 3);
    assert_int_equal(options.config.transforms.list[0].kind, TRANSFORM_HFLIP);
    assert_true(options.config.transforms.list[0].parameter == 0.5);
    assert_int_equal(options.config.transforms.list[1].kind, TRANSFORM_ROTATE);
    assert_true(options.config.transforms.list[1].parameter == 15.0);
    assert_int_equal(options.config.transforms.list[2].kind, TRANSFORM_VFLIP);
    assert_true(options.config.transforms.list[2].parameter == 0.0);
    check_accepted(TYPED("--rotate", "15", "--hflip", "1", "--rotate", "360"), &options);
    assert_int_equal(options.config.transforms.count, 2);
    assert_int_equal(options.config.transforms.list[1].kind, TRANSFORM_ROTATE);
    assert_true(options.config.transforms.list[1].parameter == 360.0);
}

TEST(parameters_of_transforms_out_of_range_are_rejected) {
    check_rejected(TYPED("--rotate", "360.5"),
                   "--rotate: expected a number from 0 to 360, found '360.5'");
    check_rejected(TYPED("--rotate", "-1"),
                   "--rotate: expected a number from 0 to 360, found '-1'");
    check_rejected(TYPED("--vflip", "nan"), "--vflip: expected a number from 0 to 1, found 'nan'");
    check_rejected(TYPED("--vflip", "inf"), "--vflip: expected a number from 0 to 1, found 'inf'");
    check_rejected(TYPED("--hflip", "1.01"),
                   "--hflip: expected a number from 0 to 1, found '1.01'");
    check_rejected(TYPED("--hflip", ""), "--hflip: expected a number from 0 to 1, found ''");
}

TEST(an_option_without_the_one_it_needs_is_rejected) {
    check_rejected(TYPED("--labels", "a"), "--labels needs --predict");
    check_rejected(TYPED("--predict", "a"), "--predict needs --load");
    check_rejected(TYPED("--digits-only"), "--digits-only needs --predict");
    check_rejected(TYPED("--classes", "c"), "--classes needs --predict or --report");
    check_rejected(TYPED("--predict", "a", "b", "--load=w", "--labels", "c"),
                   "--labels: expected one file after --predict, found 2");
    check_rejected(TYPED("--checkpoint-every", "5"), "--checkpoint-every needs --checkpoint");
    check_rejected(TYPED("--checkpoint", "a", "--epochs", "0"),
                   "--checkpoint cannot be combined with --epochs 0");
    check_rejected(TYPED("--save-best", "a", "--epochs", "0"),
                   "--save-best cannot be combined with --epochs 0");
    Options options;
    check_accepted(TYPED("--checkpoint", "a", "--epochs", "0", "--resume", "b"), &options);
    check_accepted(TYPED("--classes", "c", "--report", "r"), &options);
}

TEST(save_best_implies_test_every_epoch) {
    Options options;
    check_accepted(TYPED("--save", "a"), &options);
    assert_false(options.config.tests_every_epoch);
    check_accepted(TYPED("--test-every-epoch"), &options);
    assert_true(options.config.tests_every_epoch);
    check_accepted(TYPED("--save-best", "a"), &options);
    assert_true(options.config.tests_every_epoch);
    assert_string_equal(options.save_best, "a");
}

// Each mode with each option that is for another one.
TEST(options_of_different_modes_cannot_be_combined) {
    static const char *const of_training[] = {"save",   "save-best", "checkpoint",
                                              "resume", "log",       "report"};
    static const struct {
        const char *name;
        const char *typed[4];
        const char *excluded;
    } modes[] = {
        {"predict", {"--predict=a", "--load=b"}, "grid"},
        {"info", {"--info"}, "load"},
        {"show", {"--show=1"}, "load"},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        for (size_t j = 0; j <= sizeof of_training / sizeof *of_training; j++) {
            const bool is_last = j == sizeof of_training / sizeof *of_training;
            const char *other = is_last ? modes[i].excluded : of_training[j];
            char word[32], expected[80];
            snprintf(word, sizeof word, "--%s=c", other);
            snprintf(expected, sizeof expected, "--%s cannot be combined with --%s", other,
                     modes[i].name);
            const char *typed[MAX_WORDS] = {word};
            memcpy(typed + 1, modes[i].typed, sizeof modes[i].typed);
            check_rejected(typed, expected);
        }
    }
    check_rejected(TYPED("--resume", "a", "--load", "b"),
                   "--load cannot be combined with --resume");
    Options options;
    check_accepted(TYPED("--info", "--show", "1", "--grid", "g"), &options);
}

TEST(stdin_is_for_inputs_and_not_for_outputs) {
    Options options;
    static const char *const outputs[] = {"save", "save-best", "checkpoint",
                                          "grid", "log",       "report"};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        char option[32], expected[64];
        snprintf(option, sizeof option, "--%s", outputs[i]);
        snprintf(expected, sizeof expected, "--%s: expected a file, found '-'", outputs[i]);
        check_rejected(TYPED(option, "-"), expected);
    }
    check_accepted(TYPED("--load", "a", "--predict", "-"), &options);
    check_accepted(TYPED("--resume", "-"), &options);
}

TEST(whole_numbers_out_of_range_or_with_other_characters_are_rejected) {
    static const char *const wrong[] = {"-1", "1x", "", " 1", "+1", "1.0", "0x1", "1000001"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char expected[96];
        snprintf(expected, sizeof expected,
                 "--epochs: expected a whole number from 0 to %d, found '%s'", TRAIN_MAX_EPOCHS,
                 wrong[i]);
        check_rejected(TYPED("-e", wrong[i]), expected);
    }
    check_rejected(TYPED("--batch", "0"),
                   "--batch: expected a whole number from 1 to 65536, found '0'");
    check_rejected(TYPED("--batch", "65537"),
                   "--batch: expected a whole number from 1 to 65536, found '65537'");
    check_rejected(TYPED("--train-limit", "0"),
                   "--train-limit: expected a whole number from 1 to 4294967295, found '0'");
}

// The range and the numbers are those of torch.manual_seed(seed).initial_seed().
TEST(a_seed_is_taken_as_torch_takes_it) {
    static const struct {
        const char *text;
        uint64_t seed;
    } taken[] = {
        {"0", 0},
        {"-0", 0},
        {"-1", 18446744073709551615U},
        {"-5", 18446744073709551611U},
        {"-9223372036854775808", 9223372036854775808U},
        {"9223372036854775808", 9223372036854775808U},
        {"18446744073709551615", 18446744073709551615U},
    };
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        Options options;
        check_accepted(TYPED("--seed", taken[i].text), &options);
        assert_true(options.config.seed == taken[i].seed);
    }
    static const char *const wrong[] = {"-9223372036854775809",
                                        "18446744073709551616",
                                        "-18446744073709551615",
                                        "--1",
                                        "-",
                                        "-1x",
                                        "- 1",
                                        "+1",
                                        ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char expected[160];
        snprintf(expected, sizeof expected,
                 "--seed: expected a whole number from -9223372036854775808 to "
                 "18446744073709551615, found '%s'",
                 wrong[i]);
        check_rejected(TYPED("--seed", wrong[i]), expected);
    }
}

TEST(the_ends_of_a_range_are_accepted) {
    Options options;
    check_accepted(TYPED("--epochs=0", "--batch=1", "--seed=18446744073709551615",
                         "--train-limit=4294967295", "--threads=1024"),
                   &options);
    assert_int_equal(options.config.epochs, 0);
    assert_int_equal(options.config.batch_size, 1);
    assert_true(options.config.seed == UINT64_MAX);
    assert_int_equal(options.train_limit, UINT32_MAX);
    assert_int_equal(options.threads, 1024);
    check_accepted(TYPED("--epochs=1000000", "--batch=65536", "--lr=0"), &options);
    assert_true(options.config.learning_rate == 0.0);
    assert_int_equal(options.config.epochs, TRAIN_MAX_EPOCHS);
    assert_int_equal(options.config.batch_size, TRAIN_MAX_BATCH_SIZE);
}

TEST(learning_rates_other_than_decimals_of_at_least_0_are_rejected) {
    static const char *const wrong[] = {"nan", "-1",    "inf", "",       "0.1x",
                                        " 1",  "1e999", "1e",  "0x1p-3", "1e-400"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char expected[80];
        snprintf(expected, sizeof expected, "--lr: expected a number of at least 0, found '%s'",
                 wrong[i]);
        check_rejected(TYPED("--lr", wrong[i]), expected);
    }
}

TEST(words_that_are_no_options_are_rejected) {
    check_rejected(TYPED("--epoch5"), "unknown or ambiguous option '--epoch5'; --help lists all");
    check_rejected(TYPED("--quiet", "-x"), "unknown option '-x'; --help lists all");
    check_rejected(TYPED("word"), "expected options only, found 'word'");
    check_rejected(TYPED("--quiet", "--", "-e"), "expected options only, found '-e'");
}

TEST(values_that_are_missing_or_not_a_choice_are_rejected) {
    check_rejected(TYPED("--loss", "mse"), "--loss: expected tutorial|logits, found 'mse'");
    check_rejected(TYPED("--loss", "tutorial|logits"),
                   "--loss: expected tutorial|logits, found 'tutorial|logits'");
    check_rejected(TYPED("--loss", "logit"), "--loss: expected tutorial|logits, found 'logit'");
    check_rejected(TYPED("--epochs"), "--epochs: expected N, found no value");
    check_rejected(TYPED("-b"), "--batch: expected N, found no value");
    check_rejected(TYPED("--quiet=yes"), "--quiet: expected no value, found '--quiet=yes'");
    check_rejected(TYPED("--data", ""), "--data: expected DIR, found ''");
}

TEST(the_help_fits_80_columns_and_names_options_groups_and_defaults) {
    capture_begin(STDOUT_FILENO);
    options_print_help();
    char *text = strdup(capture_end());
    assert_non_null(text);
    static const char *const expected[] = {
        "\nTraining:\n  -e, --epochs N ",
        "(default: 5)\n  -b, --batch N ",
        "(default: 32)\n      --batch-size ",
        "same as --batch\n      --lr X ",
        "(default: 0.001)\n      --seed N ",
        "random seed, as for torch.manual_seed (default: 0)\n      --loss tutorial|logits ",
        "(default: tutorial)\n  -t, --threads N ",
        "      --reproducible ",
        "      --test-every-epoch ",
        "\nData:\n      --data DIR ",
        "      --train-limit N ",
        "      --test-limit N ",
        "      --rotate DEG ",
        "      --vflip P ",
        "      --hflip P ",
        "\nInspection and output:\n      --info ",
        "      --show FILE ",
        "      --grid FILE ",
        "      --log FILE ",
        "      --report FILE ",
        "      --quiet ",
        "\nModels and checkpoints:\n      --save FILE ",
        "      --save-best FILE ",
        "initialise the weights from a model or checkpoint\n      --checkpoint FILE ",
        "      --checkpoint-every N ",
        "      --resume FILE ",
        "      --predict FILE... ",
        "      --labels FILE ",
        "      --digits-only ",
        "      --classes FILE ",
        "\nOther:\n  -h, --help ",
        "      --version ",
        "2 usage error",
    };
    const char *at = text;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const char *found = strstr(at, expected[i]);
        if (!found)
            fail_msg("expected '%s' after:\n%.200s", expected[i], at);
        at = found + 1;
    }
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_in_range(strlen(line), 1, 80);
    free(text);
}
