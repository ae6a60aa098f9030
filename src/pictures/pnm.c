#include "pnm.h"

#include "base/error.h"

enum { WHITE = 255, MAX_MAXIMUM = 65535, MAX_CHANNELS = 3 };

bool pnm_detect(const uint8_t magic[2]) {
    return magic[0] == 'P' && magic[1] >= '1' && magic[1] <= '6';
}

typedef struct {
    const uint8_t *next;
    const uint8_t *end;
} Reader;

typedef struct {
    bool is_bitmap; // a sample is one bit, and 1 is black
    bool is_binary;
    size_t channels;
    size_t maximum;
} Format;

static Format format_of(uint8_t digit) {
    int kind = (digit - '1') % 3;
    return (Format){
        .is_bitmap = kind == 0,
        .is_binary = digit > '3',
        .channels = kind == 2 ? MAX_CHANNELS : 1,
        .maximum = 1,
    };
}

static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Skips white space and comments, which reach from # to the end of the line.
static void skip_space(Reader *reader) {
    bool in_comment = false;
    for (; reader->next < reader->end; reader->next++) {
        uint8_t c = *reader->next;
        if (c == '#')
            in_comment = true;
        else if (!in_comment && !is_space(c))
            return;
        if (c == '\n' || c == '\r')
            in_comment = false;
    }
}

static bool read_number(Reader *reader, uint32_t max, size_t *number) {
    skip_space(reader);
    const uint8_t *first = reader->next;
    uint64_t value = 0;
    for (; reader->next < reader->end && *reader->next >= '0' && *reader->next <= '9';
         reader->next++) {
        value = 10 * value + (*reader->next - (uint64_t)'0');
        if (value > max)
            return false;
    }
    *number = (size_t)value;
    return reader->next > first;
}

static bool read_size(const char *path, Reader *reader, GrayImage *image, bool *is_read,
                      Error *error) {
    *is_read = read_number(reader, UINT32_MAX, &image->width) &&
               read_number(reader, UINT32_MAX, &image->height) && image->width > 0 &&
               image->height > 0;
    return !*is_read || gray_image_check_size(path, image->width, image->height, error);
}

static bool read_header(const char *path, Reader *reader, GrayImage *image, Format *format,
                        Error *error) {
    bool is_read;
    if (!read_size(path, reader, image, &is_read, error))
        return false;
    if (format->is_bitmap)
        return is_read || error_set(error,
                                    "%s: expected a width and a height (at most %d pixels), found "
                                    "another header",
                                    path, GRAY_IMAGE_MAX_PIXELS);
    if (!is_read || !read_number(reader, MAX_MAXIMUM, &format->maximum) || format->maximum == 0)
        return error_set(error,
                         "%s: expected a width and a height (at most %d pixels) and a maximum "
                         "from 1 to %d, found another header",
                         path, GRAY_IMAGE_MAX_PIXELS, MAX_MAXIMUM);
    return true;
}

// White space between the values of a plain bitmap is optional.
static bool read_plain_bit(Reader *reader, size_t *value) {
    skip_space(reader);
    if (reader->next == reader->end || (*reader->next != '0' && *reader->next != '1'))
        return false;
    *value = (size_t)(*reader->next++ - '0');
    return true;
}

// Returns false if the next value is missing or above the maximum.
static bool read_value(Reader *reader, const Format *format, size_t *value) {
    if (format->is_bitmap)
        return read_plain_bit(reader, value);
    if (!format->is_binary)
        return read_number(reader, (uint32_t)format->maximum, value);
    size_t width = format->maximum > 255 ? 2 : 1;
    if ((size_t)(reader->end - reader->next) < width)
        return false;
    *value = width == 2 ? (size_t)reader->next[0] << 8 | reader->next[1] : reader->next[0];
    reader->next += width;
    return *value <= format->maximum;
}

// Returns the grey value of a pixel; samples: (channels).
static uint8_t grey_of(const Format *format, const uint8_t *samples) {
    if (format->is_bitmap)
        return (uint8_t)(WHITE - samples[0]);
    return format->channels == 1 ? samples[0]
                                 : gray_image_luminance(samples[0], samples[1], samples[2]);
}

static bool read_pixels(const char *path, Reader *reader, const Format *format, GrayImage *image,
                        Error *error) {
    size_t pixels = image->width * image->height;
    for (size_t i = 0; i < pixels; i++) {
        uint8_t samples[MAX_CHANNELS];
        for (size_t c = 0; c < format->channels; c++) {
            size_t value;
            if (!read_value(reader, format, &value))
                return error_set(error, "%s: expected %zu values from 0 to %zu, found %s after %zu",
                                 path, pixels * format->channels, format->maximum,
                                 reader->next == reader->end ? "the end" : "something else",
                                 i * format->channels + c);
            samples[c] = gray_image_scale(value, format->maximum);
        }
        image->values[i] = grey_of(format, samples);
    }
    return true;
}

static size_t packed_row_bytes(const GrayImage *image) {
    return (image->width + 7) / 8;
}

// Reads the rows of P4, eight pixels in a byte, the first in its highest bit. There are enough
// bytes.
static void read_packed_rows(Reader *reader, GrayImage *image) {
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++) {
            bool is_black = reader->next[x / 8] >> (7 - x % 8) & 1;
            image->values[y * image->width + x] = is_black ? 0 : WHITE;
        }
        reader->next += packed_row_bytes(image);
    }
}

// Returns whether the values can be in the file: one takes at least a byte, of P4 a bit.
static bool check_values(const char *path, const Reader *reader, const Format *format,
                         const GrayImage *image, Error *error) {
    size_t left = (size_t)(reader->end - reader->next);
    if (format->is_bitmap && format->is_binary) {
        size_t bytes = packed_row_bytes(image) * image->height;
        return bytes <= left || error_set(error, "%s: expected %zu bytes of values, found only %zu",
                                          path, bytes, left);
    }
    size_t count = image->width * image->height * format->channels;
    return count <= left ||
           error_set(error, "%s: expected %zu values, found only %zu bytes", path, count, left);
}

static bool read_end(const char *path, Reader *reader, const Format *format, const GrayImage *image,
                     Error *error) {
    skip_space(reader);
    return reader->next == reader->end ||
           error_set(error, "%s: expected the end after %zu values, found more", path,
                     image->width * image->height * format->channels);
}

static bool parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
                  Error *error) {
    if (size < 2 || !pnm_detect(bytes))
        return error_set(error, "%s: expected a PNM file, found another", path);
    Format format = format_of(bytes[1]);
    Reader reader = {bytes + 2, bytes + size};
    if (!read_header(path, &reader, image, &format, error))
        return false;
    if (format.is_binary && (reader.next == reader.end || !is_space(*reader.next++)))
        return error_set(error, "%s: expected white space after the %s, found none", path,
                         format.is_bitmap ? "height" : "maximum");
    if (!check_values(path, &reader, &format, image, error))
        return false;
    image->values = memory_alloc(image->width * image->height, 1, path, error);
    if (!image->values)
        return false;
    if (format.is_bitmap && format.is_binary)
        read_packed_rows(&reader, image);
    else if (!read_pixels(path, &reader, &format, image, error))
        return false;
    return read_end(path, &reader, &format, image, error);
}

bool pnm_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
               Error *error) {
    *image = (GrayImage){0};
    if (parse(path, bytes, size, image, error))
        return true;
    gray_image_free(image);
    return false;
}
