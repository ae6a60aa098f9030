#include "cli/options.h"
#include "support/capture.h"
#include "support/test.h"
#include "train/train_state.h"

#include <unistd.h>

enum { MAX_WORDS = 24 };

// Parses words that are separated by single spaces, as if typed after the program's name; '' is an
// empty one. The texts of options point into the words until the next call.
static bool parse(const char *typed, Options *options, Error *error) {
    static char words[512], *argv[MAX_WORDS + 2];
    int argc = 1;
    argv[0] = strcpy(words, "mnist-train");
    for (char *word = strcpy(words + strlen(words) + 1, typed); word && *word;) {
        char *space = strchr(word, ' ');
        assert_true(argc <= MAX_WORDS);
        argv[argc++] = word;
        if (space)
            *space++ = '\0';
        if (strcmp(word, "''") == 0)
            *word = '\0';
        word = space;
    }
    argv[argc] = NULL;
    return options_parse(argc, argv, options, error);
}

static Options accepted(const char *typed) {
    Options options;
    Error error;
    if (!parse(typed, &options, &error))
        fail_msg("%s", error.text);
    return options;
}

static void check_rejected(const char *typed, const char *expected) {
    Options options;
    Error error;
    assert_false(parse(typed, &options, &error));
    assert_string_equal(error.text, expected);
}

typedef struct {
    const char *typed, *error;
} Rejected;

#define CHECK_REJECTED(...)                                                                        \
    do {                                                                                           \
        static const Rejected rows[] = {__VA_ARGS__};                                              \
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)                                    \
            check_rejected(rows[i].typed, rows[i].error);                                          \
    } while (0)

TEST(the_defaults_are_the_tutorials_settings) {
    const Options options = accepted("");
    assert_int_equal(options.config.epochs, 5);
    assert_int_equal(options.config.batch_size, 32);
    assert_true(options.config.learning_rate == 0.001);
    assert_true(options.config.seed == 0 && options.config.loss == LOSS_TUTORIAL);
    assert_int_equal(options.config.transforms.count, 0);
    assert_int_equal(options.threads + options.train_limit + options.test_limit +
                         options.show.number + options.checkpoint_every,
                     0);
    assert_false(options.info || options.quiet || options.help || options.version ||
                 options.digits_only || options.config.tests_every_epoch);
    const char *const texts[] = {options.data,   options.grid,   options.log,        options.report,
                                 options.save,   options.load,   options.checkpoint, options.resume,
                                 options.labels, options.classes};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(texts[i]);
}

TEST(every_number_and_text_is_stored_in_its_member) {
    Options options =
        accepted("--epochs=7 --batch=16 --lr=0.5 --seed=3 --loss=logits --threads=2 --data=d "
                 "--train-limit=5 --test-limit=4 --checkpoint=c --checkpoint-every=9 --save=s "
                 "--save-best=b --grid=g --log=l --report=r --quiet");
    assert_int_equal(options.config.epochs, 7);
    assert_int_equal(options.config.batch_size, 16);
    assert_true(options.config.learning_rate == 0.5);
    assert_true(options.config.seed == 3 && options.config.loss == LOSS_LOGITS);
    assert_int_equal(options.threads, 2);
    assert_int_equal(options.train_limit, 5);
    assert_int_equal(options.test_limit, 4);
    assert_int_equal(options.checkpoint_every, 9);
    assert_true(options.quiet && !options.info);
    assert_true(options.config.tests_every_epoch); // --save-best needs it
    const char *const texts[][2] = {{options.data, "d"},  {options.checkpoint, "c"},
                                    {options.save, "s"},  {options.save_best, "b"},
                                    {options.grid, "g"},  {options.log, "l"},
                                    {options.report, "r"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(texts[i][0], texts[i][1]);
    options = accepted("--load=w --predict=i --labels=b --classes=n --digits-only");
    assert_string_equal(options.load, "w");
    assert_string_equal(options.labels, "b");
    assert_string_equal(options.classes, "n");
    assert_true(options.digits_only);
    options = accepted("--resume=c --help --version --test-every-epoch");
    assert_string_equal(options.resume, "c");
    assert_true(options.help && options.version && options.config.tests_every_epoch);
    options = accepted("--info --show=6 --grid g");
    assert_true(options.info);
    assert_int_equal(options.show.number, 6);
}

TEST(a_value_is_a_word_or_follows_an_equals_sign_or_a_letter) {
    Options options = accepted("-e 7 -b16 --lr=1e-2 --loss tutorial -t3");
    assert_int_equal(options.config.epochs, 7);
    assert_int_equal(options.config.batch_size, 16);
    assert_true(options.config.learning_rate == 0.01);
    assert_int_equal(options.threads, 3);
    options = accepted("--epo 2 --batch-size 8 --train=64 -h"); // abbreviated
    assert_int_equal(options.config.epochs, 2);
    assert_int_equal(options.config.batch_size, 8);
    assert_int_equal(options.train_limit, 64);
    assert_true(options.help);
    options = accepted("--epochs 5 --batch 32 -e1 --batch-size=8"); // the last one counts
    assert_int_equal(options.config.epochs, 1);
    assert_int_equal(options.config.batch_size, 8);
}

TEST(predict_takes_words_up_to_the_next_long_option) {
    static const struct {
        const char *typed, *words[4];
    } lists[] = {
        {"--predict a b - -d --load w", {"a", "b", "-", "-d"}},
        {"--predict=a b - -d --load w", {"a", "b", "-", "-d"}},
        {"--load w --quiet --predict a b - -d", {"a", "b", "-", "-d"}},
        {"--load=w --pred a b - -d --quiet", {"a", "b", "-", "-d"}},
        {"--predict=--a --load=w", {"--a"}},
        {"--predict c d --load=w --predict e", {"e"}}, // the last list counts
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const Options options = accepted(lists[i].typed);
        for (size_t w = 0; w < options.predict.count; w++)
            assert_string_equal(options.predict.words[w], lists[i].words[w]);
        assert_true(options.predict.count == 4 || !lists[i].words[options.predict.count]);
        assert_string_equal(options.load, "w");
    }
    CHECK_REJECTED({"--load w --predict", "--predict: expected FILE..., found no value"},
                   {"--predict --load w", "--predict: expected FILE..., found no value"},
                   {"--load w --predict -- a", "--predict: expected FILE..., found no value"},
                   {"--load w --predict ''", "--predict: expected FILE..., found ''"},
                   {"--load w --predict=a ''", "--predict: expected FILE..., found ''"},
                   {"--load w --predict a -- b", "expected options only, found 'b'"});
}

TEST(options_given_tells_a_default_from_the_same_value) {
    const Options options = accepted("--epochs 5 --show 0");
    assert_true(options_given(&options, "epochs") && options_given(&options, "show"));
    assert_false(options_given(&options, "batch") || options_given(&options, "no-such-option"));
}

TEST(transforms_keep_the_order_of_the_command_line) {
    Options options = accepted("--hflip 0.5 --rotate=15 --vflip 0");
    const Transform expected[] = {
        {TRANSFORM_HFLIP, 0.5}, {TRANSFORM_ROTATE, 15.0}, {TRANSFORM_VFLIP, 0.0}};
    assert_int_equal(options.config.transforms.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(options.config.transforms.list[i].kind, expected[i].kind);
        assert_true(options.config.transforms.list[i].parameter == expected[i].parameter);
    }
    options = accepted("--hflip 1 --rotate 15 --vflip 0 --rotate 360");
    assert_int_equal(options.config.transforms.count, 3);
    assert_int_equal(options.config.transforms.list[1].kind, TRANSFORM_VFLIP);
    assert_int_equal(options.config.transforms.list[2].kind, TRANSFORM_ROTATE);
    assert_true(options.config.transforms.list[2].parameter == 360.0);
}

TEST(an_option_without_the_one_it_needs_is_rejected) {
    CHECK_REJECTED({"--labels a", "--labels needs --predict"},
                   {"--predict a", "--predict needs --load"},
                   {"--digits-only", "--digits-only needs --predict"},
                   {"--classes c", "--classes needs --predict or --report"},
                   {"--predict a b --load=w --labels c",
                    "--labels: expected one file after --predict, found 2"},
                   {"--checkpoint-every 5", "--checkpoint-every needs --checkpoint"},
                   {"--checkpoint a --epochs 0", "--checkpoint cannot be combined with --epochs 0"},
                   {"--save-best a --epochs 0", "--save-best cannot be combined with --epochs 0"});
    accepted("--checkpoint a --epochs 0 --resume b");
    accepted("--classes c --report r");
}

// Each mode with each option that is for another one.
TEST(options_of_different_modes_cannot_be_combined) {
    static const char *const of_training[] = {"save",   "save-best", "checkpoint",
                                              "resume", "log",       "report"};
    static const char *const modes[][3] = {{"predict", "--predict=a --load=b", "grid"},
                                           {"info", "--info", "load"},
                                           {"show", "--show=1", "load"}};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j <= sizeof of_training / sizeof *of_training; j++) {
            const bool is_last = j == sizeof of_training / sizeof *of_training;
            const char *other = is_last ? modes[i][2] : of_training[j];
            char typed[64], expected[80];
            snprintf(typed, sizeof typed, "--%s=c %s", other, modes[i][1]);
            snprintf(expected, sizeof expected, "--%s cannot be combined with --%s", other,
                     modes[i][0]);
            check_rejected(typed, expected);
        }
    }
    check_rejected("--resume a --load b", "--load cannot be combined with --resume");
}

TEST(stdin_is_for_inputs_and_not_for_outputs) {
    static const char *const outputs[] = {"save", "save-best", "checkpoint",
                                          "grid", "log",       "report"};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        char typed[32], expected[64];
        snprintf(typed, sizeof typed, "--%s -", outputs[i]);
        snprintf(expected, sizeof expected, "--%s: expected a file, found '-'", outputs[i]);
        check_rejected(typed, expected);
    }
    accepted("--load a --predict -");
    accepted("--resume -");
}

// Each word in place of the option's value; the error ends with it.
static void check_values_rejected(const char *option, const char *expected,
                                  const char *const *words) {
    for (; *words; words++) {
        char typed[64], error[200];
        snprintf(typed, sizeof typed, "%s %s", option, *words);
        snprintf(error, sizeof error, "%s: expected %s, found '%s'", option, expected,
                 strcmp(*words, "''") == 0 ? "" : *words);
        check_rejected(typed, error);
    }
}

#define CHECK_VALUES_REJECTED(option, expected, ...)                                               \
    check_values_rejected(option, expected, (const char *const[]){__VA_ARGS__, NULL})

TEST(values_out_of_range_or_with_other_characters_are_rejected) {
    CHECK_VALUES_REJECTED("--epochs", "a whole number from 0 to 1000000", "-1", "1x", "''", "+1",
                          "1.0", "0x1", "1000001");
    CHECK_VALUES_REJECTED("--batch", "a whole number from 1 to 65536", "0", "65537");
    CHECK_VALUES_REJECTED("--train-limit", "a whole number from 1 to 4294967295", "0");
    CHECK_VALUES_REJECTED("--lr", "a number of at least 0", "nan", "-1", "inf", "''", "0.1x",
                          "1e999", "1e", "0x1p-3", "1e-400");
    CHECK_VALUES_REJECTED("--rotate", "a number from 0 to 360", "360.5", "-1");
    CHECK_VALUES_REJECTED("--vflip", "a number from 0 to 1", "nan", "inf", "1.01", "''");
    CHECK_VALUES_REJECTED("--seed",
                          "a whole number from -9223372036854775808 to 18446744073709551615",
                          "-9223372036854775809", "18446744073709551616", "-18446744073709551615",
                          "--1", "-", "-1x", "+1", "''");
    CHECK_VALUES_REJECTED("--loss", "tutorial|logits", "mse", "tutorial|logits", "logit");
    CHECK_REJECTED({"--epochs", "--epochs: expected N, found no value"},
                   {"-b", "--batch: expected N, found no value"},
                   {"--quiet=yes", "--quiet: expected no value, found '--quiet=yes'"},
                   {"--data ''", "--data: expected DIR, found ''"},
                   {"--show ''", "--show: expected FILE, found ''"});
}

// The range and the numbers are those of torch.manual_seed(seed).initial_seed().
TEST(a_seed_is_taken_as_torch_takes_it) {
    static const struct {
        const char *typed;
        uint64_t seed;
    } taken[] = {
        {"--seed -0", 0},
        {"--seed -1", 18446744073709551615U},
        {"--seed -5", 18446744073709551611U},
        {"--seed -9223372036854775808", 9223372036854775808U},
        {"--seed 9223372036854775808", 9223372036854775808U},
        {"--seed 18446744073709551615", 18446744073709551615U},
    };
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        assert_true(accepted(taken[i].typed).config.seed == taken[i].seed);
}

TEST(the_ends_of_a_range_are_accepted) {
    Options options = accepted("--epochs=0 --batch=1 --train-limit=4294967295 --threads=1024");
    assert_int_equal(options.config.epochs, 0);
    assert_int_equal(options.config.batch_size, 1);
    assert_int_equal(options.train_limit, UINT32_MAX);
    assert_int_equal(options.threads, 1024);
    options = accepted("--epochs=1000000 --batch=65536 --lr=0");
    assert_true(options.config.learning_rate == 0.0);
    assert_int_equal(options.config.epochs, TRAIN_MAX_EPOCHS);
    assert_int_equal(options.config.batch_size, TRAIN_MAX_BATCH_SIZE);
}

TEST(words_that_are_no_options_are_rejected) {
    CHECK_REJECTED({"--epoch5", "unknown or ambiguous option '--epoch5'; --help lists all"},
                   {"--t 1", "unknown or ambiguous option '--t'; --help lists all"},
                   {"--quiet -x", "unknown option '-x'; --help lists all"},
                   {"word", "expected options only, found 'word'"},
                   {"--quiet -- -e", "expected options only, found '-e'"});
}

// tests/golden/net has its text.
TEST(the_help_fits_80_columns) {
    capture_begin(STDOUT_FILENO);
    options_print_help();
    char *text = strdup(capture_end());
    assert_non_null(text);
    text_after(text, "\nTraining:\n  -e, --epochs N ");
    text_after(text, "random seed, as for torch.manual_seed (default: 0)\n");
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_in_range(strlen(line), 1, 80);
    free(text);
}
