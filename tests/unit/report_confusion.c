#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <string.h>

#include <stddef.h>
#include <stdint.h>

// Of ten images of each digit, one 4 is predicted as 5, and two 7s as 8.
static int create_three_errors(void **state) {
    int result = fixture_create(state);
    fixture_misclassify(4, 0.4F);
    fixture_misclassify(7, 0.4F);
    fixture_misclassify(17, 0.4F);
    return result;
}

TEST_WITH(create_three_errors, fixture_destroy, the_matrix_counts_predictions_by_label) {
    static const char one[] = "<td class=\"wrong s10\"><a href=\"#cell-4-5\">1</a></td>";
    static const char two[] = "<td class=\"wrong s20\"><a href=\"#cell-7-8\">2</a></td>";
    const char *matrix = text_after(fixture_write_page(), "<table class=\"confusion\">");
    const char *row = text_after(matrix, "<tr><th scope=\"row\">4</th>");
    row = text_after(row, "<td class=\"correct s18\">9</td>");
    assert_memory_equal(row, one, strlen(one));
    row = text_after(matrix, "<tr><th scope=\"row\">7</th>");
    row = text_after(row, "<td class=\"correct s16\">8</td>");
    assert_memory_equal(row, two, strlen(two));
    assert_int_equal(count_of(matrix, "class=\"correct s"), 10);
    assert_int_equal(count_of(matrix, "class=\"wrong s"), 2);
    assert_int_equal(count_of(matrix, "class=\"none s0\""), 88);
}

// 5: 10 of 11 predictions are correct, 10 of 10 images are found; F1 = 20 / 21. 7: 8 of 8, 8 of 10;
// 16 / 18.
TEST_WITH(create_three_errors, fixture_destroy, precision_recall_and_f1_are_those_of_the_counts) {
    const char *classes = text_after(fixture_write_page(), "id=\"classes\"");
    text_after(classes, "<th scope=\"row\">5</th><td>10</td><td>10</td><td>0.9091</td>"
                        "<td>1.0000</td><td>0.9524</td>");
    text_after(classes, "<th scope=\"row\">7</th><td>10</td><td>8</td><td>1.0000</td>"
                        "<td>0.8000</td><td>0.8889</td>");
}

TEST_WITH(fixture_create, fixture_destroy, classes_with_names_have_them_in_the_headings) {
    static const ClassNames classes = {{[4] = "Coat", [7] = "<b>\"x\\"}};
    fixture.report.run.classes = &classes;
    const char *page = fixture_write_page();
    text_after(page, "<th scope=\"col\" title=\"Coat\">4</th>");
    text_after(page, "<th scope=\"col\" title=\"&lt;b&gt;&quot;x\\\">7</th>");
    // beside the canvas, in the matrix, in the table of precision and recall
    assert_int_equal(count_of(page, "<tr><th scope=\"row\">4 Coat</th><td"), 3);
    assert_int_equal(count_of(page, "<tr><th scope=\"row\">7 &lt;b&gt;&quot;x\\</th><td"), 3);
    assert_int_equal(count_of(page, "<b>\""), 0);
}
