#include "output/predictions.h"
#include "support/capture.h"
#include "support/test.h"

#include <unistd.h>

static const Prediction predictions[] = {
    {.digit = 3, .probabilities = {[3] = 0.75F, [9] = 0.25F}},
    {.digit = 0, .probabilities = {[0] = 1.0F}},
};

#define ROW0                                                                                       \
    ",0.000000,0.000000,0.000000,0.750000,0.000000,0.000000,0.000000,0.000000,0.000000,0.250000\n"
#define ROW1                                                                                       \
    ",1.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000\n"
#define PROBABILITIES ",p0,p1,p2,p3,p4,p5,p6,p7,p8,p9\n"

static void check_printed(PredictionOutput output, const char *file, size_t count,
                          const char *expected) {
    const Dataset images = {.count = count};
    capture_begin(STDOUT_FILENO);
    predictions_print(&output, file, &images, predictions);
    assert_string_equal(capture_end(), expected);
}

TEST(a_row_has_file_index_digit_and_probabilities) {
    check_printed((PredictionOutput){0}, "a.idx", 2,
                  "file,index,digit" PROBABILITIES "a.idx,0,3" ROW0 "a.idx,1,0" ROW1);
}

TEST(the_header_is_printed_once) {
    PredictionOutput output = {0};
    const Dataset image = {.count = 1};
    capture_begin(STDOUT_FILENO);
    predictions_print(&output, "a.png", &image, predictions);
    predictions_print(&output, "b.png", &image, predictions);
    assert_string_equal(capture_end(),
                        "file,index,digit" PROBABILITIES "a.png,0,3" ROW0 "b.png,0,3" ROW0);
}

TEST(a_class_has_a_name) {
    static const ClassNames classes = {{[0] = "a, \"b\"", [3] = "T-shirt/top"}};
    check_printed((PredictionOutput){.classes = &classes}, "a", 2,
                  "file,index,digit,name" PROBABILITIES "a,0,3,T-shirt/top" ROW0
                  "a,1,0,\"a, \"\"b\"\"\"" ROW1);
}

TEST(bare_digits_have_no_header) {
    check_printed((PredictionOutput){.has_digits_only = true}, "a", 2, "3\n0\n");
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
        check_printed((PredictionOutput){0}, cases[i].name, 1, expected);
    }
}

TEST(a_terminal_gets_two_decimals_and_no_control_characters) {
    PredictionOutput output = {.has_header = true};
    const Dataset image = {.count = 1};
    if (!capture_begin_terminal(STDOUT_FILENO, 80))
        skip_because("there are no pseudo-terminals");
    predictions_print(&output, "\x1b[31m\xff\xc2\x9b\xc3\xa9,\n", &image, predictions);
    assert_string_equal(capture_end(),
                        "\"?[31m??\xc3\xa9,?\",0,3,0.00,0.00,0.00,0.75,0.00,0.00,0.00,0.00,0.00,"
                        "0.25\r\n");
}

// Of the labels 0, 7, 7 and 7, three are predicted, and one 7 is taken for a 9. The 95 % interval
// is 1.96 sqrt(0.75 * 0.25 / 4) = 0.4244.
TEST(labels_are_compared_in_a_matrix_with_the_names_of_the_classes) {
    static const Prediction compared[] = {{.digit = 0}, {.digit = 9}, {.digit = 7}, {.digit = 7}};
    static const ClassNames classes = {{"a", "b", "c", "d", "e", "f", "g", "h \xe2\x82\xac"}};
    uint8_t labels[] = {0, 7, 7, 7};
    const Dataset images = {.count = 4, .labels = labels};
    PredictionOutput output = {.has_digits_only = true, .classes = &classes};
    capture_begin(STDERR_FILENO);
    predictions_print(&output, "", &images, compared);
    assert_string_equal(
        capture_end(),
        "Accuracy: 3 of 4 right (75.00 %, +-42.44)\n"
        "Label by row, prediction by column:\n"
        "        0     1     2     3     4     5     6     7     8     9\n"
        "  0     1     0     0     0     0     0     0     0     0     0  a\n"
        "  1     0     0     0     0     0     0     0     0     0     0  b\n"
        "  2     0     0     0     0     0     0     0     0     0     0  c\n"
        "  3     0     0     0     0     0     0     0     0     0     0  d\n"
        "  4     0     0     0     0     0     0     0     0     0     0  e\n"
        "  5     0     0     0     0     0     0     0     0     0     0  f\n"
        "  6     0     0     0     0     0     0     0     0     0     0  g\n"
        "  7     0     0     0     0     0     0     0     2     0     1  h \xe2\x82\xac\n"
        "  8     0     0     0     0     0     0     0     0     0     0  \n"
        "  9     0     0     0     0     0     0     0     0     0     0  \n");
}
