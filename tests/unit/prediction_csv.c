#include "report/prediction_csv.h"
#include "support/capture.h"
#include "support/test.h"

#include <stdio.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

static const Prediction predictions[] = {
    {.digit = 3, .probabilities = {[3] = 0.75F, [9] = 0.25F}},
    {.digit = 0, .probabilities = {[0] = 1.0F}},
};

#define ROW0                                                                                       \
    ",0.000000,0.000000,0.000000,0.750000,0.000000,0.000000,0.000000,0.000000,0.000000,0.250000\n"
#define ROW1                                                                                       \
    ",1.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000\n"
#define PROBABILITIES ",p0,p1,p2,p3,p4,p5,p6,p7,p8,p9\n"

static void check_printed(PredictionCsv csv, const char *file, size_t count, const char *expected) {
    capture_begin(STDOUT_FILENO);
    prediction_csv_print(&csv, file, predictions, count);
    assert_string_equal(capture_end(), expected);
}

TEST(a_row_has_file_index_digit_and_probabilities) {
    check_printed((PredictionCsv){0}, "a.idx", 2,
                  "file,index,digit" PROBABILITIES "a.idx,0,3" ROW0 "a.idx,1,0" ROW1);
}

TEST(the_header_is_printed_once) {
    PredictionCsv csv = {0};
    capture_begin(STDOUT_FILENO);
    prediction_csv_print(&csv, "a.png", predictions, 1);
    prediction_csv_print(&csv, "b.png", predictions, 1);
    assert_string_equal(capture_end(),
                        "file,index,digit" PROBABILITIES "a.png,0,3" ROW0 "b.png,0,3" ROW0);
}

TEST(a_class_has_a_name) {
    static const ClassNames classes = {{[0] = "a, \"b\"", [3] = "T-shirt/top"}};
    check_printed((PredictionCsv){.classes = &classes}, "a", 2,
                  "file,index,digit,name" PROBABILITIES "a,0,3,T-shirt/top" ROW0
                  "a,1,0,\"a, \"\"b\"\"\"" ROW1);
}

TEST(bare_digits_have_no_header) {
    check_printed((PredictionCsv){.has_digits_only = true}, "a", 2, "3\n0\n");
}

// RFC 4180: fields with commas, quotes and line breaks are quoted, and quotes are doubled.
TEST(hostile_file_names_are_quoted) {
    static const struct {
        const char *name, *field;
    } cases[] = {
        {"<b>\"x\\", "\"<b>\"\"x\\\""}, {"a,b", "\"a,b\""}, {"a\nb", "\"a\nb\""},
        {"a\rb", "\"a\rb\""},           {"a b'c", "a b'c"}, {"\x1b[31m\xff", "\x1b[31m\xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[512];
        snprintf(expected, sizeof expected, "file,index,digit" PROBABILITIES "%s,0,3" ROW0,
                 cases[i].field);
        check_printed((PredictionCsv){0}, cases[i].name, 1, expected);
    }
}

TEST(a_terminal_gets_two_decimals_and_no_control_characters) {
    PredictionCsv csv = {.has_header = true};
    if (!capture_begin_terminal(STDOUT_FILENO, 80))
        skip_because("there are no pseudo-terminals");
    prediction_csv_print(&csv, "\x1b[31m\xff\xc2\x9b\xc3\xa9,\n", predictions, 1);
    assert_string_equal(capture_end(),
                        "\"?[31m??\xc3\xa9,?\",0,3,0.00,0.00,0.00,0.75,0.00,0.00,0.00,0.00,0.00,"
                        "0.25\r\n");
}
