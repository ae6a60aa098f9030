#include "pictures/gray_image.h"

#include <stdlib.h>

enum { WHITE = 255 };

bool gray_image_check_size(const char *path, size_t width, size_t height, Error *error) {
    return (width > 0 && height > 0 && width <= GRAY_IMAGE_MAX_PIXELS / height) ||
           error_set(error, "%s: expected at most %d pixels, found %zux%zu", path,
                     GRAY_IMAGE_MAX_PIXELS, width, height);
}

uint8_t gray_image_luminance(uint8_t red, uint8_t green, uint8_t blue) {
    return (uint8_t)((red * 19595U + green * 38470U + blue * 7471U + 0x8000U) >> 16);
}

uint8_t gray_image_scale(size_t sample, size_t maximum) {
    return (uint8_t)((sample * WHITE + maximum / 2) / maximum);
}

void gray_image_free(GrayImage *image) {
    free(image->values);
    *image = (GrayImage){0};
}
