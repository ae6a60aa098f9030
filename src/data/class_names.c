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
        size_t length = utf8_length(c); // a line end or the final zero ends the last one
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

static bool read_names(const char *path, const uint8_t *text, size_t size, ClassNames *classes,
                       Error *error) {
    const uint8_t *end = text + size;
    if (size >= BYTE_ORDER_MARK_BYTES && memcmp(text, byte_order_mark, BYTE_ORDER_MARK_BYTES) == 0)
        text += BYTE_ORDER_MARK_BYTES;
    const FileKind *kind = file_kind_find(text, (size_t)(end - text));
    if (kind)
        return error_set(error,
                         "%s: expected %d lines in UTF-8, the names of the classes, found %s", path,
                         MNIST_CLASSES, kind->name);
    while (end > text && (end[-1] == '\n' || end[-1] == '\r')) // empty lines at the end
        end--;
    size_t lines = end > text;
    for (const uint8_t *c = text; c < end; c++)
        lines += *c == '\n';
    if (lines != MNIST_CLASSES)
        return error_set(error, "%s: expected %d lines, the names of the classes, found %zu", path,
                         MNIST_CLASSES, lines);
    for (size_t i = 0; i < MNIST_CLASSES; i++) {
        const uint8_t *newline = memchr(text, '\n', (size_t)(end - text));
        const uint8_t *stop = newline ? newline : end;
        size_t length = (size_t)(stop - text);
        length -= length > 0 && stop[-1] == '\r';
        if (!read_name(path, i + 1, text, length, classes->names[i], error))
            return false;
        text = stop + 1;
    }
    return true;
}

bool class_names_read(const char *path, ClassNames *classes, Error *error) {
    uint8_t *text;
    size_t size;
    if (!gzip_reader_read_file(path, MAX_FILE_BYTES, &text, &size, error))
        return false;
    bool is_read = read_names(path, text, size, classes, error);
    free(text);
    return is_read;
}
