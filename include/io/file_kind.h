// Kinds of files, told by their first bytes: what a user may have in place of an IDX file, a model
// or a picture.
#ifndef MNIST_TRAIN_IO_FILE_KIND_H
#define MNIST_TRAIN_IO_FILE_KIND_H

#include <stddef.h>
#include <stdint.h>

enum {
    FILE_KIND_BYTES = 512, // of a file tell every kind
    FILE_KIND_TEXT = 64,
};

typedef enum {
    FILE_KIND_OTHER,
    FILE_KIND_PICTURE, // ImageMagick converts it to PNG
    FILE_KIND_PYTORCH, // torch.load reads it
} FileKindGroup;

typedef struct {
    const char *name; // as it stands after "found": "a zip archive", "JPEG"
    FileKindGroup group;
    const char *extension; // of a picture: "jpg"; else NULL
} FileKind;

// Returns the kind of a file that begins with these bytes, or NULL if it is unknown, or text. More
// than FILE_KIND_BYTES are not needed; with fewer, some kinds are not told apart.
const FileKind *file_kind_find(const uint8_t *bytes, size_t size);

// Returns what such a file is, as it stands after "found": the name of its kind, "JSON", "CSV",
// "text that begins '404: Not Found'", "an empty one", or "a file that begins 6e 6f 74 20". The
// text is static, or in the buffer.
const char *file_kind_describe(const uint8_t *bytes, size_t size, char text[FILE_KIND_TEXT]);

#endif
