#include "support/made_dataset.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

Dataset made_dataset(const uint8_t *pixels, const uint8_t *labels, size_t count) {
    Dataset dataset = {.images_path = strdup("made"), .labels_path = strdup("made")};
    Error error;
    if (!dataset_append(&dataset, pixels, count, &error))
        fail_msg("%s", error.text);
    if (labels) {
        dataset.labels = malloc(count);
        assert_non_null(dataset.labels);
        memcpy(dataset.labels, labels, count);
    }
    return dataset;
}

const uint8_t *image_of(const Dataset *dataset, size_t index) {
    static uint8_t images[2][MNIST_PIXELS];
    static size_t calls;
    uint8_t *image = images[calls++ % 2];
    dataset_image(dataset, index, image);
    return image;
}
