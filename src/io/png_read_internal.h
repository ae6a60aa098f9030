// The parts of the PNG decoder: chunks (png_read.c), rows (png_read_rows.c), pixels
// (png_read_pixels.c).
#ifndef MNIST_TRAIN_IO_PNG_READ_INTERNAL_H
#define MNIST_TRAIN_IO_PNG_READ_INTERNAL_H

#include "io/png_read.h"

// The colour types of IHDR.
typedef enum {
    PNG_COLOUR_GREY = 0,
    PNG_COLOUR_RGB = 2,
    PNG_COLOUR_PALETTE = 3,
    PNG_COLOUR_GREY_ALPHA = 4,
    PNG_COLOUR_RGB_ALPHA = 6,
} PngColourType;

enum { PNG_PALETTE_ENTRIES = 256, PNG_CHUNK_FRAME = 12 }; // the frame: length, type, CRC

typedef struct {
    size_t width;
    size_t height;
    size_t depth; // bits of a sample: 1, 2, 4, 8 or 16
    PngColourType colour;
    size_t channels; // samples of a pixel
    bool is_interlaced;

    size_t palette_count;
    uint8_t palette[PNG_PALETTE_ENTRIES][3]; // (palette_count): red, green, blue
    uint8_t palette_alpha[PNG_PALETTE_ENTRIES];
    uint8_t palette_grey[PNG_PALETTE_ENTRIES]; // (palette_count): set by png_prepare_palette
    bool has_transparent;                      // `transparent` is the only transparent colour
    size_t transparent[3];                     // (channels): samples as in the file

    const uint8_t *data; // the first IDAT chunk; all of them follow each other
    size_t data_chunks;
    size_t data_bytes; // in all of them
} PngHeader;

// Big-endian numbers.
static inline size_t png_uint16(const uint8_t *bytes) {
    return (size_t)bytes[0] << 8 | bytes[1];
}

static inline size_t png_uint32(const uint8_t *bytes) {
    return png_uint16(bytes) << 16 | png_uint16(bytes + 2);
}

// Decodes the rows to image->values, (height, width), which it allocates. The chunks have been
// checked. Returns false and sets *error as png_parse; image->values may then be set.
bool png_read_rows(const char *path, const PngHeader *header, GrayImage *image, Error *error);

void png_prepare_palette(PngHeader *header);

// Converts the pixels of a row to grey values, out[0], out[step], ... Returns the number of pixels
// converted: fewer than `pixels` if one has an index beyond the palette.
size_t png_convert_row(const PngHeader *header, const uint8_t *row, size_t pixels, uint8_t *out,
                       size_t step);

#endif
