#include "report/confusion_table.h"
#include "support/capture.h"
#include "support/markup.h"
#include "support/test_group.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Three images of 1, of which two are taken for 7, and one of 7.
static const uint8_t labels[] = {1, 7, 1, 1};
static const Prediction predictions[] = {{.digit = 7}, {.digit = 7}, {.digit = 1}, {.digit = 7}};

static const char *table(void) {
    capture_begin(STDERR_FILENO);
    confusion_table_print(predictions, labels, 4, NULL);
    return capture_end();
}

static void the_first_line_has_the_accuracy(void **state) {
    (void)state;
    // 1.96 sqrt(0.5 * 0.5 / 4) = 0.49
    const char first_line[] = "Accuracy: 2 of 4 right (50.00 %, +-49.00)\n";
    assert_memory_equal(table(), first_line, strlen(first_line));
}

static void a_row_is_a_label_and_a_column_a_prediction(void **state) {
    (void)state;
    const char *text = table();
    assert_int_equal(count_of(text, "\nLabel by row, prediction by column:\n"), 1);
    //                                   0      1      2      3      4      5      6      7
    assert_int_equal(
        count_of(text, "\n  1      0      1      0      0      0      0      0      2 "), 1);
    assert_int_equal(
        count_of(text, "\n  7      0      0      0      0      0      0      0      1 "), 1);
}

static void the_names_of_the_classes_end_the_rows(void **state) {
    (void)state;
    static const ClassNames classes = {{[1] = "Trouser", [7] = "Sneaker \xe2\x82\xac"}};
    capture_begin(STDERR_FILENO);
    confusion_table_print(predictions, labels, 4, &classes);
    const char *text = capture_end();
    text_after(text, "\n  1      0      1      0      0      0      0      0      2      0      0  "
                     "Trouser\n");
    text_after(text, "\n  7      0      0      0      0      0      0      0      1      0      0  "
                     "Sneaker \xe2\x82\xac\n");
}

// Three of four are correct; the 95 % interval is 1.96 sqrt(0.75 * 0.25 / 4) = 0.4244.
static void the_table_has_a_row_for_each_class(void **state) {
    (void)state;
    static const Prediction others[] = {{.digit = 0}, {.digit = 9}, {.digit = 7}, {.digit = 7}};
    static const uint8_t their_labels[] = {0, 7, 7, 7};
    capture_begin(STDERR_FILENO);
    confusion_table_print(others, their_labels, 4, NULL);
    const char *text = capture_end();
    text_after(text, "Accuracy: 3 of 4 right (75.00 %, +-42.44)\n"
                     "Label by row, prediction by column:\n"
                     "         0      1      2      3      4      5      6      7      8      9\n"
                     "  0      1      0      0      0      0      0      0      0      0      0\n"
                     "  1      0      0      0      0      0      0      0      0      0      0\n");
    text_after(text,
               "\n  7      0      0      0      0      0      0      0      2      0      1\n");
    text_after(text,
               "\n  9      0      0      0      0      0      0      0      0      0      0\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_has_the_accuracy),
        cmocka_unit_test(a_row_is_a_label_and_a_column_a_prediction),
        cmocka_unit_test(the_names_of_the_classes_end_the_rows),
        cmocka_unit_test(the_table_has_a_row_for_each_class),
    };
    return test_group_run(tests, NULL, NULL);
}
