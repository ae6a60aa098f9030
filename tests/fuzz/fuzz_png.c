// The input is a PNG file, or its chunks: without a signature, one and the CRCs of all chunks are
// put in, so that the fuzzer reaches what they protect.
#include "fuzz.h"

#include "io/png_read.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { SIGNATURE = 8, FRAME = 12 };

static const uint8_t signature[SIGNATURE] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static size_t uint32_at(const uint8_t *b) {
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

// Writes the CRCs of the chunks, as far as they are whole.
static void repair(uint8_t *png, size_t size) {
    for (size_t at = SIGNATURE; size - at >= FRAME;) {
        size_t data = uint32_at(png + at);
        if (data > size - at - FRAME)
            return;
        uLong crc = crc32_z(0, png + at + 4, 4 + data);
        for (int i = 0; i < 4; i++)
            png[at + 8 + data + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
        at += FRAME + data;
    }
}

static void check(const uint8_t *png, size_t size) {
    GrayImage image;
    Error error;
    error.text[0] = '\0';
    if (png_parse("picture", png, size, &image, &error)) {
        CHECK(image.width > 0 && image.height > 0);
        // a byte of compressed data gives at most 1032, and eight pixels are at least one byte
        CHECK(image.width * image.height <= 8 * 1032 * size);
        CHECK(image.width * image.height <= GRAY_IMAGE_MAX_PIXELS);
        touch(image.values, image.width * image.height);
        gray_image_free(&image);
    } else {
        CHECK(!image.values && image.width == 0);
        check_error_text(&error);
        CHECK(strncmp(error.text, "picture: ", 9) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size >= SIGNATURE && png_detect(bytes)) {
        check(bytes, size);
        return 0;
    }
    uint8_t *png = malloc(SIGNATURE + size);
    CHECK(png);
    memcpy(png, signature, SIGNATURE);
    if (size > 0)
        memcpy(png + SIGNATURE, bytes, size);
    repair(png, SIGNATURE + size);
    check(png, SIGNATURE + size);
    free(png);
    return 0;
}
