#define ZLIB_CONST // zlib only reads its input
#include "base/error.h"
#include "png_read_internal.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    PASSES = 7,
    MAX_PIXEL_BYTES = 8,
    // Deflate's shortest code is one bit for a length of 258 and one for its distance.
    MAX_RATIO = 258 * 8 / 2,
};

typedef enum { FILTER_NONE, FILTER_SUB, FILTER_UP, FILTER_AVERAGE, FILTER_PAETH } Filter;

// The pixels of a reduced image: those of column left + i * x_step and row top + j * y_step.
typedef struct {
    size_t left, top, x_step, y_step;
} Pass;

static const Pass whole_image = {0, 0, 1, 1};
static const Pass adam7[PASSES] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                   {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

typedef struct {
    const char *path;
    const PngHeader *header;
    z_stream stream;
    const uint8_t *next_chunk; // the next IDAT chunk
    size_t chunks_left;
    bool has_ended;     // the compressed data, with its checksum
    size_t pixel_bytes; // at least 1: the distance of the bytes that a filter compares
    uint8_t *row;       // its filter type, then its bytes
    uint8_t *previous;  // the row above, without filter type
} RowReader;

// Returns the bytes of a row with this number of pixels, without its filter type.
static size_t row_bytes_of(const PngHeader *header, size_t pixels) {
    return (pixels * header->channels * header->depth + 7) / 8;
}

// Returns how many of `size` columns or rows a pass has that begins at `first`.
static size_t steps(size_t size, size_t first, size_t step) {
    return size > first ? (size - first + step - 1) / step : 0;
}

static size_t count_passes(const PngHeader *header) {
    return header->is_interlaced ? PASSES : 1;
}

static const Pass *pass_at(const PngHeader *header, size_t i) {
    return header->is_interlaced ? &adam7[i] : &whole_image;
}

// Returns the number of bytes that the compressed data of an image has to hold.
static size_t inflated_bytes(const PngHeader *header) {
    size_t total = 0;
    for (size_t i = 0; i < count_passes(header); i++) {
        const Pass *pass = pass_at(header, i);
        size_t columns = steps(header->width, pass->left, pass->x_step);
        size_t rows = steps(header->height, pass->top, pass->y_step);
        total += columns > 0 ? rows * (1 + row_bytes_of(header, columns)) : 0;
    }
    return total;
}

// Gives zlib the data of the next IDAT chunk. Returns false if there is none.
static bool next_chunk(RowReader *reader) {
    if (reader->chunks_left == 0)
        return false;
    size_t size = png_uint32(reader->next_chunk);
    reader->stream.next_in = reader->next_chunk + 8;
    reader->stream.avail_in = (uInt)size;
    reader->next_chunk += PNG_CHUNK_FRAME + size;
    reader->chunks_left--;
    return true;
}

// Inflates until the output is full or the compressed data ends; stream.avail_out tells which.
static bool inflate_bytes(RowReader *reader, uint8_t *bytes, size_t size, Error *error) {
    z_stream *stream = &reader->stream;
    stream->next_out = bytes;
    stream->avail_out = (uInt)size;
    while (stream->avail_out > 0 && !reader->has_ended) {
        if (stream->avail_in == 0 && !next_chunk(reader))
            return error_set(error, "%s: expected more pixels, found the end of the data",
                             reader->path);
        int result = stream->avail_in > 0 ? inflate(stream, Z_NO_FLUSH) : Z_OK;
        if (result == Z_MEM_ERROR)
            return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
        if (result != Z_OK && result != Z_STREAM_END)
            return error_set(error, "%s: expected valid compressed pixels, found: %s", reader->path,
                             stream->msg ? stream->msg : "damaged data");
        reader->has_ended = result == Z_STREAM_END;
    }
    return true;
}

// Reads the checksum after the last pixel, and checks that nothing follows.
static bool read_end(RowReader *reader, Error *error) {
    if (!inflate_bytes(reader, reader->row, 1, error))
        return false;
    bool has_chunk = true;
    while (reader->stream.avail_in == 0 && has_chunk)
        has_chunk = next_chunk(reader);
    return (reader->stream.avail_out > 0 && reader->stream.avail_in == 0) ||
           error_set(error, "%s: expected the end of the data after %zux%zu pixels, found more",
                     reader->path, reader->header->width, reader->header->height);
}

static int distance(int a, int b) {
    return a < b ? b - a : a - b;
}

static uint8_t paeth(uint8_t left, uint8_t above, uint8_t corner) {
    int estimate = left + above - corner;
    int to_left = distance(estimate, left);
    int to_above = distance(estimate, above);
    int to_corner = distance(estimate, corner);
    if (to_left <= to_above && to_left <= to_corner)
        return left;
    return to_above <= to_corner ? above : corner;
}

// Reverses the filter of a row, in place. Returns false if the filter type is unknown.
static bool unfilter(uint8_t type, uint8_t *row, const uint8_t *previous, size_t size,
                     size_t pixel_bytes) {
    for (size_t i = 0; i < size && type != FILTER_NONE; i++) {
        uint8_t left = i >= pixel_bytes ? row[i - pixel_bytes] : 0;
        uint8_t corner = i >= pixel_bytes ? previous[i - pixel_bytes] : 0;
        uint8_t above = previous[i];
        uint8_t predicted;
        switch ((Filter)type) {
        case FILTER_SUB:
            predicted = left;
            break;
        case FILTER_UP:
            predicted = above;
            break;
        case FILTER_AVERAGE:
            predicted = (uint8_t)((left + above) / 2);
            break;
        case FILTER_PAETH:
            predicted = paeth(left, above, corner);
            break;
        default:
            return false;
        }
        row[i] = (uint8_t)(row[i] + predicted);
    }
    return true;
}

static bool read_row(RowReader *reader, size_t size, Error *error) {
    if (!inflate_bytes(reader, reader->row, 1 + size, error))
        return false;
    if (reader->stream.avail_out > 0)
        return error_set(error, "%s: expected %zux%zu pixels, found fewer", reader->path,
                         reader->header->width, reader->header->height);
    uint8_t type = reader->row[0];
    return unfilter(type, reader->row + 1, reader->previous, size, reader->pixel_bytes) ||
           error_set(error, "%s: expected a filter type from 0 to %d, found %d", reader->path,
                     FILTER_PAETH, type);
}

static bool read_pass(RowReader *reader, const Pass *pass, uint8_t *values, Error *error) {
    const PngHeader *header = reader->header;
    size_t columns = steps(header->width, pass->left, pass->x_step);
    size_t size = row_bytes_of(header, columns);
    memset(reader->previous, 0, size);
    for (size_t y = pass->top; y < header->height && columns > 0; y += pass->y_step) {
        if (!read_row(reader, size, error))
            return false;
        uint8_t *out = values + y * header->width + pass->left;
        if (png_convert_row(header, reader->row + 1, columns, out, pass->x_step) < columns)
            return error_set(error, "%s: expected indices of %zu colours, found a larger one",
                             reader->path, header->palette_count);
        memcpy(reader->previous, reader->row + 1, size);
    }
    return true;
}

static bool read_image(RowReader *reader, uint8_t *values, Error *error) {
    if (inflateInit(&reader->stream) != Z_OK)
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    bool is_read = true;
    for (size_t i = 0; i < count_passes(reader->header) && is_read; i++)
        is_read = read_pass(reader, pass_at(reader->header, i), values, error);
    is_read = is_read && read_end(reader, error);
    inflateEnd(&reader->stream);
    return is_read;
}

static bool check_memory(const char *path, const PngHeader *header, Error *error) {
    size_t row_bytes = row_bytes_of(header, header->width);
    if (row_bytes > PNG_MAX_ROW_BYTES)
        return error_set(error, "%s: expected rows of at most %d bytes, found %zu", path,
                         PNG_MAX_ROW_BYTES, row_bytes);
    return inflated_bytes(header) / MAX_RATIO <= header->data_bytes ||
           error_set(error, "%s: expected %zux%zu pixels, found only %zu bytes of data", path,
                     header->width, header->height, header->data_bytes);
}

bool png_read_rows(const char *path, const PngHeader *header, GrayImage *image, Error *error) {
    if (!check_memory(path, header, error))
        return false;
    size_t row_bytes = row_bytes_of(header, header->width);
    size_t pixel_bytes = header->channels * header->depth / 8;
    RowReader reader = {
        .path = path,
        .header = header,
        .next_chunk = header->data,
        .chunks_left = header->data_chunks,
        .pixel_bytes = pixel_bytes > 0 ? pixel_bytes : 1,
        .row = memory_alloc(1 + row_bytes, 1, path, error),
    };
    reader.previous = reader.row ? memory_alloc(row_bytes, 1, path, error) : NULL;
    if (reader.previous)
        image->values = memory_alloc(header->width * header->height, 1, path, error);
    bool is_read = image->values && read_image(&reader, image->values, error);
    free(reader.row);
    free(reader.previous);
    return is_read;
}
