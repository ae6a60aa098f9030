#include "io/pgm.h"

#include "base/memory.h"

#include <stdlib.h>

enum { WHITE = 255, MAX_MAXIMUM = 65535 };

bool pgm_detect(const uint8_t magic[2]) {
    return magic[0] == 'P' && (magic[1] == '2' || magic[1] == '5');
}

typedef struct {
    const uint8_t *next;
    const uint8_t *end;
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

static bool read_header(const char *path, Reader *reader, GrayImage *image, size_t *maximum,
                        Error *error) {
    bool has_size = read_number(reader, UINT32_MAX, &image->width) &&
                    read_number(reader, UINT32_MAX, &image->height);
    if (has_size && image->height > 0 && image->width > PGM_MAX_PIXELS / image->height)
        return error_set(error, "%s: expected at most %d pixels, found %zux%zu", path,
                         PGM_MAX_PIXELS, image->width, image->height);
    if (!has_size || image->width == 0 || image->height == 0 ||
        !read_number(reader, MAX_MAXIMUM, maximum) || *maximum == 0)
        return error_set(error,
                         "%s: expected a width and a height (at most %d pixels) and a maximum "
                         "from 1 to %d, found another header",
                         path, PGM_MAX_PIXELS, MAX_MAXIMUM);
    return true;
}

// Returns false if the next value is missing or above the maximum.
static bool read_value(Reader *reader, bool binary, size_t maximum, size_t *value) {
    if (!binary)
        return read_number(reader, (uint32_t)maximum, value);
    size_t width = maximum > 255 ? 2 : 1;
    if ((size_t)(reader->end - reader->next) < width)
        return false;
    *value = width == 2 ? (size_t)reader->next[0] << 8 | reader->next[1] : reader->next[0];
    reader->next += width;
    return *value <= maximum;
}

static bool read_values(const char *path, Reader *reader, bool binary, size_t maximum,
                        GrayImage *image, Error *error) {
    size_t count = image->width * image->height;
    for (size_t i = 0; i < count; i++) {
        size_t value;
        if (!read_value(reader, binary, maximum, &value))
            return error_set(error, "%s: expected %zu values from 0 to %zu, found %s after %zu",
                             path, count, maximum,
                             reader->next == reader->end ? "the end" : "something else", i);
        image->values[i] = (uint8_t)((value * WHITE + maximum / 2) / maximum);
    }
    skip_space(reader);
    return reader->next == reader->end ||
           error_set(error, "%s: expected the end after %zu values, found more", path, count);
}

static bool parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
                  Error *error) {
    if (size < 2 || !pgm_detect(bytes))
        return error_set(error, "%s: expected a PGM file, found another", path);
    bool binary = bytes[1] == '5';
    Reader reader = {bytes + 2, bytes + size};
    size_t maximum = 1; // set by read_header; static analysers assume that it may not be
    if (!read_header(path, &reader, image, &maximum, error))
        return false;
    if (binary && (reader.next == reader.end || !is_space(*reader.next++)))
        return error_set(error, "%s: expected white space after the maximum, found none", path);
    size_t count = image->width * image->height;
    size_t left = (size_t)(reader.end - reader.next);
    if (count > left) // a value takes at least one byte
        return error_set(error, "%s: expected %zu values, found only %zu bytes", path, count, left);
    image->values = memory_alloc(count, 1, path, error);
    return image->values && read_values(path, &reader, binary, maximum, image, error);
}

bool pgm_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
               Error *error) {
    *image = (GrayImage){0};
    if (parse(path, bytes, size, image, error))
        return true;
    gray_image_free(image);
    return false;
}

void gray_image_free(GrayImage *image) {
    free(image->values);
    *image = (GrayImage){0};
}
