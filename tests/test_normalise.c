#include "data/normalise.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A picture of one grey with a rectangle of another.
static GrayImage make(size_t width, size_t height, uint8_t paper) {
    GrayImage picture = {width, height, malloc(width * height)};
    memset(picture.values, paper, width * height);
    return picture;
}

static void draw(GrayImage *picture, size_t left, size_t top, size_t right, size_t bottom,
                 uint8_t value) {
    for (size_t y = top; y < bottom; y++)
        memset(picture->values + y * picture->width + left, value, right - left);
}

typedef struct {
    double x, y, mass;
    size_t left, top, right, bottom;
} Ink;

static Ink measure(const uint8_t *image) {
    Ink ink = {.left = 28, .top = 28};
    for (size_t y = 0; y < 28; y++) {
        for (size_t x = 0; x < 28; x++) {
            double value = image[y * 28 + x];
            if (value == 0)
                continue;
            ink.mass += value;
            ink.x += value * ((double)x + 0.5);
            ink.y += value * ((double)y + 0.5);
            ink.left = x < ink.left ? x : ink.left;
            ink.top = y < ink.top ? y : ink.top;
            ink.right = x >= ink.right ? x + 1 : ink.right;
            ink.bottom = y + 1;
        }
    }
    ink.x /= ink.mass;
    ink.y /= ink.mass;
    return ink;
}

static Ink convert(GrayImage *picture, bool expect_inverted) {
    uint8_t image[MNIST_PIXELS];
    bool inverted;
    Error error;
    assert_true(normalise_digit("p", picture, image, &inverted, &error));
    assert_int_equal(inverted, expect_inverted);
    gray_image_free(picture);
    return measure(image);
}

static void ink_fits_the_box_with_its_proportions_and_lies_in_the_middle(void **state) {
    (void)state;
    const size_t sizes[][2] = {{300, 200}, {31, 500}, {64, 64}, {40, 45}};
    for (size_t i = 0; i < 4; i++) {
        GrayImage picture = make(sizes[i][0], sizes[i][1], 0);
        size_t width = sizes[i][0] / 4, height = sizes[i][1] / 2;
        draw(&picture, 3, 5, 3 + width, 5 + height, 255);
        Ink ink = convert(&picture, false);
        size_t longer = width > height ? width : height;
        assert_int_equal(ink.right - ink.left, (20 * width + longer / 2) / longer);
        assert_int_equal(ink.bottom - ink.top, (20 * height + longer / 2) / longer);
        assert_true(ink.x > 13 && ink.x < 15 && ink.y > 13 && ink.y < 15);
        assert_true(ink.mass > 254.0 * (double)((ink.right - ink.left) * (ink.bottom - ink.top)));
    }
}

static void dark_ink_on_grey_paper_is_inverted_and_the_paper_left_out(void **state) {
    (void)state;
    GrayImage picture = make(100, 100, 200);
    draw(&picture, 10, 10, 90, 20, 185); // a shade of the paper
    draw(&picture, 40, 20, 60, 80, 20);
    Ink ink = convert(&picture, true);
    assert_int_equal(ink.bottom - ink.top, 20);
    assert_in_range(ink.right - ink.left, 6, 8);
    assert_true(ink.mass / 20 / 7 > 200);
}

static void what_leans_to_a_side_is_centred_by_its_mass(void **state) {
    (void)state;
    GrayImage picture = make(100, 100, 0);
    draw(&picture, 20, 20, 50, 80, 255); // heavy on the left
    draw(&picture, 50, 20, 80, 26, 255); // a thin arm
    Ink ink = convert(&picture, false);
    assert_true(ink.x > 13.4 && ink.x < 14.6);
    assert_true(ink.left + ink.right > 28); // so its box lies to the right of the middle
}

static void a_picture_of_28x28_is_kept(void **state) {
    (void)state;
    for (int light = 0; light < 2; light++) {
        uint8_t image[MNIST_PIXELS];
        bool inverted;
        Error error;
        GrayImage picture = make(28, 28, light ? 255 : 0);
        draw(&picture, 2, 3, 5, 26, light ? 100 : 155);
        assert_true(normalise_digit("p", &picture, image, &inverted, &error));
        assert_int_equal(inverted, light);
        for (size_t i = 0; i < MNIST_PIXELS; i++)
            assert_int_equal(image[i], light ? 255 - picture.values[i] : picture.values[i]);
        gray_image_free(&picture);
    }
}

static void tiny_pictures_are_taken_and_blank_ones_refused(void **state) {
    (void)state;
    const size_t sizes[][2] = {{3, 3}, {3, 100}, {100, 3}, {4, 3}};
    for (size_t i = 0; i < 4; i++) {
        GrayImage picture = make(sizes[i][0], sizes[i][1], 0);
        draw(&picture, 1, 1, 2, 2, 255);
        assert_true(convert(&picture, false).mass > 0);
    }
    // dots so far apart that nothing is left of them at the size of a digit
    GrayImage dots = make(2000, 2000, 0);
    dots.values[0] = dots.values[2000 * 2000 - 1] = 255;
    uint8_t small[MNIST_PIXELS];
    bool is_inverted;
    Error no_ink;
    assert_false(normalise_digit("p", &dots, small, &is_inverted, &no_ink));
    assert_non_null(strstr(no_ink.text, "p: expected a digit in it, found too little ink"));
    gray_image_free(&dots);
    for (int grey = 0; grey < 256; grey += 51) {
        uint8_t image[MNIST_PIXELS];
        bool inverted;
        Error error;
        GrayImage picture = make(1, 1, (uint8_t)grey);
        assert_false(normalise_digit("p", &picture, image, &inverted, &error));
        assert_non_null(strstr(error.text, "p: expected a digit in it, found no ink"));
        gray_image_free(&picture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ink_fits_the_box_with_its_proportions_and_lies_in_the_middle),
        cmocka_unit_test(dark_ink_on_grey_paper_is_inverted_and_the_paper_left_out),
        cmocka_unit_test(what_leans_to_a_side_is_centred_by_its_mass),
        cmocka_unit_test(a_picture_of_28x28_is_kept),
        cmocka_unit_test(tiny_pictures_are_taken_and_blank_ones_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
