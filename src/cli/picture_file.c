#include "picture_file.h"

#include "output/notices.h"
#include "pictures/image_file.h"
#include "pictures/preprocess.h"

#include <stdlib.h>

// 64 million pixels in binary PPM have 192 MB.
enum { MAX_IMAGE_BYTES = 200000000 };

bool picture_file_read(GzipReader *source, const char *path, bool is_quiet,
                       uint8_t digit[MNIST_PIXELS], Error *error) {
    uint8_t *bytes;
    size_t size;
    GrayImage image = {0};
    Preprocessing found;
    if (!gzip_reader_read_all(source, MAX_IMAGE_BYTES, &bytes, &size, error))
        return false;
    bool is_read = image_file_parse(path, bytes, size, &image, error);
    free(bytes);
    is_read = is_read && preprocess_digit(path, &image, digit, &found, error);
    if (is_read && !is_quiet)
        notices_print_preprocessing(path, &found);
    gray_image_free(&image);
    return is_read;
}
