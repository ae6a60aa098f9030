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
    confusion_table_print(predictions, labels, 4);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_has_the_accuracy),
        cmocka_unit_test(a_row_is_a_label_and_a_column_a_prediction),
    };
    return test_group_run(tests, NULL, NULL);
}
