#include "pictures/image_file.h"

#include "io/file_kind.h"
#include "io/idx.h"
#include "pictures/png.h"
#include "pnm.h"

#include <string.h>

ImageFileFormat image_file_detect(const uint8_t magic[IMAGE_FILE_MAGIC_BYTES]) {
    if (png_detect(magic))
        return IMAGE_FILE_PNG;
    if (pnm_detect(magic))
        return IMAGE_FILE_PNM;
    if (idx_detect(magic))
        return IMAGE_FILE_IDX;
    const FileKind *kind = file_kind_find(magic, IMAGE_FILE_MAGIC_BYTES);
    return kind && kind->group == FILE_KIND_PICTURE ? IMAGE_FILE_FOREIGN : IMAGE_FILE_UNKNOWN;
}

bool image_file_reject(const char *path, const uint8_t magic[IMAGE_FILE_MAGIC_BYTES], size_t size,
                       Error *error) {
    char text[FILE_KIND_TEXT];
    const FileKind *kind = file_kind_find(magic, size);
    if (kind && kind->group == FILE_KIND_PICTURE)
        return error_set(error,
                         "%s: expected a PNG, PNM or IDX file, found %s; convert it as in: magick "
                         "a.%s -auto-orient a.png (ImageMagick 7), or: convert a.%s -auto-orient "
                         "a.png (ImageMagick 6)",
                         path, kind->name, kind->extension, kind->extension);
    return error_set(error, "%s: expected a PNG, PNM or IDX file, found %s", path,
                     file_kind_describe(magic, size, text));
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
