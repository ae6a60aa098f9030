#include "io/png.h"
#include "support/markup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Encodes the pixels, and finds the same in the file.
static void check_picture(const uint8_t *pixels, size_t width, size_t height, PngColours colours) {
    uint8_t *png;
    size_t size;
    Error error;
    assert_true(png_encode(pixels, width, height, colours, &png, &size, &error));
    PngPicture picture = png_decode(png, size);
    assert_int_equal(picture.width, width);
    assert_int_equal(picture.height, height);
    assert_int_equal(picture.colours, colours);
    assert_memory_equal(picture.pixels, pixels, width * height * (size_t)colours);
    free(picture.pixels);
    free(png);
}

static void one_pixel_is_a_picture(void **state) {
    (void)state;
    static const uint8_t grey[] = {200};
    static const uint8_t rgb[] = {1, 2, 255};
    check_picture(grey, 1, 1, PNG_GREY);
    check_picture(rgb, 1, 1, PNG_RGB);
}

static void a_grey_picture_is_read_back(void **state) {
    (void)state;
    static const uint8_t pixels[] = {0, 1, 2, 253, 254, 255};
    check_picture(pixels, 3, 2, PNG_GREY);
}

static void a_picture_in_colours_is_read_back(void **state) {
    (void)state;
    static const uint8_t pixels[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    check_picture(pixels, 3, 2, PNG_RGB);
    check_picture(pixels, 2, 3, PNG_RGB);
}

// Noise does not get smaller by packing: the file is larger than its pixels.
static void noise_is_read_back(uint32_t seed, size_t width, size_t height, PngColours colours) {
    size_t size = width * height * (size_t)colours;
    uint8_t *pixels = malloc(size);
    assert_non_null(pixels);
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525U + 1013904223U;
        pixels[i] = (uint8_t)(seed >> 24);
    }
    check_picture(pixels, width, height, colours);
    free(pixels);
}

static void wide_and_high_pictures_are_read_back(void **state) {
    (void)state;
    noise_is_read_back(1, 100000, 2, PNG_RGB);
    noise_is_read_back(2, 1, 70000, PNG_GREY);
    noise_is_read_back(3, 257, 255, PNG_RGB);
}

static void all_zeros_are_read_back(void **state) {
    (void)state;
    static const uint8_t pixels[300 * 200];
    check_picture(pixels, 300, 200, PNG_GREY);
}

// Without looking at pixels, of which there are none.
static void check_refusal(size_t width, size_t height, PngColours colours) {
    static uint8_t pixel[3];
    uint8_t *png = pixel;
    size_t size;
    Error error = {.text = ""};
    char dimensions[64];
    snprintf(dimensions, sizeof dimensions, "found %zux%zu pixels", width, height);
    assert_false(png_encode(pixel, width, height, colours, &png, &size, &error));
    assert_null(png);
    assert_non_null(strstr(error.text, dimensions));
    assert_null(strchr(error.text, '\n'));
}

static void a_picture_without_pixels_is_refused(void **state) {
    (void)state;
    check_refusal(0, 0, PNG_GREY);
    check_refusal(0, 5, PNG_RGB);
    check_refusal(5, 0, PNG_RGB);
}

static void a_picture_too_large_for_a_png_is_refused(void **state) {
    (void)state;
    check_refusal((size_t)INT32_MAX + 1, 1, PNG_GREY);
    check_refusal(1, (size_t)INT32_MAX + 1, PNG_GREY);
    check_refusal(INT32_MAX, INT32_MAX, PNG_RGB);
    check_refusal(65536, 65536, PNG_GREY);
    check_refusal(SIZE_MAX, 1, PNG_RGB);
    check_refusal(SIZE_MAX / 3 + 1, 1, PNG_RGB); // 2 bytes, without the carry
    check_refusal(1, SIZE_MAX, PNG_GREY);
    check_refusal(SIZE_MAX / 3 + 1, SIZE_MAX / 3 + 1, PNG_RGB);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_pixel_is_a_picture),
        cmocka_unit_test(a_grey_picture_is_read_back),
        cmocka_unit_test(a_picture_in_colours_is_read_back),
        cmocka_unit_test(wide_and_high_pictures_are_read_back),
        cmocka_unit_test(all_zeros_are_read_back),
        cmocka_unit_test(a_picture_without_pixels_is_refused),
        cmocka_unit_test(a_picture_too_large_for_a_png_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
