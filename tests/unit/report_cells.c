#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

TEST_WITH(fixture_create, fixture_destroy, a_cell_has_its_images_with_both_probabilities) {
    fixture_misclassify(4, 0.75F);
    fixture_misclassify(24, 0.5F);
    const char *page = fixture_write_page();
    const char *cell =
        text_after(page, "id=\"cell-4-5\"><h3>Label 4, predicted 5: 2 of 2 images</h3>");
    const char *end = text_after(cell, "</section>");
    assert_int_equal(count_of(page, "class=\"cell\""), 1);
    cell = text_after(cell, "alt=\"Image 4\"><figcaption>5: 75.00 %<br>4: 2.78 %<");
    cell = text_after(cell, "alt=\"Image 24\"><figcaption>5: 50.00 %<br>4: 5.56 %<");
    assert_true(cell < end);
    PngPicture picture = fixture_image_before("alt=\"Image 24\"");
    assert_memory_equal(picture.pixels, fixture.images + 24 * MNIST_PIXELS, MNIST_PIXELS);
    free(picture.pixels);
}

TEST_WITH(fixture_create, fixture_destroy, headings_have_the_names_of_the_classes) {
    static const ClassNames classes = {{[4] = "Coat", [5] = "<b>\"x\\"}};
    fixture.report.run.classes = &classes;
    fixture_misclassify(4, 0.5F);
    text_after(fixture_write_page(),
               "<h3>Label 4 Coat, predicted 5 &lt;b&gt;&quot;x\\: 1 of 1 images</h3>");
}

TEST_WITH(fixture_create, fixture_destroy, every_link_of_the_matrix_has_its_cell) {
    for (size_t i = 0; i < FIXTURE_IMAGES; i += 3)
        fixture_misclassify(i, 0.5F);
    const char *page = fixture_write_page();
    size_t links = 0;
    for (const char *next = page; (next = strstr(next, "href=\"#cell-")); next++, links++) {
        char id[32];
        snprintf(id, sizeof id, "id=\"%.8s\"", next + strlen("href=\"#"));
        assert_int_equal(count_of(page, id), 1);
    }
    assert_int_equal(links, 10);
}

// 100 images, all with the label 3, are predicted as 4.
TEST_WITH(fixture_create, fixture_destroy, a_cell_shows_its_first_12_images) {
    for (size_t i = 0; i < FIXTURE_IMAGES; i++) {
        fixture.labels[i] = 3;
        fixture_misclassify(i, 0.5F);
    }
    const char *page = fixture_write_page();
    const char *cell = text_after(page, "<h3>Label 3, predicted 4: 12 of 100 images</h3>");
    assert_int_equal(count_of(cell, "alt=\"Image "), 12);
    text_after(cell, "alt=\"Image 11\"");
}

TEST_WITH(fixture_create, fixture_destroy, a_network_without_mistakes_has_no_cells) {
    const char *page = fixture_write_page();
    assert_null(strstr(page, "cell-"));
    assert_null(strstr(page, "outside the diagonal"));
}
