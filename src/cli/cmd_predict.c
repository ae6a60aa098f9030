#include "cli/cmd_predict.h"

#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/normalise.h"
#include "io/gzip_reader.h"
#include "io/pgm.h"
#include "nn/gemm.h"
#include "report/confusion_table.h"
#include "report/prediction_csv.h"
#include "train/model.h"
#include "train/prediction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PICTURE_BYTES = 256 << 20 };

// A picture becomes a data set of one image.
static bool read_picture(GzipReader *source, const char *path, Dataset *images, Error *error) {
    uint8_t *bytes;
    size_t size;
    GrayImage picture = {0};
    bool inverted = false;
    if (!gzip_reader_read_all(source, MOST_PICTURE_BYTES, &bytes, &size, error))
        return false;
    *images = (Dataset){.count = 1, .images = malloc(MNIST_PIXELS), .images_path = strdup(path)};
    bool read = images->images && images->images_path
                    ? pgm_parse(path, bytes, size, &picture, error) &&
                          normalise_digit(path, &picture, images->images, &inverted, error)
                    : error_set(error, "%s: expected memory for its image, found less", path);
    if (read && inverted)
        fprintf(stderr, "%s: dark on light, inverted\n", path);
    gray_image_free(&picture);
    free(bytes);
    return read;
}

static bool read_images(const char *path, Dataset *images, Error *error) {
    uint8_t begin[2];
    GzipReader *source = gzip_reader_open(path, error);
    if (!source)
        return false;
    bool read = gzip_reader_peek(source, begin, error) &&
                (pgm_detect(begin) ? read_picture(source, path, images, error)
                                   : dataset_read_images(source, path, images, error));
    gzip_reader_close(source);
    return read;
}

static bool predict(const Options *options, const NetworkParameters *parameters,
                    const Dataset *images, Error *error) {
    Prediction *predictions = calloc(images->count, sizeof *predictions);
    ThreadPool *pool = thread_pool_create(1, error);
    bool done = predictions || error_set(error, "%s: expected memory for predictions, found less",
                                         options->predict);
    done = done && pool &&
           prediction_run(parameters, options->reproducible, images, pool, predictions, error);
    if (done)
        prediction_csv_print(predictions, images->count);
    if (done && images->labels)
        confusion_table_print(predictions, images->labels, images->count);
    thread_pool_destroy(pool);
    free(predictions);
    return done;
}

bool cmd_predict(const Options *options, Error *error) {
    NetworkParameters *parameters = malloc(sizeof *parameters);
    Dataset images = {0};
    gemm_use_one_thread();
    bool done = parameters || error_set(error, "expected memory for parameters, found less");
    done = done && model_load(options->load, parameters, error) &&
           read_images(options->predict, &images, error) &&
           (!options->labels || dataset_read_labels(options->labels, &images, error)) &&
           predict(options, parameters, &images, error);
    dataset_destroy(&images);
    free(parameters);
    return done;
}
