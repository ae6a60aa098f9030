#include "picture_file.h"

#include "output/print.h"
#include "pictures/image_file.h"
#include "pictures/preprocess.h"

#include <stdlib.h>

// 64 million pixels in binary PPM have 192 MB.
enum { MAX_IMAGE_BYTES = 200000000 };

// Strokes of handwriting fill less of the digit's box.
static const double MAX_FILLED = 0.6;

// Prints a line on stderr for each decision and each doubt of preprocess_digit.
static void print_preprocessing(const char *path, const Preprocessing *found) {
    const Box box = found->box;
    if (found->is_inverted)
        print_stderr("%s: dark on light, inverted\n", path);
    if (found->has_frame)
        print_stderr("%s: frame removed\n", path);
    if (found->lines > 0)
        print_stderr("%s: %zu ruled line%s removed\n", path, found->lines,
                     found->lines == 1 ? "" : "s");
    if (found->is_cropped)
        print_stderr("%s: cropped to %zux%zu pixels at column %zu, row %zu\n", path,
                     box.right - box.left, box.bottom - box.top, box.left, box.top);
    if (found->filled > MAX_FILLED)
        print_stderr("%s: warning: strokes fill %.0f %% of the digit's box\n", path,
                     100 * found->filled);
    if (found->touches_border)
        print_stderr("%s: warning: the digit touches the border of the picture\n", path);
    if (found->digits > 1)
        print_stderr("%s: warning: found %zu digits apart, used one of them\n", path,
                     found->digits);
}

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
        print_preprocessing(path, &found);
    gray_image_free(&image);
    return is_read;
}
