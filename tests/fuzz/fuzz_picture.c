// The input is a PGM file; what is read becomes an image of MNIST's form.
#include "fuzz.h"

#include "picture.h"

#include <string.h>

static void check_picture(const Picture *picture) {
    uint8_t image[DATASET_PIXELS];
    bool inverted;
    Error error;
    error.text[0] = '\0';
    CHECK(picture->width > 0 && picture->height > 0);
    touch(picture->values, picture->width * picture->height);
    if (picture_to_mnist("picture", picture, image, &inverted, &error)) {
        unsigned ink = 0;
        for (size_t i = 0; i < DATASET_PIXELS; i++)
            ink |= image[i];
        CHECK(ink > 0);
    } else {
        check_error_text(&error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    Picture picture;
    Error error;
    error.text[0] = '\0';
    if (picture_parse("picture", bytes, size, &picture, &error)) {
        CHECK(picture.width * picture.height <= size);
        check_picture(&picture);
        picture_free(&picture);
    } else {
        CHECK(!picture.values);
        check_error_text(&error);
        CHECK(strncmp(error.text, "picture: ", 9) == 0);
    }
    return 0;
}
