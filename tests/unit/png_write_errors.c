// Failures of png_encode. This program defines compress2 itself, which takes precedence over
// zlib's; and compressBound, because both are in one object of a static zlib.
#include "io/png_write.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <stddef.h>
#include <stdint.h>

// As when zlib has no memory for its state.
int compress2(Bytef *packed, uLongf *packed_bytes, const Bytef *bytes, uLong size, int level) {
    (void)packed;
    (void)packed_bytes;
    (void)bytes;
    (void)size;
    (void)level;
    return Z_MEM_ERROR;
}

uLong compressBound(uLong size) {
    return size + 100;
}

TEST(png_encode_reports_memory_that_zlib_lacks) {
    const uint8_t pixels[6] = {1, 2, 3, 4, 5, 6};
    uint8_t *png;
    size_t size;
    Error error = {{0}};
    assert_false(png_encode(pixels, 2, 3, PNG_GREY, &png, &size, &error));
    assert_null(png);
    assert_string_equal(error.text, "PNG: out of memory (9 bytes)");
}

// Returns before it reads pixels.
static void check_rejected(size_t width, size_t height, PngColours colours) {
    static uint8_t pixel[3];
    uint8_t *png = pixel;
    size_t size;
    Error error = {{0}};
    char dimensions[64];
    snprintf(dimensions, sizeof dimensions, "found %zux%zu pixels", width, height);
    assert_false(png_encode(pixel, width, height, colours, &png, &size, &error));
    assert_null(png);
    if (!strstr(error.text, dimensions))
        fail_msg("expected '%s' in: %s", dimensions, error.text);
}

TEST(png_encode_rejects_an_image_without_pixels) {
    check_rejected(0, 0, PNG_GREY);
    check_rejected(0, 5, PNG_RGB);
    check_rejected(5, 0, PNG_RGB);
}

TEST(png_encode_rejects_an_image_too_large_for_a_png) {
    check_rejected((size_t)INT32_MAX + 1, 1, PNG_GREY);
    check_rejected(1, (size_t)INT32_MAX + 1, PNG_GREY);
    check_rejected(INT32_MAX, INT32_MAX, PNG_RGB);
    check_rejected(65536, 65536, PNG_GREY);
    check_rejected(SIZE_MAX, 1, PNG_RGB);
    check_rejected(SIZE_MAX / 3 + 1, 1, PNG_RGB); // 2 bytes, if the product overflowed
    check_rejected(1, SIZE_MAX, PNG_GREY);
    check_rejected(SIZE_MAX / 3 + 1, SIZE_MAX / 3 + 1, PNG_RGB);
}
