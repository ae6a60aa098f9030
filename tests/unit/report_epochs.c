#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

TEST_WITH(fixture_create, fixture_destroy, every_epoch_has_its_metrics_with_all_digits) {
    const char *next = text_after(fixture_write_page(), "id=\"epochs\"");
    for (size_t i = 0; i < 3; i++) {
        char row[64];
        const Metrics *metrics = &fixture.report.epochs[i].metrics;
        double correct = (double)(7 * (20 + i));
        snprintf(row, sizeof row, "<tr><th scope=\"row\">%zu</th>", i);
        next = text_after(next, row);
        next = check_next_number(next, "tutorial-loss", metrics->sum_batch_loss / 6);
        next = check_next_number(next, "tutorial-accuracy", (double)metrics->sum_batch_percent / 6);
        next = check_next_number(next, "exact-loss", metrics->sum_image_loss / (7 * 32));
        next = check_next_number(next, "exact-right", correct);
        next = check_next_number(next, "exact-images", 7 * 32);
        next = check_next_number(next, "exact-accuracy", 100.0 * correct / (7 * 32));
        next = check_next_number(next, "seconds", 1.0 + 0.1 * (double)i);
    }
    assert_int_equal(count_of(next, "\"tutorial-loss\""), 0);
}

TEST_WITH(fixture_create, fixture_destroy, a_batch_of_one_image_has_metrics) {
    fixture.report.epochs[0].metrics = fixture_metrics(1, 1, 1, 0.5);
    fixture.report.epoch_count = 1;
    const char *next = text_after(fixture_write_page(), "id=\"epochs\"");
    next = check_next_number(next, "tutorial-loss", 0.5);
    next = check_next_number(next, "tutorial-accuracy", 100);
    check_next_number(next, "exact-loss", 0.5);
}

TEST_WITH(fixture_create, fixture_destroy, a_run_without_epochs_has_no_curves_and_no_table) {
    static const char text[] = "only tested the network";
    assert_null(strstr(fixture_write_page(), text));
    fixture.report.epoch_count = 0;
    fixture.report.run.train = NULL;
    const char *page = fixture_write_page();
    text_after(page, text);
    assert_null(strstr(page, "<svg"));
    assert_null(strstr(page, "id=\"epochs\""));
}

TEST_WITH(fixture_create, fixture_destroy, a_long_run_has_at_most_101_rows_with_the_last_epoch) {
    const Metrics metrics = fixture_metrics(32, 7, 20, 0.5);
    assert_null(strstr(fixture_write_page(), "The table has every"));
    for (size_t i = 3; i < FIXTURE_MAX_EPOCHS; i++)
        fixture_add_epoch(&metrics, 1.0);
    const char *next = text_after(fixture_write_page(), "The table has every 10th epoch");
    next = text_after(next, "id=\"epochs\"");
    assert_int_equal(count_of(next, "\"tutorial-loss\""), 101);
    next = text_after(next, "<th scope=\"row\">0</th>");
    next = text_after(next, "<th scope=\"row\">10</th>");
    next = text_after(next, "<th scope=\"row\">990</th>");
    text_after(next, "<th scope=\"row\">999</th>");
}

TEST_WITH(fixture_create, fixture_destroy, a_resumed_run_starts_at_its_first_epoch) {
    assert_null(strstr(fixture_write_page(), "was resumed"));
    fixture.report.run.first_epoch = 17;
    const char *next = text_after(fixture_write_page(), "was resumed in epoch 17");
    next = text_after(next, "id=\"epochs\"");
    assert_null(strstr(next, "<th scope=\"row\">16</th>"));
    next = text_after(next, "<th scope=\"row\">17</th>");
    text_after(next, "<th scope=\"row\">19</th>");
}

TEST_WITH(fixture_create, fixture_destroy, the_tutorials_results_are_in_the_row_of_their_epoch) {
    fixture.report.run.first_epoch = 3;
    const char *table = text_after(fixture_write_page(), "id=\"epochs\"");
    const char *third = text_after(table, "<th scope=\"row\">3</th>");
    const char *fourth = text_after(third, "<th scope=\"row\">4</th>");
    const char *fifth = text_after(fourth, "<th scope=\"row\">5</th>");
    assert_in_range(text_after(third, "<td>1.5059</td><td>95.46</td>") - third, 1, fourth - third);
    assert_in_range(text_after(fourth, "<td>1.5003</td><td>95.98</td>") - fourth, 1,
                    fifth - fourth);
    text_after(fifth, "<td></td><td></td>");
}

TEST_WITH(fixture_create, fixture_destroy, another_loss_has_no_curve_of_the_tutorials_loss) {
    const char *page = fixture_write_page();
    assert_int_equal(count_of(page, "<polyline class=\"tutorial\""), 2);
    assert_null(strstr(page, "not comparable"));
    fixture.config.loss = LOSS_LOGITS;
    page = fixture_write_page();
    assert_int_equal(count_of(page, "<polyline class=\"run\""), 2);
    assert_int_equal(count_of(page, "<polyline class=\"tutorial\""), 1);
    const char *accuracy = text_after(page, "Training accuracy");
    assert_int_equal(count_of(accuracy, "<polyline class=\"tutorial\""), 1);
    text_after(accuracy, "The tutorial's loss is not comparable");
}
