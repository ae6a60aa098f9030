#include "pictures/image_file.h"

#include "io/idx.h"
#include "pictures/png.h"
#include "pnm.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 4 };

// A foreign format: its bytes at an offset, up to IMAGE_FILE_MAGIC_BYTES.
typedef struct {
    size_t offset;
    size_t size;
    const char *bytes;
    const char *name;
    const char *source; // the file in a command that converts one
} ForeignFormat;

// The first match counts.
static const ForeignFormat foreign_formats[] = {
    {0, 3, "\xff\xd8\xff", "JPEG", "a.jpg"}, {0, 4, "GIF8", "GIF", "a.gif"},
    {8, 4, "WEBP", "WebP", "a.webp"},        {0, 4, "II*\0", "TIFF", "a.tif"},
    {0, 4, "MM\0*", "TIFF", "a.tif"},        {4, 7, "ftypavi", "AVIF", "a.avif"}, // avif, avis
    {4, 7, "ftyphei", "HEIC", "a.heic"}, // heic, heix, heim, heis
    {4, 7, "ftypmif", "HEIC", "a.heic"}, // mif1
    {0, 5, "%PDF-", "PDF", "a.pdf"},         {0, 2, "BM", "BMP", "a.bmp"},
    {0, 4, "<svg", "SVG", "a.svg"},
};

static const ForeignFormat *find_foreign(const uint8_t *magic) {
    for (size_t i = 0; i < sizeof foreign_formats / sizeof *foreign_formats; i++) {
        const ForeignFormat *format = &foreign_formats[i];
        if (memcmp(magic + format->offset, format->bytes, format->size) == 0)
            return format;
    }
    return NULL;
}

ImageFileFormat image_file_detect(const uint8_t magic[IMAGE_FILE_MAGIC_BYTES]) {
    if (png_detect(magic))
        return IMAGE_FILE_PNG;
    if (pnm_detect(magic))
        return IMAGE_FILE_PNM;
    if (idx_detect(magic))
        return IMAGE_FILE_IDX;
    return find_foreign(magic) ? IMAGE_FILE_FOREIGN : IMAGE_FILE_UNKNOWN;
}

bool image_file_reject(const char *path, const uint8_t magic[IMAGE_FILE_MAGIC_BYTES], size_t size,
                       Error *error) {
    static const char expected[] = "expected a PNG, PNM or IDX file";
    const ForeignFormat *foreign = find_foreign(magic);
    if (size == 0)
        return error_set(error, "%s: %s, found an empty one", path, expected);
    if (foreign)
        return error_set(error,
                         "%s: %s, found %s; convert it as in: magick %s a.png (ImageMagick 7), or: "
                         "convert %s a.png (ImageMagick 6)",
                         path, expected, foreign->name, foreign->source, foreign->source);
    char first_bytes[SHOWN_BYTES * sizeof " xx"] = "";
    for (size_t i = 0; i < size && i < SHOWN_BYTES; i++)
        snprintf(first_bytes + strlen(" xx") * i, sizeof " xx", " %02x", magic[i]);
    return error_set(error, "%s: %s, found a file that begins%s%s", path, expected, first_bytes,
                     magic[0] == '<' ? " (a web page?)" : "");
}

bool image_file_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
                      Error *error) {
    uint8_t magic[IMAGE_FILE_MAGIC_BYTES] = {0};
    size_t magic_size = size < sizeof magic ? size : sizeof magic;
    *image = (GrayImage){0};
    if (magic_size > 0)
        memcpy(magic, bytes, magic_size);
    switch (image_file_detect(magic)) {
    case IMAGE_FILE_PNG:
        return png_parse(path, bytes, size, image, error);
    case IMAGE_FILE_PNM:
        return pnm_parse(path, bytes, size, image, error);
    case IMAGE_FILE_IDX:
        return error_set(error, "%s: expected a PNG or PNM file, found an IDX file", path);
    case IMAGE_FILE_UNKNOWN:
    case IMAGE_FILE_FOREIGN:
        break;
    }
    return image_file_reject(path, magic, magic_size, error);
}
