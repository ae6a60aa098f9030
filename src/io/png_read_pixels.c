#include "png_read_internal.h"

#include <string.h>

enum { WHITE = 255, OPAQUE = 255 };

// Returns sample i of a row, as in the file.
static size_t sample_at(const uint8_t *row, size_t depth, size_t i) {
    if (depth == 8)
        return row[i];
    if (depth == 16)
        return (size_t)row[2 * i] << 8 | row[2 * i + 1];
    size_t bit = i * depth;
    return (unsigned)row[bit / 8] >> (8 - depth - bit % 8) & ((1U << depth) - 1);
}

// Composites over white.
static uint8_t composite(uint8_t value, uint8_t alpha) {
    return (uint8_t)((value * alpha + WHITE * (OPAQUE - alpha) + OPAQUE / 2) / OPAQUE);
}

static uint8_t grey_of(const uint8_t *colour, size_t channels, uint8_t alpha) {
    if (channels == 1)
        return composite(colour[0], alpha);
    return gray_image_luminance(composite(colour[0], alpha), composite(colour[1], alpha),
                                composite(colour[2], alpha));
}

void png_prepare_palette(PngHeader *header) {
    for (size_t i = 0; i < header->palette_count; i++)
        header->palette_grey[i] = grey_of(header->palette[i], 3, header->palette_alpha[i]);
}

static bool is_transparent(const PngHeader *header, const size_t *samples) {
    return header->has_transparent &&
           memcmp(samples, header->transparent, header->channels * sizeof *samples) == 0;
}

// Converts pixel i of a row that has no palette.
static uint8_t convert_pixel(const PngHeader *header, const uint8_t *row, size_t i) {
    bool has_alpha =
        header->colour == PNG_COLOUR_GREY_ALPHA || header->colour == PNG_COLOUR_RGB_ALPHA;
    size_t maximum = ((size_t)1 << header->depth) - 1;
    size_t samples[4];
    uint8_t scaled[4] = {0};
    for (size_t c = 0; c < header->channels; c++) {
        samples[c] = sample_at(row, header->depth, i * header->channels + c);
        scaled[c] = gray_image_scale(samples[c], maximum);
    }
    size_t colours = header->channels - (has_alpha ? 1 : 0);
    uint8_t alpha = has_alpha ? scaled[colours] : is_transparent(header, samples) ? 0 : OPAQUE;
    return grey_of(scaled, colours, alpha);
}

static size_t convert_palette_row(const PngHeader *header, const uint8_t *row, size_t pixels,
                                  uint8_t *out, size_t step) {
    for (size_t i = 0; i < pixels; i++) {
        size_t index = sample_at(row, header->depth, i);
        if (index >= header->palette_count)
            return i;
        out[i * step] = header->palette_grey[index];
    }
    return pixels;
}

size_t png_convert_row(const PngHeader *header, const uint8_t *row, size_t pixels, uint8_t *out,
                       size_t step) {
    if (header->colour == PNG_COLOUR_PALETTE)
        return convert_palette_row(header, row, pixels, out, step);
    bool is_plain =
        header->colour == PNG_COLOUR_GREY && header->depth == 8 && !header->has_transparent;
    if (is_plain && step == 1) {
        memcpy(out, row, pixels);
        return pixels;
    }
    for (size_t i = 0; i < pixels; i++)
        out[i * step] = convert_pixel(header, row, i);
    return pixels;
}
