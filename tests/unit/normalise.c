#include "data/normalise.h"
#include "support/assert_near.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { SIDE = MNIST_SIDE };

static GrayImage make_image(size_t width, size_t height, uint8_t background) {
    GrayImage image = {width, height, malloc(width * height)};
    assert_non_null(image.values);
    memset(image.values, background, width * height);
    return image;
}

static void fill(GrayImage *image, size_t left, size_t top, size_t right, size_t bottom,
                 uint8_t value) {
    for (size_t y = top; y < bottom; y++)
        memset(image->values + y * image->width + left, value, right - left);
}

// Normalises and frees the image.
static void normalise(GrayImage *image, bool expect_inverted, uint8_t digit[MNIST_PIXELS]) {
    Normalisation found;
    Error error;
    if (!normalise_digit("p.pgm", image, digit, &found, &error))
        fail_msg("%s", error.text);
    assert_int_equal(found.is_inverted, expect_inverted);
    gray_image_free(image);
}

static void check_rejected(GrayImage *image, const char *expected) {
    uint8_t digit[MNIST_PIXELS];
    Normalisation found;
    Error error;
    assert_false(normalise_digit("p.pgm", image, digit, &found, &error));
    assert_string_equal(error.text, expected);
    gray_image_free(image);
}

// The pixels of a digit that are not 0.
typedef struct {
    size_t left, top, right, bottom; // right and bottom are exclusive
    double x, y;                     // centre of mass
} Extent;

static Extent measure(const uint8_t *digit) {
    Extent extent = {.left = SIDE, .top = SIDE};
    double mass = 0;
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            double value = digit[y * SIDE + x];
            if (value == 0)
                continue;
            mass += value;
            extent.x += value * ((double)x + 0.5);
            extent.y += value * ((double)y + 0.5);
            extent.left = x < extent.left ? x : extent.left;
            extent.top = y < extent.top ? y : extent.top;
            extent.right = x >= extent.right ? x + 1 : extent.right;
            extent.bottom = y + 1;
        }
    }
    assert_true(mass > 0);
    extent.x /= mass;
    extent.y /= mass;
    return extent;
}

// The digit is a rectangle of one value.
static void check_rectangle(const uint8_t *digit, size_t left, size_t top, size_t right,
                            size_t bottom, uint8_t value) {
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            bool is_inside = x >= left && x < right && y >= top && y < bottom;
            if (digit[y * SIDE + x] != (is_inside ? value : 0))
                fail_msg("column %zu, row %zu: expected %d, found %d", x, y, is_inside ? value : 0,
                         digit[y * SIDE + x]);
        }
    }
}

TEST(a_rectangle_fills_20_pixels_and_is_centred) {
    uint8_t digit[MNIST_PIXELS];
    const struct {
        size_t width, height;            // of the rectangle
        size_t left, top, right, bottom; // of the digit
    } cases[] = {
        {40, 80, 9, 4, 19, 24},  // 10x20
        {80, 40, 4, 9, 24, 19},  // 20x10
        {64, 64, 4, 4, 24, 24},  // 20x20
        {2, 200, 14, 4, 15, 24}, // a column is never lost; 14 - 0.5 rounds away from zero
        {5, 5, 4, 4, 24, 24},    // enlarged
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GrayImage image = make_image(300, 250, 0);
        fill(&image, 3, 5, 3 + cases[i].width, 5 + cases[i].height, 255);
        normalise(&image, false, digit);
        check_rectangle(digit, cases[i].left, cases[i].top, cases[i].right, cases[i].bottom, 255);
    }
}

TEST(a_side_is_rounded_to_whole_pixels) {
    const size_t sizes[][2] = {{75, 100}, {31, 100}, {7, 31}, {10, 22}, {100, 33}, {100, 31}};
    const size_t scaled[][2] = {{15, 20}, {6, 20}, {5, 20}, {9, 20}, {20, 7}, {20, 6}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t digit[MNIST_PIXELS];
        GrayImage image = make_image(130, 130, 0);
        fill(&image, 9, 4, 9 + sizes[i][0], 4 + sizes[i][1], 255);
        normalise(&image, false, digit);
        Extent extent = measure(digit);
        assert_int_equal(extent.right - extent.left, scaled[i][0]);
        assert_int_equal(extent.bottom - extent.top, scaled[i][1]);
        check_near("extent.x", i, extent.x, 14, 0.5);
        check_near("extent.y", i, extent.y, 14, 0.5);
    }
}

TEST(a_scaled_pixel_is_the_mean_of_its_area) {
    uint8_t digit[MNIST_PIXELS];
    GrayImage chequered = make_image(90, 90, 0);
    for (size_t y = 0; y < 40; y++) {
        for (size_t x = 0; x < 40; x++)
            fill(&chequered, 5 + x, 5 + y, 6 + x, 6 + y, (x + y) % 2 == 0 ? 255 : 0);
    }
    fill(&chequered, 5, 5, 45, 7, 255); // the first scaled row has the full contrast
    normalise(&chequered, false, digit);
    for (size_t i = 4 * SIDE; i < 24 * SIDE; i++) {
        bool is_inside = i % SIDE >= 4 && i % SIDE < 24;
        assert_int_equal(digit[i], !is_inside ? 0 : i < 5 * SIDE ? 255 : 128); // 2 of 4 pixels
    }

    // Two scaled columns cover three: 1 + 1/2 and 1/2 + 1.
    GrayImage striped = make_image(90, 90, 0);
    for (size_t x = 0; x < 30; x += 3)
        fill(&striped, 5 + x, 5, 6 + x, 35, 255);
    fill(&striped, 5, 5, 35, 8, 255);   // two scaled rows have the full contrast
    fill(&striped, 34, 5, 35, 35, 255); // the last column, so that the box is 30 wide
    normalise(&striped, false, digit);
    size_t left = measure(digit).left;
    for (size_t x = 0; x < 20; x++)
        assert_int_equal(digit[14 * SIDE + left + x], x % 2 == 0 || x == 19 ? 170 : 0);
}

TEST(the_centre_of_mass_is_the_centre_of_the_image) {
    uint8_t digit[MNIST_PIXELS];
    GrayImage image = make_image(100, 100, 0);
    fill(&image, 20, 20, 50, 80, 255); // heavy on the left
    fill(&image, 50, 20, 80, 26, 255); // a thin arm
    normalise(&image, false, digit);
    Extent extent = measure(digit);
    check_near("extent.x", 0, extent.x, 14, 0.5);
    check_near("extent.y", 0, extent.y, 14, 0.5);
    assert_true(extent.left + extent.right > SIDE); // the box lies to the right
}

TEST(a_digit_stays_within_the_image_wherever_its_mass_is) {
    uint8_t digit[MNIST_PIXELS];
    for (int is_right = 0; is_right < 2; is_right++) {
        GrayImage image = make_image(130, 130, 0);
        fill(&image, 2, 50, 102, 51, 255); // a thin line across, and nearly all mass at one end
        fill(&image, is_right ? 97 : 2, 2, is_right ? 102 : 7, 102, 255);
        normalise(&image, false, digit);
        Extent extent = measure(digit);
        assert_int_equal(extent.left, is_right ? 0 : 8);
        assert_int_equal(extent.right, is_right ? 20 : 28);
    }
}

TEST(dark_strokes_on_grey_paper_are_inverted) {
    uint8_t digit[MNIST_PIXELS];
    GrayImage image = make_image(100, 100, 200);
    fill(&image, 10, 10, 90, 15, 169); // shades of the paper
    fill(&image, 10, 85, 90, 90, 231);
    fill(&image, 40, 20, 60, 60, 20);
    normalise(&image, true, digit);
    check_rectangle(digit, 9, 4, 19, 24, 255);
}

TEST(light_strokes_on_a_grey_background_are_not_inverted) {
    uint8_t digit[MNIST_PIXELS];
    GrayImage image = make_image(100, 100, 100);
    fill(&image, 10, 10, 90, 15, 131);
    fill(&image, 10, 85, 90, 90, 69);
    fill(&image, 40, 20, 60, 60, 200);
    normalise(&image, false, digit);
    check_rectangle(digit, 9, 4, 19, 24, 255);
}

TEST(strokes_differ_by_more_than_a_tenth_of_the_range) {
    uint8_t digit[MNIST_PIXELS];
    for (int is_dark = 0; is_dark < 2; is_dark++) {
        GrayImage faint = make_image(40, 40, is_dark ? 255 : 0);
        fill(&faint, 10, 10, 30, 30, is_dark ? 231 : 24);
        check_rejected(&faint, "p.pgm: expected a digit, found no strokes");
        GrayImage visible = make_image(40, 40, is_dark ? 255 : 0);
        fill(&visible, 10, 10, 30, 30, is_dark ? 230 : 25);
        normalise(&visible, is_dark, digit);
        check_rectangle(digit, 4, 4, 24, 24, 255);
    }
}

TEST(a_background_is_light_above_medium_grey) {
    uint8_t digit[MNIST_PIXELS];
    for (int is_light = 0; is_light < 2; is_light++) {
        GrayImage image = make_image(40, 40, is_light ? 128 : 127);
        fill(&image, 10, 10, 30, 30, is_light ? 0 : 255);
        normalise(&image, is_light, digit);
        check_rectangle(digit, 4, 4, 24, 24, 255);
    }
}

// The right half of the paper and of the square is in shadow, which halves the light.
TEST(a_shadow_is_no_stroke) {
    uint8_t digit[MNIST_PIXELS];
    GrayImage image = make_image(200, 200, 240);
    fill(&image, 90, 60, 110, 140, 40);
    for (size_t y = 0; y < 200; y++) {
        for (size_t x = 100; x < 200; x++)
            image.values[y * 200 + x] /= 2;
    }
    normalise(&image, true, digit);
    Extent extent = measure(digit);
    assert_int_equal(extent.right - extent.left, 5);
    assert_int_equal(extent.bottom - extent.top, 20);
}

TEST(a_frame_is_removed) {
    uint8_t digit[MNIST_PIXELS];
    Normalisation found;
    Error error;
    GrayImage image = make_image(200, 200, 240);
    fill(&image, 10, 10, 190, 190, 0);
    fill(&image, 12, 12, 188, 188, 240);
    fill(&image, 80, 60, 120, 140, 40);
    assert_true(normalise_digit("p.pgm", &image, digit, &found, &error));
    assert_true(found.has_frame);
    assert_true(found.is_cropped);
    assert_int_equal(found.digits, 1);
    assert_int_equal(found.box.left, 80);
    assert_int_equal(found.box.top, 60);
    assert_int_equal(found.box.right, 120);
    assert_int_equal(found.box.bottom, 140);
    check_near("filled", 0, found.filled, 1, 1e-9);
    check_rectangle(digit, 9, 4, 19, 24, 255);
    gray_image_free(&image);
}

TEST(ruled_lines_are_removed_and_counted) {
    uint8_t digit[MNIST_PIXELS];
    Normalisation found;
    Error error;
    GrayImage image = make_image(200, 200, 240);
    fill(&image, 80, 60, 120, 140, 40);
    fill(&image, 0, 30, 200, 32, 40);
    fill(&image, 0, 90, 200, 92, 40);
    fill(&image, 0, 170, 200, 172, 40);
    assert_true(normalise_digit("p.pgm", &image, digit, &found, &error));
    assert_int_equal(found.lines, 3);
    assert_false(found.touches_border);
    check_rectangle(digit, 9, 4, 19, 24, 255);
    gray_image_free(&image);
}

TEST(strokes_at_the_border_count_if_nothing_else_remains) {
    for (int has_other = 0; has_other < 2; has_other++) {
        uint8_t digit[MNIST_PIXELS];
        Normalisation found;
        Error error;
        GrayImage image = make_image(200, 200, 240);
        fill(&image, 0, 90, 20, 130, 40);
        if (has_other)
            fill(&image, 100, 60, 140, 100, 40);
        assert_true(normalise_digit("p.pgm", &image, digit, &found, &error));
        assert_int_equal(found.touches_border, !has_other);
        assert_int_equal(found.dropped, has_other);
        assert_int_equal(found.box.left, has_other ? 100 : 0);
        gray_image_free(&image);
    }
}

TEST(two_digits_are_counted_and_the_larger_one_is_used) {
    uint8_t digit[MNIST_PIXELS];
    Normalisation found;
    Error error;
    GrayImage image = make_image(300, 200, 240);
    fill(&image, 40, 60, 60, 140, 40);
    fill(&image, 200, 60, 240, 140, 40);
    fill(&image, 150, 20, 153, 23, 40); // a speck
    assert_true(normalise_digit("p.pgm", &image, digit, &found, &error));
    assert_int_equal(found.digits, 2);
    assert_int_equal(found.box.left, 200);
    gray_image_free(&image);
}

TEST(the_box_is_in_pixels_of_a_large_picture) {
    uint8_t digit[MNIST_PIXELS];
    Normalisation found;
    Error error;
    GrayImage image = make_image(2000, 1000, 0); // reduced by 4
    fill(&image, 400, 200, 600, 800, 255);
    assert_true(normalise_digit("p.pgm", &image, digit, &found, &error));
    assert_int_equal(found.box.left, 400);
    assert_int_equal(found.box.bottom, 800);
    check_rectangle(digit, 11, 4, 18, 24, 255);
    gray_image_free(&image);
}

// The factor of the narrow picture is 20, and its reduced width is 16 pixels.
TEST(the_box_of_a_long_picture_is_exact_and_ends_at_its_border) {
    uint8_t digit[MNIST_PIXELS];
    Normalisation found;
    Error error;
    GrayImage narrow = make_image(301, 10000, 0);
    fill(&narrow, 100, 5000, 200, 5200, 255);
    assert_true(normalise_digit("p.pgm", &narrow, digit, &found, &error));
    assert_int_equal(found.box.top, 5000);
    assert_int_equal(found.box.bottom, 5200);
    gray_image_free(&narrow);
    GrayImage wide = make_image(5001, 701, 0);
    fill(&wide, 4900, 100, 5001, 701, 255);
    assert_true(normalise_digit("p.pgm", &wide, digit, &found, &error));
    assert_int_equal(found.box.left, 4900);
    assert_int_equal(found.box.right, 5001);
    assert_int_equal(found.box.bottom, 701);
    gray_image_free(&wide);
}

TEST(an_image_of_28x28_with_a_grey_border_is_scaled) {
    uint8_t digit[MNIST_PIXELS];
    GrayImage image = make_image(SIDE, SIDE, 200);
    fill(&image, 5, 5, 15, 15, 0);
    normalise(&image, true, digit);
    check_rectangle(digit, 4, 4, 24, 24, 255);
}

TEST(an_image_of_28x28_is_kept) {
    for (int is_light = 0; is_light < 2; is_light++) {
        uint8_t digit[MNIST_PIXELS], expected[MNIST_PIXELS];
        GrayImage image = make_image(SIDE, SIDE, is_light ? 255 : 0);
        fill(&image, 2, 3, 5, 26, is_light ? 100 : 155);
        image.values[SIDE + 1] = is_light ? 254 : 1; // fainter than a stroke
        for (size_t i = 0; i < MNIST_PIXELS; i++)
            expected[i] = is_light ? (uint8_t)(255 - image.values[i]) : image.values[i];
        normalise(&image, is_light, digit);
        assert_memory_equal(digit, expected, sizeof expected);
    }
}

TEST(an_image_with_one_side_of_28_is_scaled) {
    for (int is_wide = 0; is_wide < 2; is_wide++) {
        uint8_t digit[MNIST_PIXELS];
        GrayImage image = make_image(is_wide ? 40 : SIDE, is_wide ? SIDE : 40, 0);
        fill(&image, 2, 2, 12, 12, 255);
        normalise(&image, false, digit);
        check_rectangle(digit, 4, 4, 24, 24, 255);
    }
}

TEST(tiny_images_are_enlarged) {
    const size_t sizes[][2] = {{3, 3}, {3, 100}, {100, 3}, {4, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t digit[MNIST_PIXELS];
        GrayImage image = make_image(sizes[i][0], sizes[i][1], 0);
        fill(&image, 1, 1, 2, 2, 255);
        normalise(&image, false, digit);
        check_rectangle(digit, 4, 4, 24, 24, 255);
    }
}

TEST(blank_images_are_rejected) {
    for (int grey = 0; grey < 256; grey += 51) {
        GrayImage pixel = make_image(1, 1, (uint8_t)grey);
        check_rejected(&pixel, "p.pgm: expected a digit, found no strokes");
        GrayImage digit_sized = make_image(SIDE, SIDE, (uint8_t)grey);
        check_rejected(&digit_sized, "p.pgm: expected a digit, found no strokes");
    }
}

TEST(marks_too_small_to_see_are_rejected) {
    GrayImage dots = make_image(2000, 2000, 0);
    dots.values[0] = dots.values[2000 * 2000 - 1] = 255;
    check_rejected(&dots, "p.pgm: expected a digit, found no strokes");
}

// The noise of a sensor without light: no mark stands out.
TEST(noise_alone_has_no_strokes) {
    GrayImage noise = make_image(200, 200, 0);
    uint32_t random = 1;
    for (size_t i = 0; i < 200 * 200; i++) {
        random = random * 1664525 + 1013904223;
        noise.values[i] = (uint8_t)(random >> 24);
    }
    check_rejected(&noise, "p.pgm: expected a digit, found no strokes");
}
