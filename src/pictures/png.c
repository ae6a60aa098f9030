#define ZLIB_CONST // zlib only reads its input
#include "pictures/png.h"

#include "base/byte_order.h"
#include "base/error.h"
#include "io/file_kind.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    BLACK = 0,
    WHITE = 255,
    OPAQUE = 255,
    HEADER_BYTES = 13, // of IHDR's data
    NAME_BYTES = 4,    // of a chunk's type
    CHUNK_FRAME = 12,  // length, type, CRC
    CHUNK_DATA = 8,    // offset of the data in a chunk
    ANCILLARY = 0x20,  // bit of the first letter of a type: a decoder may ignore the chunk
    PALETTE_ENTRIES = 256,
    PASSES = 7,
};

typedef enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 } ColourType;

typedef enum { FILTER_NONE, FILTER_SUB, FILTER_UP, FILTER_AVERAGE, FILTER_PAETH } Filter;

static const uint8_t signature[PNG_SIGNATURE_BYTES] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool png_detect(const uint8_t bytes[PNG_SIGNATURE_BYTES]) {
    return memcmp(bytes, signature, PNG_SIGNATURE_BYTES) == 0;
}

typedef struct {
    const char *path;
    const uint8_t *next, *end; // of the file's bytes

    // IHDR
    size_t width, height;
    size_t depth; // bits of a sample
    ColourType colour;
    size_t channels;    // samples of a pixel
    size_t pixel_bytes; // at least 1: the distance of the bytes that a filter compares
    bool has_alpha;     // as the last channel
    bool is_interlaced;

    // PLTE and tRNS
    bool has_palette, has_trns;
    uint8_t palette[PALETTE_ENTRIES][4]; // red, green, blue, alpha; what is not given is black
    size_t transparent[3]; // (channels): the only transparent colour, with has_trns, no palette

    // IDAT
    uint8_t *rows; // of all passes, each after its filter type
    z_stream stream;
    bool has_inflated; // the compressed data has ended, with its checksum
} Reader;

static size_t read_uint16(const uint8_t *bytes) {
    return (size_t)bytes[0] << 8 | bytes[1];
}

typedef struct {
    char type[NAME_BYTES + 1];
    const uint8_t *data;
    size_t size;
} Chunk;

static bool is_type(const Chunk *chunk, const char *type) {
    return memcmp(chunk->type, type, NAME_BYTES) == 0;
}

static bool take_chunk(Reader *reader, Chunk *chunk, Error *error) {
    size_t left = (size_t)(reader->end - reader->next);
    if (left < CHUNK_FRAME)
        return error_set(error, "%s: expected another PNG chunk, found the end of the file",
                         reader->path);
    *chunk =
        (Chunk){.data = reader->next + CHUNK_DATA, .size = byte_order_read_big32(reader->next)};
    memcpy(chunk->type, chunk->data - NAME_BYTES, NAME_BYTES);
    if (chunk->size > left - CHUNK_FRAME)
        return error_set(error, "%s: chunk %s: expected %zu bytes, found only %zu", reader->path,
                         chunk->type, chunk->size, left - CHUNK_FRAME);
    size_t expected = crc32_z(0, chunk->data - NAME_BYTES, NAME_BYTES + chunk->size);
    size_t found = byte_order_read_big32(chunk->data + chunk->size);
    if (found != expected)
        return error_set(error, "%s: chunk %s: expected the CRC %08zx, found %08zx", reader->path,
                         chunk->type, expected, found);
    reader->next += CHUNK_FRAME + chunk->size;
    return true;
}

// Sets the number of channels. Returns false if the colour type or its bit depth is none of PNG's.
static bool set_colour(Reader *reader, uint8_t colour, uint8_t depth) {
    static const struct {
        size_t channels;
        unsigned depths; // a sum of those allowed, which are powers of two
    } types[] = {
        [GREY] = {1, 1 + 2 + 4 + 8 + 16}, [RGB] = {3, 8 + 16},       [PALETTE] = {1, 1 + 2 + 4 + 8},
        [GREY_ALPHA] = {2, 8 + 16},       [RGB_ALPHA] = {4, 8 + 16},
    };
    bool is_power = depth > 0 && (depth & (depth - 1)) == 0;
    if (colour >= sizeof types / sizeof *types || !is_power || !(types[colour].depths & depth))
        return false;
    reader->colour = (ColourType)colour;
    reader->depth = depth;
    reader->channels = types[colour].channels;
    reader->has_alpha = colour == GREY_ALPHA || colour == RGB_ALPHA;
    reader->pixel_bytes = (reader->channels * depth + 7) / 8;
    return true;
}

// Reads the signature and IHDR.
static bool read_header(Reader *reader, Error *error) {
    Chunk chunk = {0};
    const size_t size = (size_t)(reader->end - reader->next);
    if (size < PNG_SIGNATURE_BYTES || !png_detect(reader->next)) {
        char text[FILE_KIND_TEXT];
        return error_set(error, "%s: expected a PNG file, found %s", reader->path,
                         file_kind_describe(reader->next, size, text));
    }
    reader->next += PNG_SIGNATURE_BYTES;
    if (!take_chunk(reader, &chunk, error))
        return false;
    if (!is_type(&chunk, "IHDR") || chunk.size != HEADER_BYTES)
        return error_set(error, "%s: expected a chunk IHDR of %d bytes, found %s of %zu",
                         reader->path, HEADER_BYTES, chunk.type, chunk.size);
    const uint8_t *field = chunk.data + 8;
    reader->width = byte_order_read_big32(chunk.data);
    reader->height = byte_order_read_big32(chunk.data + 4);
    reader->is_interlaced = field[4] == 1;
    if (!set_colour(reader, field[1], field[0]) || field[2] != 0 || field[3] != 0 || field[4] > 1)
        return error_set(error,
                         "%s: expected a bit depth, colour type, compression, filter and interlace "
                         "of PNG, found %d, %d, %d, %d and %d",
                         reader->path, field[0], field[1], field[2], field[3], field[4]);
    return gray_image_check_size(reader->path, reader->width, reader->height, error);
}

// The pixels of a reduced image: those of column left + i * x_step and row top + j * y_step.
typedef struct {
    size_t left, top, x_step, y_step;
    size_t columns, rows;
} Pass;

// Returns how many of `size` columns or rows a pass has that begins at `first`.
static size_t steps(size_t size, size_t first, size_t step) {
    return size > first ? (size - first + step - 1) / step : 0;
}

// Sets pass i. A pass without columns has no rows. Returns false if there is none.
static bool set_pass(const Reader *reader, size_t i, Pass *pass) {
    static const Pass adam7[PASSES] = {{0, 0, 8, 8, 0, 0}, {4, 0, 8, 8, 0, 0}, {0, 4, 4, 8, 0, 0},
                                       {2, 0, 4, 4, 0, 0}, {0, 2, 2, 4, 0, 0}, {1, 0, 2, 2, 0, 0},
                                       {0, 1, 1, 2, 0, 0}};
    if (i >= (reader->is_interlaced ? PASSES : 1))
        return false;
    *pass = reader->is_interlaced ? adam7[i] : (Pass){.x_step = 1, .y_step = 1};
    pass->columns = steps(reader->width, pass->left, pass->x_step);
    pass->rows = pass->columns > 0 ? steps(reader->height, pass->top, pass->y_step) : 0;
    return true;
}

// Returns the bytes of a row with this number of pixels, without its filter type.
static size_t row_bytes_of(const Reader *reader, size_t pixels) {
    return (pixels * reader->channels * reader->depth + 7) / 8;
}

// Takes memory for the rows, in as many bytes as their pixels have, and starts to inflate.
static bool begin_rows(Reader *reader, Error *error) {
    size_t size = 0;
    Pass pass;
    for (size_t i = 0; set_pass(reader, i, &pass); i++)
        size += pass.rows * (1 + row_bytes_of(reader, pass.columns));
    reader->rows = memory_alloc(size, 1, reader->path, error);
    if (!reader->rows)
        return false;
    reader->stream.next_out = reader->rows;
    reader->stream.avail_out = (uInt)size;
    return inflateInit(&reader->stream) == Z_OK ||
           error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
}

static bool read_palette(Reader *reader, const Chunk *chunk) {
    reader->has_palette = chunk->size % 3 == 0 && chunk->size / 3 <= PALETTE_ENTRIES;
    for (size_t i = 0; reader->has_palette && i < chunk->size / 3; i++)
        memcpy(reader->palette[i], chunk->data + 3 * i, 3);
    return reader->has_palette;
}

static bool read_transparency(Reader *reader, const Chunk *chunk) {
    const bool has_palette = reader->colour == PALETTE;
    const size_t mask = ((size_t)1 << reader->depth) - 1; // only the low bits count
    reader->has_trns =
        has_palette ? chunk->size <= PALETTE_ENTRIES : chunk->size == 2 * reader->channels;
    for (size_t i = 0; reader->has_trns && has_palette && i < chunk->size; i++)
        reader->palette[i][3] = chunk->data[i];
    for (size_t c = 0; reader->has_trns && !has_palette && c < reader->channels; c++)
        reader->transparent[c] = read_uint16(chunk->data + 2 * c) & mask;
    return reader->has_trns;
}

static bool reject_pixels(const Reader *reader, const char *found, Error *error) {
    return error_set(error, "%s: expected the data of %zux%zu pixels, found %s", reader->path,
                     reader->width, reader->height, found);
}

// All IDAT chunks together are one stream of zlib.
static bool read_data(Reader *reader, const Chunk *chunk, Error *error) {
    z_stream *stream = &reader->stream;
    stream->next_in = chunk->data;
    stream->avail_in = (uInt)chunk->size;
    int result = inflate(stream, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR)
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    // Z_BUF_ERROR: the chunk is empty, or the rows are full
    if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END)
        return error_set(error, "%s: expected valid compressed pixels, found: %s", reader->path,
                         stream->msg ? stream->msg : "damaged data");
    reader->has_inflated = result == Z_STREAM_END;
    return stream->avail_in == 0 || reject_pixels(reader, "more", error);
}

static bool read_chunk(Reader *reader, const Chunk *chunk, Error *error) {
    bool has_size = true;
    if (is_type(chunk, "IDAT"))
        return read_data(reader, chunk, error);
    if (is_type(chunk, "PLTE"))
        has_size = read_palette(reader, chunk);
    else if (is_type(chunk, "tRNS") && !reader->has_alpha)
        has_size = read_transparency(reader, chunk);
    else if (!(chunk->type[0] & ANCILLARY) && !is_type(chunk, "IEND"))
        return error_set(error, "%s: expected a known PNG chunk, found %s", reader->path,
                         chunk->type);
    return has_size || error_set(error, "%s: chunk %s: expected another size, found %zu bytes",
                                 reader->path, chunk->type, chunk->size);
}

// The order of chunks does not matter, since pixels are converted after the last one. What follows
// IEND is ignored, as by other decoders.
static bool read_chunks(Reader *reader, Error *error) {
    Chunk chunk = {.data = reader->next};
    while (!is_type(&chunk, "IEND")) {
        if (!take_chunk(reader, &chunk, error) || !read_chunk(reader, &chunk, error))
            return false;
    }
    if (reader->colour == PALETTE && !reader->has_palette)
        return error_set(error, "%s: expected a chunk PLTE, found none", reader->path);
    return (reader->has_inflated && reader->stream.avail_out == 0) ||
           reject_pixels(reader, "less", error);
}

static uint8_t paeth(uint8_t left, uint8_t above, uint8_t corner) {
    int to_left = abs(above - corner); // the estimate is left + above - corner
    int to_above = abs(left - corner);
    int to_corner = abs(left + above - 2 * corner);
    if (to_left <= to_above && to_left <= to_corner)
        return left;
    return to_above <= to_corner ? above : corner;
}

// Returns what a filter adds to a byte, from its left, upper and upper left neighbours.
static uint8_t predict(Filter filter, uint8_t left, uint8_t up, uint8_t corner) {
    return filter == FILTER_SUB       ? left
           : filter == FILTER_UP      ? up
           : filter == FILTER_AVERAGE ? (uint8_t)((left + up) / 2)
                                      : paeth(left, up, corner);
}

// Reverses the filter of a row of `size` bytes, in place. above: NULL for the first row of a pass.
static void unfilter(Filter filter, uint8_t *row, const uint8_t *above, size_t size,
                     size_t pixel_bytes) {
    for (size_t i = 0; i < size && filter != FILTER_NONE; i++) {
        uint8_t left = i >= pixel_bytes ? row[i - pixel_bytes] : 0;
        uint8_t up = above ? above[i] : 0;
        uint8_t corner = above && i >= pixel_bytes ? above[i - pixel_bytes] : 0;
        row[i] = (uint8_t)(row[i] + predict(filter, left, up, corner));
    }
}

// Returns sample i of a row, as in the file.
static size_t sample_at(const uint8_t *row, size_t depth, size_t i) {
    if (depth == 8)
        return row[i];
    if (depth == 16)
        return read_uint16(row + 2 * i);
    size_t bit = i * depth;
    return (unsigned)row[bit / 8] >> (8 - depth - bit % 8) & ((1U << depth) - 1);
}

static uint8_t composite(uint8_t value, uint8_t alpha, uint8_t paper) {
    return (uint8_t)((value * alpha + paper * (OPAQUE - alpha) + OPAQUE / 2) / OPAQUE);
}

// Returns the luminance of pixel i of a row on paper of this grey.
static uint8_t grey_at(const Reader *reader, const uint8_t *row, size_t i, uint8_t paper) {
    const size_t colours = reader->channels - reader->has_alpha;
    size_t samples[4] = {0};
    uint8_t scaled[4] = {0}, rgba[4] = {0};
    for (size_t c = 0; c < reader->channels; c++) {
        samples[c] = sample_at(row, reader->depth, i * reader->channels + c);
        scaled[c] = gray_image_scale(samples[c], ((size_t)1 << reader->depth) - 1);
    }
    if (reader->colour == PALETTE) {
        memcpy(rgba, reader->palette[samples[0]], sizeof rgba);
    } else {
        bool is_transparent = reader->has_trns &&
                              memcmp(samples, reader->transparent, colours * sizeof *samples) == 0;
        for (size_t c = 0; c < 3; c++)
            rgba[c] = scaled[colours == 3 ? c : 0];
        rgba[3] = reader->has_alpha ? scaled[colours] : is_transparent ? 0 : OPAQUE;
    }
    for (size_t c = 0; c < 3; c++)
        rgba[c] = composite(rgba[c], rgba[3], paper);
    return gray_image_luminance(rgba[0], rgba[1], rgba[2]);
}

// Reverses the filters of the rows, if they still have them, and converts their pixels.
static bool convert_rows(const Reader *reader, uint8_t paper, uint8_t *values, Error *error) {
    uint8_t *row = reader->rows;
    Pass pass;
    for (size_t i = 0; set_pass(reader, i, &pass); i++) {
        const size_t size = row_bytes_of(reader, pass.columns);
        for (size_t y = 0; y < pass.rows; y++, row += 1 + size) {
            uint8_t *out = values + (pass.top + y * pass.y_step) * reader->width + pass.left;
            if (row[0] > FILTER_PAETH)
                return error_set(error, "%s: expected a filter type from 0 to %d, found %d",
                                 reader->path, FILTER_PAETH, row[0]);
            unfilter(row[0], row + 1, y > 0 ? row - size : NULL, size, reader->pixel_bytes);
            row[0] = FILTER_NONE;
            for (size_t x = 0; x < pass.columns; x++)
                out[x * pass.x_step] = grey_at(reader, row + 1, x, paper);
        }
    }
    return true;
}

static bool is_blank(const GrayImage *image) {
    unsigned darkest = WHITE, lightest = 0;
    for (size_t i = 0; i < image->width * image->height; i++) {
        unsigned value = image->values[i];
        darkest = value < darkest ? value : darkest;
        lightest = value > lightest ? value : lightest;
    }
    return lightest - darkest < GRAY_IMAGE_MIN_CONTRAST;
}

static bool read_image(Reader *reader, GrayImage *image, Error *error) {
    if (!read_header(reader, error) || !begin_rows(reader, error) || !read_chunks(reader, error))
        return false;
    *image = (GrayImage){reader->width, reader->height, NULL};
    image->values = memory_alloc(reader->width, reader->height, reader->path, error);
    if (!image->values || !convert_rows(reader, WHITE, image->values, error))
        return false;
    bool may_show_on_black = (reader->has_alpha || reader->has_trns) && is_blank(image);
    return !may_show_on_black || convert_rows(reader, BLACK, image->values, error);
}

bool png_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
               Error *error) {
    Reader reader = {.path = path, .next = bytes, .end = bytes + size};
    for (size_t i = 0; i < PALETTE_ENTRIES; i++)
        reader.palette[i][3] = OPAQUE;
    *image = (GrayImage){0};
    bool is_read = read_image(&reader, image, error);
    inflateEnd(&reader.stream);
    free(reader.rows);
    if (!is_read)
        gray_image_free(image);
    return is_read;
}

static void put_uint32(uint8_t *out, size_t number) {
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(number >> (24 - 8 * i));
}

// Puts the frame around a chunk's data, which is in its place. Returns the end of the chunk.
static uint8_t *put_frame(uint8_t *chunk, const char *type, size_t size) {
    uint8_t *data = chunk + CHUNK_DATA;
    put_uint32(chunk, size);
    memcpy(data - NAME_BYTES, type, NAME_BYTES);
    put_uint32(data + size, crc32_z(0, data - NAME_BYTES, NAME_BYTES + size));
    return chunk + CHUNK_FRAME + size;
}

bool png_encode(const uint8_t *pixels, size_t width, size_t height, PngColours colours,
                uint8_t **png, size_t *size, Error *error) {
    const size_t row_bytes = width * (size_t)colours;
    const size_t rows_bytes = height * (1 + row_bytes);
    uLongf packed = compressBound((uLong)rows_bytes);
    uint8_t *rows = memory_alloc(rows_bytes, 1, "PNG", error);
    *png = rows ? memory_alloc(sizeof signature + 3 * (size_t)CHUNK_FRAME + HEADER_BYTES + packed,
                               1, "PNG", error)
                : NULL;
    if (!*png) {
        free(rows);
        return false;
    }
    for (size_t y = 0; y < height; y++) // after the filter type FILTER_NONE
        memcpy(rows + y * (1 + row_bytes) + 1, pixels + y * row_bytes, row_bytes);
    memcpy(*png, signature, sizeof signature);
    uint8_t *chunk = *png + sizeof signature, *header = chunk + CHUNK_DATA;
    put_uint32(header, width);
    put_uint32(header + 4, height);
    header[8] = 8;
    header[9] = colours == PNG_RGB ? RGB : GREY; // compression, filter and interlace are 0
    chunk = put_frame(chunk, "IHDR", HEADER_BYTES);
    // memory is the only error: there is room for the packed bytes
    bool is_packed =
        compress2(chunk + CHUNK_DATA, &packed, rows, (uLong)rows_bytes, Z_BEST_COMPRESSION) == Z_OK;
    free(rows);
    if (!is_packed) {
        free(*png);
        *png = NULL;
        return error_no_memory(error, "PNG", rows_bytes);
    }
    *size = (size_t)(put_frame(put_frame(chunk, "IDAT", packed), "IEND", 0) - *png);
    return true;
}
