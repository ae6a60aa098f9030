#include "support/png_file.h"
#include "support/test.h"

#include <zlib.h>

static void add(PngFile *file, const void *bytes, size_t size) {
    assert_true(size <= sizeof file->bytes - file->size);
    if (size > 0)
        memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
}

static void put_number(uint8_t *bytes, uint32_t number) {
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

void png_file_add_signature(PngFile *file) {
    add(file, "\x89PNG\r\n\x1a\n", 8);
}

void png_file_add_chunk(PngFile *file, const char *type, const void *data, size_t size) {
    uint8_t number[4];
    put_number(number, (uint32_t)size);
    add(file, number, 4);
    size_t start = file->size;
    add(file, type, 4);
    add(file, data, size);
    put_number(number, (uint32_t)crc32(crc32(0, NULL, 0), file->bytes + start, (uInt)(size + 4)));
    add(file, number, 4);
}

void png_file_begin(PngFile *file, uint32_t width, uint32_t height, uint8_t depth, uint8_t colour,
                    uint8_t interlace) {
    uint8_t header[13] = {[8] = depth, [9] = colour, [12] = interlace};
    put_number(header, width);
    put_number(header + 4, height);
    png_file_add_signature(file);
    png_file_add_chunk(file, "IHDR", header, sizeof header);
}

void png_file_add_rows(PngFile *file, const void *rows, size_t size) {
    uint8_t packed[1 << 13];
    uLongf packed_size = sizeof packed;
    assert_int_equal(compress(packed, &packed_size, rows, (uLong)size), Z_OK);
    png_file_add_chunk(file, "IDAT", packed, packed_size);
}

void png_file_end(PngFile *file) {
    png_file_add_chunk(file, "IEND", NULL, 0);
}

void png_file_repair(PngFile *file) {
    for (size_t at = 8; file->size - at >= 12;) {
        const uint8_t *b = file->bytes + at;
        size_t size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (size > file->size - at - 12)
            return;
        put_number(file->bytes + at + 8 + size,
                   (uint32_t)crc32(crc32(0, NULL, 0), file->bytes + at + 4, (uInt)(size + 4)));
        at += 12 + size;
    }
}
