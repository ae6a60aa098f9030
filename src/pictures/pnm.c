#include "pnm.h"

#include "base/error.h"

enum { WHITE = 255, MAX_MAXIMUM = 65535, MAX_CHANNELS = 3 };

bool pnm_detect(const uint8_t magic[2]) {
    return magic[0] == 'P' && magic[1] >= '1' && magic[1] <= '6';
}

typedef struct {
    const char *path;
    const uint8_t *next, *end; // of the file's bytes
    bool is_bitmap;            // a sample is one bit, and 1 is black
    bool is_binary;
    size_t channels;
    size_t width, height;
    size_t maximum; // of a sample
} Reader;

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

// Reads a number in plain text. Returns false if there is none from min to max.
static bool read_number(Reader *reader, uint32_t min, uint32_t max, size_t *number) {
    skip_space(reader);
    const uint8_t *first = reader->next;
    uint64_t value = 0;
    for (; reader->next < reader->end && *reader->next >= '0' && *reader->next <= '9';
         reader->next++) {
        value = 10 * value + (uint64_t)(*reader->next - '0');
        if (value > max)
            return false;
    }
    *number = (size_t)value;
    return reader->next > first && value >= min;
}

static bool read_header(Reader *reader, Error *error) {
    reader->maximum = 1;
    bool is_valid = read_number(reader, 1, UINT32_MAX, &reader->width) &&
                    read_number(reader, 1, UINT32_MAX, &reader->height) &&
                    (reader->is_bitmap || read_number(reader, 1, MAX_MAXIMUM, &reader->maximum));
    if (!is_valid)
        return error_set(error, "%s: expected a width and a height%s, found another header",
                         reader->path, reader->is_bitmap ? "" : ", and a maximum from 1 to 65535");
    // one byte ends the header of binary values
    if (reader->is_binary && (reader->next == reader->end || !is_space(*reader->next++)))
        return error_set(error, "%s: expected white space after the header, found none",
                         reader->path);
    return gray_image_check_size(reader->path, reader->width, reader->height, error);
}

// Reads a sample of column x. White space between the bits of a plain bitmap is optional; those of
// a binary one begin with the highest of a byte, and each row with a new byte. Returns false if the
// sample is missing or above the maximum.
static bool read_sample(Reader *reader, size_t x, size_t *sample) {
    const bool has_two_bytes = reader->is_binary && reader->maximum > UINT8_MAX;
    size_t used = 1;
    if (!reader->is_binary && !reader->is_bitmap)
        return read_number(reader, 0, (uint32_t)reader->maximum, sample);
    if (!reader->is_binary)
        skip_space(reader);
    if (reader->end - reader->next < (has_two_bytes ? 2 : 1))
        return false;
    *sample = reader->next[0];
    if (has_two_bytes) {
        *sample = *sample << 8 | reader->next[1];
        used = 2;
    } else if (reader->is_bitmap && reader->is_binary) {
        *sample = *sample >> (7 - x % 8) & 1;
        used = x % 8 == 7 || x + 1 == reader->width;
    } else if (reader->is_bitmap) {
        *sample -= '0'; // above the maximum if it is neither 0 nor 1
    }
    if (*sample > reader->maximum)
        return false;
    reader->next += used;
    return true;
}

static bool read_pixels(Reader *reader, uint8_t *values, Error *error) {
    const size_t count = reader->width * reader->height * reader->channels;
    size_t read = 0, x = 0;
    while (read < count) {
        uint8_t grey[MAX_CHANNELS] = {0};
        for (size_t c = 0; c < reader->channels; c++, read++) {
            size_t sample;
            if (!read_sample(reader, x, &sample))
                return error_set(error, "%s: expected %zu values from 0 to %zu, found %s after %zu",
                                 reader->path, count, reader->maximum,
                                 reader->next == reader->end ? "the end" : "something else", read);
            grey[c] = gray_image_scale(sample, reader->maximum);
        }
        *values = reader->channels == 1 ? grey[0] : gray_image_luminance(grey[0], grey[1], grey[2]);
        if (reader->is_bitmap)
            *values = WHITE - *values;
        values++;
        x = x + 1 < reader->width ? x + 1 : 0;
    }
    skip_space(reader);
    return reader->next == reader->end ||
           error_set(error, "%s: expected the end after %zu values, found more", reader->path,
                     count);
}

bool pnm_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
               Error *error) {
    *image = (GrayImage){0};
    if (size < 2 || !pnm_detect(bytes))
        return error_set(error, "%s: expected a PNM file, found another", path);
    const int kind = (bytes[1] - '1') % 3;
    Reader reader = {
        .path = path,
        .next = bytes + 2,
        .end = bytes + size,
        .is_bitmap = kind == 0,
        .is_binary = bytes[1] > '3',
        .channels = kind == 2 ? MAX_CHANNELS : 1,
    };
    if (!read_header(&reader, error))
        return false;
    *image = (GrayImage){reader.width, reader.height, NULL};
    image->values = memory_alloc(reader.width, reader.height, path, error);
    if (image->values && read_pixels(&reader, image->values, error))
        return true;
    gray_image_free(image);
    return false;
}
