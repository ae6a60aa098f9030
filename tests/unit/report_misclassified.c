#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { MAX_SHOWN = 24 };

static const char alt[] = "alt=\"Test image ";

// Checks that the page shows exactly these images, in this order.
static void check_shown(const size_t *images, size_t count) {
    const char *next = fixture_write_page();
    for (size_t i = 0; i < count; i++) {
        next = text_after(next, alt);
        assert_int_equal(strtoul(next, NULL, 10), images[i]);
    }
    assert_null(strstr(next, alt));
}

TEST_WITH(fixture_create, fixture_destroy, a_run_without_errors_says_so) {
    static const char text[] = "None: all test images were classified correctly.";
    text_after(fixture_write_page(), text);
    check_shown(NULL, 0);
    fixture_misclassify(5, 0.5F);
    assert_null(strstr(fixture_write_page(), text));
    check_shown((size_t[]){5}, 1);
}

// The confidence of image i is of rank 37 i modulo 100; 37 * 73 = 1 modulo 100. Every tenth image
// is correct, with a higher confidence.
TEST_WITH(fixture_create, fixture_destroy, the_24_errors_of_highest_confidence_are_shown_in_order) {
    size_t expected[MAX_SHOWN];
    size_t count = 0;
    for (size_t i = 0; i < FIXTURE_IMAGES; i++) {
        if (i % 10 == 3)
            fixture_predict(i, fixture.labels[i], 0.999F);
        else
            fixture_misclassify(i, 0.2F + 0.007F * (float)(37 * i % FIXTURE_IMAGES));
    }
    for (size_t rank = FIXTURE_IMAGES; rank-- > 0 && count < MAX_SHOWN;) {
        size_t image = rank * 73 % FIXTURE_IMAGES;
        if (image % 10 != 3)
            expected[count++] = image;
    }
    check_shown(expected, MAX_SHOWN);
}

TEST_WITH(fixture_create, fixture_destroy, any_number_of_errors_is_shown_up_to_24) {
    size_t expected[FIXTURE_IMAGES];
    for (size_t count = 1; count <= MAX_SHOWN + 2; count++) {
        // a higher confidence than those before
        fixture_misclassify(count - 1, 0.3F + 0.01F * (float)count);
        for (size_t i = 0; i < count; i++)
            expected[i] = count - 1 - i;
        check_shown(expected, count < MAX_SHOWN ? count : MAX_SHOWN);
    }
}

TEST_WITH(fixture_create, fixture_destroy,
          errors_of_equal_confidence_are_in_the_order_of_the_images) {
    size_t expected[MAX_SHOWN];
    for (size_t i = 0; i < FIXTURE_IMAGES; i++)
        fixture_misclassify(i, 0.5F);
    fixture_misclassify(99, 0.6F);
    expected[0] = 99;
    for (size_t i = 1; i < MAX_SHOWN; i++)
        expected[i] = i - 1;
    check_shown(expected, MAX_SHOWN);
}

TEST_WITH(fixture_create, fixture_destroy,
          an_error_has_its_image_and_the_probabilities_of_both_digits) {
    static const char label[] = "alt=\"Test image 41: label 1, predicted 2\"";
    fixture_misclassify(41, 0.75F);
    fixture_misclassify(77, 0.5F);
    const char *next = text_after(fixture_write_page(), label);
    next = text_after(next, "label <b>1</b>: ");
    next = check_next_number(next, "label-probability",
                             100.0 * (double)fixture.predictions[41].probabilities[1]);
    next = text_after(next, "predicted <b>2</b>: ");
    next = check_next_number(next, "confidence", 75);
    text_after(next, "image 41<");
    PngPicture picture = fixture_image_before(label);
    assert_int_equal(picture.width, MNIST_SIDE);
    assert_int_equal(picture.height, MNIST_SIDE);
    assert_int_equal(picture.colours, 1);
    assert_memory_equal(picture.pixels, fixture.images + 41 * MNIST_PIXELS, MNIST_PIXELS);
    free(picture.pixels);
}

TEST_WITH(fixture_create, fixture_destroy, captions_have_the_names_of_the_classes) {
    static const ClassNames classes = {{[5] = "Sandal", [6] = "<b>\"x\\"}};
    fixture.report.run.classes = &classes;
    fixture_misclassify(5, 0.5F);
    const char *page = fixture_write_page();
    text_after(page, "alt=\"Test image 5: label 5 Sandal, predicted 6 &lt;b&gt;&quot;x\\\">");
    text_after(page, "label <b>5 Sandal</b>: ");
    text_after(page, "predicted <b>6 &lt;b&gt;&quot;x\\</b>: ");
}
