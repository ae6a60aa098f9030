#include "train/hidden_activity.h"
#include "support/datasets.h"
#include "support/test.h"

enum { IMAGES = 3 };

static NetworkParameters parameters;
static uint8_t images[IMAGES * MNIST_PIXELS];
static size_t counts[NETWORK_HIDDEN];

static int clear(void **state) {
    (void)state;
    memset(&parameters, 0, sizeof parameters);
    memset(images, 0, sizeof images);
    return 0;
}

static void count(void) {
    Error error;
    Dataset dataset = made_dataset(images, NULL, IMAGES);
    assert_true(hidden_activity_count(&parameters, &dataset, counts, &error));
    dataset_destroy(&dataset);
}

TEST_WITH(clear, NULL, a_bias_alone_decides_for_blank_images) {
    parameters.d1_bias[1] = 0.5F;
    parameters.d1_bias[2] = -0.5F;
    count();
    assert_int_equal(counts[0], 0);
    assert_int_equal(counts[1], IMAGES);
    assert_int_equal(counts[2], 0);
}

// Pixel 783 of image 1 is 51 / 255 = 0.2, which times a weight of 5 is 1.
TEST_WITH(clear, NULL, pixels_count_by_their_weights) {
    images[2 * MNIST_PIXELS - 1] = 51;
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
        parameters.d1_weight[unit * MNIST_PIXELS + 783] = 5.0F;
    parameters.d1_bias[126] = -0.99F;
    parameters.d1_bias[127] = -1.01F;
    count();
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[126], 1);
    assert_int_equal(counts[127], 0);
}
