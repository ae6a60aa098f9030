#include "io/png_write.h"
#include "support/markup.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

// Encodes the pixels and decodes them again.
static void check_image(const uint8_t *pixels, size_t width, size_t height, PngColours colours) {
    uint8_t *png;
    size_t size;
    Error error;
    if (!png_encode(pixels, width, height, colours, &png, &size, &error))
        fail_msg("%s", error.text);
    PngPicture image = png_decode(png, size);
    assert_int_equal(image.width, width);
    assert_int_equal(image.height, height);
    assert_int_equal(image.colours, colours);
    assert_memory_equal(image.pixels, pixels, width * height * (size_t)colours);
    free(image.pixels);
    free(png);
}

TEST(one_pixel_is_an_image) {
    static const uint8_t grey[] = {200};
    static const uint8_t rgb[] = {1, 2, 255};
    check_image(grey, 1, 1, PNG_GREY);
    check_image(rgb, 1, 1, PNG_RGB);
}

TEST(a_grey_image_is_decoded_unchanged) {
    static const uint8_t pixels[] = {0, 1, 2, 253, 254, 255};
    check_image(pixels, 3, 2, PNG_GREY);
}

TEST(an_image_in_colours_is_decoded_unchanged) {
    static const uint8_t pixels[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    check_image(pixels, 3, 2, PNG_RGB);
    check_image(pixels, 2, 3, PNG_RGB);
}

// Noise does not compress: the file is larger than its pixels.
static void check_noise(uint32_t seed, size_t width, size_t height, PngColours colours) {
    size_t size = width * height * (size_t)colours;
    uint8_t *pixels = malloc(size);
    assert_non_null(pixels);
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525U + 1013904223U;
        pixels[i] = (uint8_t)(seed >> 24);
    }
    check_image(pixels, width, height, colours);
    free(pixels);
}

TEST(wide_and_high_images_are_decoded_unchanged) {
    check_noise(1, 100000, 2, PNG_RGB);
    check_noise(2, 1, 70000, PNG_GREY);
    check_noise(3, 257, 255, PNG_RGB);
}

TEST(all_zeros_are_decoded_unchanged) {
    static const uint8_t pixels[300 * 200];
    check_image(pixels, 300, 200, PNG_GREY);
}
