// The input is a PNM file; the parsed image is preprocessed.
#include "fuzz.h"

#include "../../src/pictures/pnm.h"
#include "pictures/preprocess.h"

#include <string.h>

static void check_picture(const GrayImage *picture) {
    uint8_t image[MNIST_PIXELS];
    Preprocessing found;
    Error error;
    error.text[0] = '\0';
    CHECK(picture->width > 0 && picture->height > 0);
    touch(picture->values, picture->width * picture->height);
    if (preprocess_digit("picture", picture, image, &found, &error)) {
        unsigned bits = 0;
        for (size_t i = 0; i < MNIST_PIXELS; i++)
            bits |= image[i];
        CHECK(bits > 0); // not blank
    } else {
        check_error_text(&error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    GrayImage picture;
    Error error;
    error.text[0] = '\0';
    if (pnm_parse("picture", bytes, size, &picture, &error)) {
        CHECK(picture.width * picture.height <= 8 * size); // a pixel takes at least a bit
        check_picture(&picture);
        gray_image_free(&picture);
    } else {
        CHECK(!picture.values);
        check_error_text(&error);
        CHECK(strncmp(error.text, "picture: ", 9) == 0);
    }
    return 0;
}
