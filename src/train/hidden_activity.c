#include "train/hidden_activity.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static const float white = 255.0F;

// weight: (hidden, pixels); by_pixel: (pixels, hidden)
static void transpose(const float *weight, float *by_pixel) {
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++) {
        for (size_t pixel = 0; pixel < MNIST_PIXELS; pixel++)
            by_pixel[pixel * NETWORK_HIDDEN + unit] = weight[unit * MNIST_PIXELS + pixel];
    }
}

static void add_image(const uint8_t *image, const float *by_pixel, const float *bias,
                      size_t counts[NETWORK_HIDDEN]) {
    float sums[NETWORK_HIDDEN];
    memcpy(sums, bias, sizeof sums);
    for (size_t pixel = 0; pixel < MNIST_PIXELS; pixel++) {
        float value = (float)image[pixel] / white;
        const float *weights = by_pixel + pixel * NETWORK_HIDDEN;
        if (image[pixel] == 0)
            continue;
        for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
            sums[unit] += value * weights[unit];
    }
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
        counts[unit] += sums[unit] > 0.0F;
}

bool hidden_activity_count(const NetworkParameters *parameters, const Dataset *dataset,
                           size_t counts[NETWORK_HIDDEN], Error *error) {
    size_t weights = (size_t)MNIST_PIXELS * NETWORK_HIDDEN;
    float *by_pixel = memory_alloc(weights, sizeof *by_pixel, "hidden units", error);
    if (!by_pixel)
        return false;
    transpose(parameters->d1_weight, by_pixel);
    memset(counts, 0, NETWORK_HIDDEN * sizeof *counts);
    for (size_t i = 0; i < dataset->count; i++) {
        uint8_t image[MNIST_PIXELS];
        dataset_image(dataset, i, image);
        add_image(image, by_pixel, parameters->d1_bias, counts);
    }
    free(by_pixel);
    return true;
}
