// The output for predictions: prediction_csv and confusion_table.
#include "report/confusion_table.h"
#include "report/prediction_csv.h"
#include "support/capture.h"
#include "support/markup.h"
#include "support/test_group.h"

#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_row_has_index_digit_and_probabilities(void **state) {
    (void)state;
    static const Prediction predictions[] = {
        {.digit = 3, .probabilities = {[3] = 0.75F, [9] = 0.25F}},
        {.digit = 0, .probabilities = {[0] = 1.0F}},
    };
    capture_begin(STDOUT_FILENO);
    prediction_csv_print(predictions, 2);
    assert_string_equal(capture_end(),
                        "index,digit,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9\n"
                        "0,3,0.000000,0.000000,0.000000,0.750000,0.000000,0.000000,0.000000,"
                        "0.000000,0.000000,0.250000\n"
                        "1,0,1.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,"
                        "0.000000,0.000000,0.000000\n");
}

// Three of four are correct; the 95 % interval is 1.96 sqrt(0.75 * 0.25 / 4) = 0.4244.
static void the_table_has_labels_by_row_and_predictions_by_column(void **state) {
    (void)state;
    static const Prediction predictions[] = {
        {.digit = 0}, {.digit = 9}, {.digit = 7}, {.digit = 7}};
    static const uint8_t labels[] = {0, 7, 7, 7};
    capture_begin(STDERR_FILENO);
    confusion_table_print(predictions, labels, 4);
    const char *table = capture_end();
    text_after(table,
               "Accuracy: 3 of 4 right (75.00 %, +-42.44)\n"
               "Label by row, prediction by column:\n"
               "         0      1      2      3      4      5      6      7      8      9\n"
               "  0      1      0      0      0      0      0      0      0      0      0\n"
               "  1      0      0      0      0      0      0      0      0      0      0\n");
    text_after(table,
               "\n  7      0      0      0      0      0      0      0      2      0      1\n");
    text_after(table,
               "\n  9      0      0      0      0      0      0      0      0      0      0\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_index_digit_and_probabilities),
        cmocka_unit_test(the_table_has_labels_by_row_and_predictions_by_column),
    };
    return test_group_run(tests, NULL, NULL);
}
