#include "report/confusion_table.h"
#include "support/capture.h"
#include "support/markup.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

// Three images of 1, of which two are taken for 7, and one of 7.
static const uint8_t labels[] = {1, 7, 1, 1};
static const Prediction predictions[] = {{.digit = 7}, {.digit = 7}, {.digit = 1}, {.digit = 7}};

static const char *table(void) {
    capture_begin(STDERR_FILENO);
    confusion_table_print(predictions, labels, 4, NULL);
    return capture_end();
}

TEST(the_first_line_has_the_accuracy) {
    // 1.96 sqrt(0.5 * 0.5 / 4) = 0.49
    const char first_line[] = "Accuracy: 2 of 4 right (50.00 %, +-49.00)\n";
    assert_memory_equal(table(), first_line, strlen(first_line));
}

TEST(a_row_is_a_label_and_a_column_a_prediction) {
    const char *text = table();
    assert_int_equal(count_of(text, "\nLabel by row, prediction by column:\n"), 1);
    //                                  0     1     2     3     4     5     6     7
    assert_int_equal(count_of(text, "\n  1     0     1     0     0     0     0     0     2 "), 1);
    assert_int_equal(count_of(text, "\n  7     0     0     0     0     0     0     0     1 "), 1);
}

TEST(the_names_of_the_classes_end_the_rows) {
    static const ClassNames classes = {{[1] = "Trouser", [7] = "Sneaker \xe2\x82\xac"}};
    capture_begin(STDERR_FILENO);
    confusion_table_print(predictions, labels, 4, &classes);
    const char *text = capture_end();
    text_after(text, "\n  1     0     1     0     0     0     0     0     2     0     0  "
                     "Trouser\n");
    text_after(text, "\n  7     0     0     0     0     0     0     0     1     0     0  "
                     "Sneaker \xe2\x82\xac\n");
}

// Three of four are correct; the 95 % interval is 1.96 sqrt(0.75 * 0.25 / 4) = 0.4244.
TEST(the_table_has_a_row_for_each_class) {
    static const Prediction others[] = {{.digit = 0}, {.digit = 9}, {.digit = 7}, {.digit = 7}};
    static const uint8_t their_labels[] = {0, 7, 7, 7};
    capture_begin(STDERR_FILENO);
    confusion_table_print(others, their_labels, 4, NULL);
    const char *text = capture_end();
    text_after(text, "Accuracy: 3 of 4 right (75.00 %, +-42.44)\n"
                     "Label by row, prediction by column:\n"
                     "        0     1     2     3     4     5     6     7     8     9\n"
                     "  0     1     0     0     0     0     0     0     0     0     0\n"
                     "  1     0     0     0     0     0     0     0     0     0     0\n");
    text_after(text, "\n  7     0     0     0     0     0     0     0     2     0     1\n");
    text_after(text, "\n  9     0     0     0     0     0     0     0     0     0     0\n");
}
