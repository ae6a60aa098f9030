#include "io/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { CHUNKS = 3, CHUNK_BYTES = 12, HEADER_BYTES = 13, BITS = 8, COLOUR_GREY = 0, COLOUR_RGB = 2 };

static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static uint8_t *put_number(uint8_t *place, uint32_t number) {
    for (int i = 0; i < 4; i++)
        place[i] = (uint8_t)(number >> (24 - 8 * i));
    return place + 4;
}

// The chunk's data may lie in its place already.
static uint8_t *put_chunk(uint8_t *place, const char *type, const uint8_t *data, size_t size) {
    uint8_t *typed = put_number(place, (uint32_t)size);
    memcpy(typed, type, 4);
    if (size > 0)
        memmove(typed + 4, data, size);
    return put_number(typed + 4 + size, (uint32_t)crc32_z(0, typed, 4 + size));
}

// Each row behind a byte that says how it is filtered: not at all.
static uint8_t *copy_rows(const uint8_t *pixels, size_t row_bytes, size_t height) {
    uint8_t *rows = malloc(height * (row_bytes + 1));
    for (size_t y = 0; rows && y < height; y++) {
        rows[y * (row_bytes + 1)] = 0;
        memcpy(rows + y * (row_bytes + 1) + 1, pixels + y * row_bytes, row_bytes);
    }
    return rows;
}

static uint8_t *put_header(uint8_t *place, size_t width, size_t height, PngColours colours) {
    uint8_t header[HEADER_BYTES] = {0};
    uint8_t *next = put_number(put_number(header, (uint32_t)width), (uint32_t)height);
    next[0] = BITS;
    next[1] = colours == PNG_RGB ? COLOUR_RGB : COLOUR_GREY;
    memcpy(place, signature, sizeof signature);
    return put_chunk(place + sizeof signature, "IHDR", header, sizeof header);
}

bool png_encode(const uint8_t *pixels, size_t width, size_t height, PngColours colours,
                uint8_t **png, size_t *size, Error *error) {
    *png = NULL;
    const size_t most = INT32_MAX; // a chunk's bytes: PNG's limit
    size_t row_bytes = width <= most / 4 ? width * (size_t)colours : 0;
    if (row_bytes == 0 || height == 0 || height > most / 2 / (row_bytes + 1))
        return error_set(error, "PNG: expected a picture of 1 to %zu bytes, found %zux%zu pixels",
                         most / 2, width, height);
    uint8_t *rows = copy_rows(pixels, row_bytes, height);
    uLong rows_bytes = (uLong)(height * (row_bytes + 1));
    uLongf packed_bytes = compressBound(rows_bytes);
    *png = malloc(sizeof signature + (size_t)CHUNKS * CHUNK_BYTES + HEADER_BYTES + packed_bytes);
    if (!rows || !*png) {
        free(rows);
        free(*png);
        *png = NULL;
        return error_set(error, "PNG: expected memory for %zux%zu pixels, found less", width,
                         height);
    }
    uint8_t *end = put_header(*png, width, height, colours);
    uint8_t *packed = end + 8;
    compress2(packed, &packed_bytes, rows, rows_bytes, Z_BEST_COMPRESSION); // there is room for it
    free(rows);
    end = put_chunk(end, "IDAT", packed, packed_bytes);
    end = put_chunk(end, "IEND", NULL, 0);
    *size = (size_t)(end - *png);
    return true;
}
