// usage: decode_image FILE...
// Prints each PNG or PNM file as the program reads it: a binary PGM, for png_pil.bats.
#include "io/gzip_reader.h"
#include "pictures/image_file.h"

#include <stdio.h>
#include <stdlib.h>

static int decode(const char *path) {
    uint8_t *bytes;
    size_t size;
    GrayImage image;
    Error error;
    if (!gzip_reader_read_file(path, 1 << 28, &bytes, &size, &error) ||
        !image_file_parse(path, bytes, size, &image, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    printf("P5 %zu %zu 255\n", image.width, image.height);
    fwrite(image.values, image.width, image.height, stdout);
    gray_image_free(&image);
    free(bytes);
    return 0;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= decode(argv[i]);
    return failed;
}
