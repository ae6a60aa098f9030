// The input is one of three, so that the fuzzer also reaches what checksums protect:
// - a PNG file
// - 'R', the data of IHDR, the number of palette entries (0: no palette), the palette, and the rows
//   with their filter types, which are compressed
// - else the chunks of a PNG file, without signature; their CRCs are corrected
#include "fuzz.h"

#include "pictures/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { SIGNATURE = 8, FRAME = 12, HEADER = 13, MAX_ROWS_INPUT = 1 << 16 };

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

// Appends a chunk without CRC. Returns its end.
static uint8_t *put_chunk(uint8_t *out, const char *type, const uint8_t *data, size_t size) {
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(size >> (24 - 8 * i));
    memcpy(out + 4, type, 4);
    if (size > 0)
        memcpy(out + 8, data, size);
    memset(out + 8 + size, 0, 4);
    return out + FRAME + size;
}

static void check_rows(const uint8_t *header, const uint8_t *palette, size_t entries,
                       const uint8_t *rows, size_t size) {
    uLongf packed_size = compressBound((uLong)size);
    uint8_t *packed = malloc(packed_size);
    uint8_t *png = malloc(SIGNATURE + 4 * FRAME + HEADER + 3 * entries + packed_size);
    CHECK(packed && png);
    CHECK(compress2(packed, &packed_size, rows, (uLong)size, Z_BEST_SPEED) == Z_OK);
    memcpy(png, signature, SIGNATURE);
    uint8_t *end = put_chunk(png + SIGNATURE, "IHDR", header, HEADER);
    if (entries > 0)
        end = put_chunk(end, "PLTE", palette, 3 * entries);
    end = put_chunk(end, "IDAT", packed, packed_size);
    end = put_chunk(end, "IEND", NULL, 0);
    repair(png, (size_t)(end - png));
    check(png, (size_t)(end - png));
    free(png);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size >= SIGNATURE && png_detect(bytes)) {
        check(bytes, size);
        return 0;
    }
    const size_t before_palette = 1 + HEADER + 1;
    if (size > before_palette && size <= MAX_ROWS_INPUT && bytes[0] == 'R') {
        size_t entries = bytes[1 + HEADER];
        const uint8_t *palette = bytes + before_palette;
        size_t left = size - before_palette;
        if (3 * entries <= left)
            check_rows(bytes + 1, palette, entries, palette + 3 * entries, left - 3 * entries);
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
