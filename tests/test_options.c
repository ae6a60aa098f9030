#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { WORDS = 10 };

// Parses words up to a NULL, as if they were typed behind the program's name.
static bool parse(const char *const *words, Options *options, Error *error) {
    char *argv[WORDS + 2] = {strdup("mnist-train")};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = strdup(words[argc - 1]);
    char *kept[WORDS + 2];
    memcpy(kept, argv, sizeof kept); // getopt_long reorders argv
    bool right = options_parse(argc, argv, options, error);
    if (options->data)
        options->data = strstr("some folder", options->data); // outlives argv
    for (int i = 0; i < argc; i++)
        free(kept[i]);
    return right;
}

#define TYPED(...) ((const char *const[]){__VA_ARGS__, NULL})

static void check_refused(const char *const *words, const char *expected) {
    Options options;
    Error error;
    assert_false(parse(words, &options, &error));
    assert_string_equal(error.text, expected);
}

static void without_options_the_defaults_are_the_tutorials(void **state) {
    (void)state;
    Options options;
    Error error;
    const char *const none[] = {NULL};
    assert_true(parse(none, &options, &error));
    assert_int_equal(options.epochs, 5);
    assert_int_equal(options.batch, 32);
    assert_true(options.learning_rate == 0.001);
    assert_int_equal(options.seed, 0);
    assert_int_equal(options.loss, 0);
    assert_null(options.data);
    assert_int_equal(options.train_limit, 0);
    assert_int_equal(options.test_limit, 0);
    assert_int_equal(options.threads, 0);
    assert_false(options.quiet || options.help || options.version);
}

static void every_option_is_understood_in_every_spelling(void **state) {
    (void)state;
    Options options;
    Error error;
    assert_true(parse(TYPED("-e", "7", "-b16", "--lr=1e-2", "--seed", "18446744073709551615"),
                      &options, &error));
    assert_int_equal(options.epochs, 7);
    assert_int_equal(options.batch, 16);
    assert_true(options.learning_rate == 0.01);
    assert_true(options.seed == UINT64_MAX);
    assert_true(parse(TYPED("--epochs=0", "--batch-size", "65536", "--loss=logits", "--data",
                            "some folder", "-t3"),
                      &options, &error));
    assert_int_equal(options.epochs, 0);
    assert_int_equal(options.batch, 65536);
    assert_int_equal(options.loss, 1);
    assert_string_equal(options.data, "some folder");
    assert_int_equal(options.threads, 3);
    assert_true(
        parse(TYPED("--test-limit", "1", "--train-limit=5", "--quiet", "--help", "--version"),
              &options, &error));
    assert_int_equal(options.train_limit, 5);
    assert_int_equal(options.test_limit, 1);
    assert_true(options.quiet && options.help && options.version);
}

static void of_an_option_given_twice_the_last_one_holds(void **state) {
    (void)state;
    Options options;
    Error error;
    assert_true(
        parse(TYPED("--epochs", "5", "--batch", "32", "-e1", "--batch-size=8"), &options, &error));
    assert_int_equal(options.epochs, 1);
    assert_int_equal(options.batch, 8);
}

static void transforms_stay_in_the_order_in_which_they_stand(void **state) {
    (void)state;
    Options options;
    Error error;
    assert_true(parse(TYPED("--hflip", "0.5", "--rotate=15", "--vflip", "0"), &options, &error));
    assert_int_equal(options.transforms.count, 3);
    assert_int_equal(options.transforms.list[0].kind, TRANSFORM_HFLIP);
    assert_true(options.transforms.list[0].parameter == 0.5);
    assert_int_equal(options.transforms.list[1].kind, TRANSFORM_ROTATE);
    assert_true(options.transforms.list[1].parameter == 15.0);
    assert_int_equal(options.transforms.list[2].kind, TRANSFORM_VFLIP);
    assert_true(options.transforms.list[2].parameter == 0.0);
    assert_true(parse(TYPED("--rotate", "15", "--hflip", "1", "--rotate", "2"), &options, &error));
    assert_int_equal(options.transforms.count, 2);
    assert_int_equal(options.transforms.list[1].kind, TRANSFORM_ROTATE);
    assert_true(options.transforms.list[1].parameter == 2.0);
    check_refused(TYPED("--rotate", "360.5"),
                  "--rotate: expected a number from 0 to 360, found '360.5'");
    check_refused(TYPED("--rotate", "-1"), "--rotate: expected a number from 0 to 360, found '-1'");
    check_refused(TYPED("--vflip", "nan"), "--vflip: expected a number from 0 to 1, found 'nan'");
    check_refused(TYPED("--hflip", "1.01"), "--hflip: expected a number from 0 to 1, found '1.01'");
    check_refused(TYPED("--hflip", ""), "--hflip: expected a number from 0 to 1, found ''");
}

static void options_that_do_not_go_together_are_refused(void **state) {
    (void)state;
    check_refused(TYPED("--labels", "a"), "--labels: expected --predict with it, found none");
    check_refused(TYPED("--info", "--save", "a"), "--info: expected it without --save, found both");
    check_refused(TYPED("--show", "1", "--report", "a"),
                  "--show: expected it without --report, found both");
    check_refused(TYPED("--predict", "a", "--load", "b", "--log", "c"),
                  "--predict: expected it without --log, found both");
    check_refused(TYPED("--save", "a", "--checkpoint", "b", "--report", "a"),
                  "--report: expected another file than --save's, found 'a'");
    check_refused(TYPED("--save", "-"), "--save: expected a file, found '-'");
    check_refused(TYPED("--load", "-", "--predict", "-"),
                  "-: expected stdin for one option, found it for 2");
    check_refused(TYPED("--epochs", "0", "--checkpoint", "a"),
                  "--checkpoint: expected epochs to train, found --epochs 0");
}

static void whole_numbers_out_of_range_or_with_other_letters_are_refused(void **state) {
    (void)state;
    check_refused(TYPED("--epochs", "-1"),
                  "--epochs: expected a whole number from 0 to 1000000, found '-1'");
    check_refused(TYPED("--epochs", "1x"),
                  "--epochs: expected a whole number from 0 to 1000000, found '1x'");
    check_refused(TYPED("-e", ""), "--epochs: expected a whole number from 0 to 1000000, found ''");
    check_refused(TYPED("-e", " 1"),
                  "--epochs: expected a whole number from 0 to 1000000, found ' 1'");
    check_refused(TYPED("-e", "+1"),
                  "--epochs: expected a whole number from 0 to 1000000, found '+1'");
    check_refused(TYPED("--batch", "0"),
                  "--batch: expected a whole number from 1 to 65536, found '0'");
    check_refused(TYPED("--batch", "65537"),
                  "--batch: expected a whole number from 1 to 65536, found '65537'");
    check_refused(TYPED("--seed", "-1"),
                  "--seed: expected a whole number from 0 to 18446744073709551615, found '-1'");
    check_refused(TYPED("--seed", "18446744073709551616"),
                  "--seed: expected a whole number from 0 to 18446744073709551615, found "
                  "'18446744073709551616'");
    check_refused(TYPED("--train-limit", "0"),
                  "--train-limit: expected a whole number from 1 to 4294967295, found '0'");
}

static void learning_rates_that_are_no_numbers_above_zero_are_refused(void **state) {
    (void)state;
    const char *wrong[] = {"nan", "0", "-1", "inf", "", "0.1x", "0x1p-3", " 1", "1e999", "1e"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char expected[80];
        snprintf(expected, sizeof expected, "--lr: expected a number above 0, found '%s'",
                 wrong[i]);
        check_refused(TYPED("--lr", wrong[i]), expected);
    }
}

static void what_is_no_option_is_refused(void **state) {
    (void)state;
    check_refused(TYPED("--epoch5"), "expected an option that --help lists, found '--epoch5'");
    check_refused(TYPED("--quiet", "-x"), "expected an option that --help lists, found '-x'");
    check_refused(TYPED("--loss", "mse"), "--loss: expected tutorial|logits, found 'mse'");
    check_refused(TYPED("--loss", "tutorial|logits"),
                  "--loss: expected tutorial|logits, found 'tutorial|logits'");
    check_refused(TYPED("--epochs"), "--epochs: expected N, found nothing");
    check_refused(TYPED("-b"), "--batch: expected N, found nothing");
    check_refused(TYPED("--quiet=yes"), "--quiet: expected no value, found '--quiet=yes'");
    check_refused(TYPED("--data", ""), "--data: expected DIR, found nothing");
    check_refused(TYPED("word"), "expected options only, found 'word'");
    check_refused(TYPED("--quiet", "--", "-e"), "expected options only, found '-e'");
}

static void the_help_names_every_option_and_its_default(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    options_write_help(stream);
    fclose(stream);
    const char *expected[] = {"-e, --epochs N",
                              "(default: 5)",
                              "-b, --batch N",
                              "(default: 32)",
                              "--batch-size",
                              "--lr X",
                              "(default: 0.001)",
                              "--seed N",
                              "(default: 0)",
                              "--loss tutorial|logits",
                              "(default: tutorial)",
                              "--data DIR",
                              "--train-limit N",
                              "--test-limit N",
                              "--quiet",
                              "--help",
                              "--version"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(strstr(text, expected[i]));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_in_range(strlen(line), 1, 80);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_the_defaults_are_the_tutorials),
        cmocka_unit_test(every_option_is_understood_in_every_spelling),
        cmocka_unit_test(of_an_option_given_twice_the_last_one_holds),
        cmocka_unit_test(transforms_stay_in_the_order_in_which_they_stand),
        cmocka_unit_test(options_that_do_not_go_together_are_refused),
        cmocka_unit_test(whole_numbers_out_of_range_or_with_other_letters_are_refused),
        cmocka_unit_test(learning_rates_that_are_no_numbers_above_zero_are_refused),
        cmocka_unit_test(what_is_no_option_is_refused),
        cmocka_unit_test(the_help_names_every_option_and_its_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
