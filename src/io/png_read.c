#include "io/png_read.h"

#include "png_read_internal.h"

#include <string.h>
#include <zlib.h>

enum {
    HEADER_BYTES = 13, // of IHDR's data
    NAME_BYTES = 4,    // of a chunk's type
    ANCILLARY = 0x20,  // bit of the first letter of a type: a decoder may ignore the chunk
    MAX_CHUNK = INT32_MAX,
};

static const uint8_t signature[PNG_SIGNATURE_BYTES] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool png_detect(const uint8_t bytes[PNG_SIGNATURE_BYTES]) {
    return memcmp(bytes, signature, PNG_SIGNATURE_BYTES) == 0;
}

typedef struct {
    const char *path;
    const uint8_t *next;
    const uint8_t *end;
    PngHeader *header;
    bool has_transparency; // a tRNS chunk
    bool has_end;
} Reader;

typedef struct {
    char type[NAME_BYTES + 1];
    const uint8_t *start; // of its frame
    const uint8_t *data;
    size_t size;
} Chunk;

static bool is_type(const Chunk *chunk, const char *type) {
    return memcmp(chunk->type, type, NAME_BYTES) == 0;
}

static bool take_chunk(Reader *reader, Chunk *chunk, Error *error) {
    size_t left = (size_t)(reader->end - reader->next);
    if (left < PNG_CHUNK_FRAME)
        return error_set(error, "%s: expected another PNG chunk, found the end of the file",
                         reader->path);
    *chunk = (Chunk){.start = reader->next, .size = png_uint32(reader->next)};
    chunk->data = reader->next + 4 + NAME_BYTES;
    memcpy(chunk->type, reader->next + 4, NAME_BYTES);
    if (chunk->size > MAX_CHUNK || chunk->size > left - PNG_CHUNK_FRAME)
        return error_set(error, "%s: chunk %s: expected %zu bytes, found only %zu", reader->path,
                         chunk->type, chunk->size, left - PNG_CHUNK_FRAME);
    size_t expected = crc32_z(0, chunk->start + 4, NAME_BYTES + chunk->size);
    size_t found = png_uint32(chunk->data + chunk->size);
    if (found != expected)
        return error_set(error, "%s: chunk %s: expected the CRC %08zx, found %08zx", reader->path,
                         chunk->type, expected, found);
    reader->next += PNG_CHUNK_FRAME + chunk->size;
    return true;
}

// Returns the samples of a pixel, 0 if the colour type is unknown.
static size_t channels_of(uint8_t colour) {
    static const size_t channels[] = {
        [PNG_COLOUR_GREY] = 1,       [PNG_COLOUR_RGB] = 3,       [PNG_COLOUR_PALETTE] = 1,
        [PNG_COLOUR_GREY_ALPHA] = 2, [PNG_COLOUR_RGB_ALPHA] = 4,
    };
    return colour < sizeof channels / sizeof *channels ? channels[colour] : 0;
}

static bool is_depth_allowed(PngColourType colour, uint8_t depth) {
    switch (depth) {
    case 1:
    case 2:
    case 4:
        return colour == PNG_COLOUR_GREY || colour == PNG_COLOUR_PALETTE;
    case 8:
        return true;
    case 16:
        return colour != PNG_COLOUR_PALETTE;
    default:
        return false;
    }
}

static bool read_header(const Reader *reader, const Chunk *chunk, Error *error) {
    PngHeader *header = reader->header;
    const uint8_t *data = chunk->data;
    if (!is_type(chunk, "IHDR") || chunk->size != HEADER_BYTES)
        return error_set(error, "%s: expected a chunk IHDR of %d bytes, found %s of %zu",
                         reader->path, HEADER_BYTES, chunk->type, chunk->size);
    uint8_t depth = data[8], colour = data[9], interlace = data[12];
    header->width = png_uint32(data);
    header->height = png_uint32(data + 4);
    header->depth = depth;
    header->colour = (PngColourType)colour;
    header->channels = channels_of(colour);
    header->is_interlaced = interlace == 1;
    if (header->width == 0 || header->height == 0)
        return error_set(error, "%s: expected a width and a height above 0, found %zux%zu",
                         reader->path, header->width, header->height);
    if (header->channels == 0 || !is_depth_allowed(header->colour, depth))
        return error_set(error,
                         "%s: expected a colour type and a bit depth of PNG, found %d and %d",
                         reader->path, colour, depth);
    if (data[10] != 0 || data[11] != 0 || interlace > 1)
        return error_set(error,
                         "%s: expected compression 0, filter 0 and interlace 0 or 1, found %d, %d "
                         "and %d",
                         reader->path, data[10], data[11], interlace);
    return gray_image_check_size(reader->path, header->width, header->height, error);
}

static bool reject_size(const Reader *reader, const Chunk *chunk, Error *error) {
    return error_set(error, "%s: chunk %s: expected another size, found %zu bytes", reader->path,
                     chunk->type, chunk->size);
}

static bool reject_place(const Reader *reader, const Chunk *chunk, Error *error) {
    return error_set(error, "%s: expected no chunk %s at this place, found one", reader->path,
                     chunk->type);
}

static bool read_palette(const Reader *reader, const Chunk *chunk, Error *error) {
    PngHeader *header = reader->header;
    bool is_grey = header->colour == PNG_COLOUR_GREY || header->colour == PNG_COLOUR_GREY_ALPHA;
    size_t max = header->colour == PNG_COLOUR_PALETTE ? (size_t)1 << header->depth
                                                      : (size_t)PNG_PALETTE_ENTRIES;
    if (is_grey || header->palette_count > 0 || reader->has_transparency || header->data)
        return reject_place(reader, chunk, error);
    if (chunk->size == 0 || chunk->size % 3 != 0 || chunk->size / 3 > max)
        return reject_size(reader, chunk, error);
    header->palette_count = chunk->size / 3;
    memcpy(header->palette, chunk->data, chunk->size);
    memset(header->palette_alpha, 0xff, sizeof header->palette_alpha);
    return true;
}

static bool read_transparency(Reader *reader, const Chunk *chunk, Error *error) {
    PngHeader *header = reader->header;
    bool has_palette = header->colour == PNG_COLOUR_PALETTE;
    bool has_alpha =
        header->colour == PNG_COLOUR_GREY_ALPHA || header->colour == PNG_COLOUR_RGB_ALPHA;
    if (has_alpha || reader->has_transparency || header->data ||
        (has_palette && header->palette_count == 0))
        return reject_place(reader, chunk, error);
    reader->has_transparency = true;
    if (has_palette) {
        if (chunk->size == 0 || chunk->size > header->palette_count)
            return reject_size(reader, chunk, error);
        memcpy(header->palette_alpha, chunk->data, chunk->size);
        return true;
    }
    if (chunk->size != 2 * header->channels)
        return reject_size(reader, chunk, error);
    header->has_transparent = true;
    for (size_t c = 0; c < header->channels; c++) // only the low bits of a sample count
        header->transparent[c] =
            png_uint16(chunk->data + 2 * c) & (((size_t)1 << header->depth) - 1);
    return true;
}

// All IDAT chunks follow each other: a chunk begins where the one before it ends.
static bool read_data(const Reader *reader, const Chunk *chunk, bool follows_data, Error *error) {
    PngHeader *header = reader->header;
    bool lacks_palette = header->colour == PNG_COLOUR_PALETTE && header->palette_count == 0;
    if (lacks_palette)
        return error_set(error, "%s: expected a chunk PLTE before the pixels, found none",
                         reader->path);
    if (header->data && !follows_data)
        return reject_place(reader, chunk, error);
    if (!header->data)
        header->data = chunk->start;
    header->data_chunks++;
    header->data_bytes += chunk->size;
    return true;
}

static bool read_end(Reader *reader, const Chunk *chunk, Error *error) {
    reader->has_end = true;
    if (!reader->header->data)
        return error_set(error, "%s: expected a chunk IDAT, found none", reader->path);
    if (chunk->size != 0)
        return reject_size(reader, chunk, error);
    return reader->next == reader->end ||
           error_set(error, "%s: expected the end of the file after chunk IEND, found more",
                     reader->path);
}

static bool read_chunk(Reader *reader, const Chunk *chunk, bool follows_data, Error *error) {
    if (is_type(chunk, "IHDR"))
        return reject_place(reader, chunk, error);
    if (is_type(chunk, "PLTE"))
        return read_palette(reader, chunk, error);
    if (is_type(chunk, "tRNS"))
        return read_transparency(reader, chunk, error);
    if (is_type(chunk, "IDAT"))
        return read_data(reader, chunk, follows_data, error);
    if (is_type(chunk, "IEND"))
        return read_end(reader, chunk, error);
    return chunk->type[0] & ANCILLARY ||
           error_set(error, "%s: expected a known PNG chunk, found %s", reader->path, chunk->type);
}

// Begins to read a file: the signature and IHDR.
static bool begin(Reader *reader, const char *path, const uint8_t *bytes, size_t size,
                  PngHeader *header, Error *error) {
    Chunk chunk = {0};
    *reader = (Reader){.path = path, .next = bytes, .end = bytes + size, .header = header};
    if (size < PNG_SIGNATURE_BYTES || !png_detect(bytes))
        return error_set(error, "%s: expected a PNG file, found another", path);
    reader->next += PNG_SIGNATURE_BYTES;
    return take_chunk(reader, &chunk, error) && read_header(reader, &chunk, error);
}

static bool read_chunks(Reader *reader, Error *error) {
    Chunk chunk = {0};
    bool follows_data = false;
    while (!reader->has_end) {
        if (!take_chunk(reader, &chunk, error) || !read_chunk(reader, &chunk, follows_data, error))
            return false;
        follows_data = is_type(&chunk, "IDAT");
    }
    return true;
}

static bool parse(const char *path, const uint8_t *bytes, size_t size, PngHeader *header,
                  GrayImage *image, Error *error) {
    Reader reader;
    if (!begin(&reader, path, bytes, size, header, error) || !read_chunks(&reader, error))
        return false;
    png_prepare_palette(header);
    image->width = header->width;
    image->height = header->height;
    return png_read_rows(path, header, image, error);
}

bool png_read_size(const char *path, const uint8_t *bytes, size_t size, size_t *width,
                   size_t *height, Error *error) {
    PngHeader header = {0};
    Reader reader;
    bool is_read = begin(&reader, path, bytes, size, &header, error);
    *width = header.width;
    *height = header.height;
    return is_read;
}

bool png_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
               Error *error) {
    PngHeader header = {0};
    *image = (GrayImage){0};
    if (parse(path, bytes, size, &header, image, error))
        return true;
    gray_image_free(image);
    return false;
}
