#include "io/png_write.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    CHUNKS = 3,          // IHDR, IDAT, IEND
    CHUNK_OVERHEAD = 12, // length, type, CRC
    LENGTH_AND_TYPE = 8, // before a chunk's data
    HEADER_BYTES = 13,   // IHDR's data
    BIT_DEPTH = 8,
    COLOUR_TYPE_GREY = 0,
    COLOUR_TYPE_RGB = 2,
    FILTER_NONE = 0,
};

static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

// Each put_ function returns the end of the bytes that it wrote.

static uint8_t *put_uint32(uint8_t *out, uint32_t number) {
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(number >> (24 - 8 * i));
    return out + 4;
}

// `data` may already be at its place in the chunk.
static uint8_t *put_chunk(uint8_t *out, const char *type, const uint8_t *data, size_t size) {
    uint8_t *typed = put_uint32(out, (uint32_t)size);
    memcpy(typed, type, 4);
    if (size > 0)
        memmove(typed + 4, data, size);
    return put_uint32(typed + 4 + size, (uint32_t)crc32_z(0, typed, 4 + size));
}

static uint8_t *put_header(uint8_t *out, size_t width, size_t height, PngColours colours) {
    uint8_t header[HEADER_BYTES] = {0};
    uint8_t *next = put_uint32(put_uint32(header, (uint32_t)width), (uint32_t)height);
    next[0] = BIT_DEPTH;
    next[1] = colours == PNG_RGB ? COLOUR_TYPE_RGB : COLOUR_TYPE_GREY;
    memcpy(out, signature, sizeof signature);
    return put_chunk(out + sizeof signature, "IHDR", header, sizeof header);
}

// Copies the pixels to rows that each begin with their filter type.
static void copy_rows(const uint8_t *pixels, size_t row_bytes, size_t height, uint8_t *rows) {
    for (size_t y = 0; y < height; y++) {
        *rows = FILTER_NONE;
        memcpy(rows + 1, pixels + y * row_bytes, row_bytes);
        rows += 1 + row_bytes;
    }
}

static bool encode(const uint8_t *rows, size_t width, size_t height, PngColours colours,
                   uint8_t **png, size_t *size, Error *error) {
    uLong rows_bytes = (uLong)(height * (1 + width * (size_t)colours));
    uLongf packed_bytes = compressBound(rows_bytes);
    *png = memory_alloc(sizeof signature + (size_t)CHUNKS * CHUNK_OVERHEAD + HEADER_BYTES +
                            packed_bytes,
                        1, "PNG", error);
    if (!*png)
        return false;
    uint8_t *end = put_header(*png, width, height, colours);
    uint8_t *packed = end + LENGTH_AND_TYPE;
    if (compress2(packed, &packed_bytes, rows, rows_bytes, Z_BEST_COMPRESSION) != Z_OK)
        return error_no_memory(error, "PNG", rows_bytes); // the only error: packed is large enough
    end = put_chunk(end, "IDAT", packed, packed_bytes);
    end = put_chunk(end, "IEND", NULL, 0);
    *size = (size_t)(end - *png);
    return true;
}

bool png_encode(const uint8_t *pixels, size_t width, size_t height, PngColours colours,
                uint8_t **png, size_t *size, Error *error) {
    *png = NULL;
    const size_t max = INT32_MAX / 2; // half of a chunk's limit: compression may add bytes
    size_t row_bytes = width <= INT32_MAX / 4 ? width * (size_t)colours : 0;
    if (row_bytes == 0 || height == 0 || height > max / (row_bytes + 1))
        return error_set(error, "PNG: expected an image of 1 to %zu bytes, found %zux%zu pixels",
                         max, width, height);
    uint8_t *rows = memory_alloc(height, row_bytes + 1, "PNG", error);
    if (!rows)
        return false;
    copy_rows(pixels, row_bytes, height, rows);
    bool is_encoded = encode(rows, width, height, colours, png, size, error);
    free(rows);
    if (!is_encoded) {
        free(*png);
        *png = NULL;
    }
    return is_encoded;
}
