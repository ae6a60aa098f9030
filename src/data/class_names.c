#include "data/class_names.h"

#include "base/error.h"
#include "base/text.h"
#include "io/file_kind.h"
#include "io/gzip_reader.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 1 << 16, BYTE_ORDER_MARK_BYTES = 3 };

// Some editors write it at the beginning of a UTF-8 file; it is no part of the first name.
static const char byte_order_mark[] = "\xef\xbb\xbf";

// Checks a name, and copies it if it fits.
static bool read_name(const char *path, size_t line, const uint8_t *text, size_t size,
                      char name[CLASS_NAME_SIZE], Error *error) {
    size_t characters = 0;
    if (size == 0)
        return error_set(error, "%s: line %zu: expected the name of a class, found an empty line",
                         path, line);
    for (const uint8_t *c = text; c < text + size; characters++) {
        size_t length = utf8_length(c); // the zero after the text ends the last character
        if (length == 0 || utf8_is_control(c))
            return error_set(error,
                             "%s: line %zu: expected UTF-8 without control characters, found "
                             "other bytes",
                             path, line);
        c += length;
    }
    if (characters > CLASS_NAME_MAX_CHARACTERS)
        return error_set(error, "%s: line %zu: expected at most %d characters, found %zu", path,
                         line, CLASS_NAME_MAX_CHARACTERS, characters);
    memcpy(name, text, size);
    name[size] = '\0';
    return true;
}

// Counts the lines up to the last one that is not empty.
static size_t count_lines(const uint8_t *text, size_t size) {
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    size_t lines = size > 0 ? 1 : 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    return lines;
}

// A zero follows the text.
static bool read_names(const char *path, const uint8_t *text, size_t size, ClassNames *classes,
                       Error *error) {
    if (size >= BYTE_ORDER_MARK_BYTES &&
        memcmp(text, byte_order_mark, BYTE_ORDER_MARK_BYTES) == 0) {
        text += BYTE_ORDER_MARK_BYTES;
        size -= BYTE_ORDER_MARK_BYTES;
    }
    const FileKind *kind = file_kind_find(text, size);
    if (kind)
        return error_set(error,
                         "%s: expected %d lines in UTF-8, the names of the classes, found %s", path,
                         MNIST_CLASSES, kind->name);
    size_t lines = count_lines(text, size);
    if (lines != MNIST_CLASSES)
        return error_set(error, "%s: expected %d lines, the names of the classes, found %zu", path,
                         MNIST_CLASSES, lines);
    const uint8_t *end = text + size;
    for (size_t i = 0; i < MNIST_CLASSES; i++) {
        const uint8_t *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline : end) - text);
        size_t name_length = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
        if (!read_name(path, i + 1, text, name_length, classes->names[i], error))
            return false;
        text += length + 1;
    }
    return true;
}

bool class_names_read(const char *path, ClassNames *classes, Error *error) {
    uint8_t *text;
    size_t size;
    if (!gzip_reader_read_file(path, MAX_FILE_BYTES, &text, &size, error))
        return false;
    uint8_t *terminated = memory_resize(text, size + 1, path, error);
    bool is_read = false;
    if (terminated) {
        text = terminated;
        text[size] = '\0';
        is_read = read_names(path, text, size, classes, error);
    }
    free(text);
    return is_read;
}
