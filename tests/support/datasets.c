#include "support/datasets.h"
#include "support/test.h"

#include <unistd.h>

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

bool load_split(const char *directory, DatasetSplit split, size_t limit, Dataset *dataset,
                Error *error) {
    const size_t limits[DATASET_SPLITS] = {limit, limit};
    ThreadPool *pool = thread_pool_create(1, error);
    assert_non_null(pool);
    bool is_loaded = dataset_load(directory, limits, split == DATASET_TRAIN ? dataset : NULL,
                                  split == DATASET_TEST ? dataset : NULL, pool, error);
    thread_pool_destroy(pool);
    return is_loaded;
}

const uint8_t *image_of(const Dataset *dataset, size_t index) {
    static uint8_t images[2][MNIST_PIXELS];
    static size_t calls;
    uint8_t *image = images[calls++ % 2];
    dataset_image(dataset, index, image);
    return image;
}

Dataset drawn_dataset(DatasetSplit split, size_t limit) {
    Dataset dataset;
    Error error;
    if (!load_split("data/drawn", split, limit, &dataset, &error))
        fail_msg("%s", error.text);
    return dataset;
}

const char *need_real_mnist(void) {
    const char *directories[] = {getenv("MNIST_DATA"), "data/mnist", "../shared/mnist"};
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        char path[8192];
        snprintf(path, sizeof path, "%s/t10k-labels-idx1-ubyte.gz",
                 directories[i] ? directories[i] : "");
        if (access(path, R_OK) == 0)
            return directories[i];
    }
    skip_because("the MNIST files are missing (scripts/fetch-mnist.sh downloads them)");
    return NULL;
}
