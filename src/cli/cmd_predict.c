#include "cli/cmd_predict.h"

#include "base/memory.h"
#include "base/simd.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/normalise.h"
#include "io/gzip_reader.h"
#include "io/pnm.h"
#include "nn/gemm.h"
#include "report/confusion_table.h"
#include "report/notices.h"
#include "report/prediction_csv.h"
#include "train/model.h"
#include "train/prediction.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_IMAGE_BYTES = 256 << 20 };

// Reads a PGM file and converts its image to MNIST's format: digit, (pixels).
static bool read_digit(GzipReader *source, const char *path, uint8_t *digit, Error *error) {
    uint8_t *bytes;
    size_t size;
    GrayImage image = {0};
    bool is_inverted = false;
    if (!gzip_reader_read_all(source, MAX_IMAGE_BYTES, &bytes, &size, error))
        return false;
    bool is_read = pnm_parse(path, bytes, size, &image, error) &&
                   normalise_digit(path, &image, digit, &is_inverted, error);
    if (is_read && is_inverted)
        notices_print_inverted(path);
    gray_image_free(&image);
    free(bytes);
    return is_read;
}

// Reads a PGM image as a data set of one image. The caller destroys it, even after an error.
static bool read_pgm(GzipReader *source, const char *path, Dataset *images, Error *error) {
    *images = (Dataset){.count = 1, .images_path = strdup(path)};
    if (!images->images_path)
        return error_no_memory(error, path, strlen(path) + 1);
    images->images = memory_alloc(1, MNIST_PIXELS, path, error);
    return images->images && read_digit(source, path, images->images, error);
}

static bool read_images(const char *path, Dataset *images, Error *error) {
    uint8_t magic[2];
    GzipReader *source = gzip_reader_open(path, error);
    if (!source)
        return false;
    bool is_read =
        gzip_reader_peek(source, magic, error) &&
        (pnm_detect(magic) ? read_pgm : dataset_read_images)(source, path, images, error);
    gzip_reader_close(source);
    return is_read;
}

static bool predict(const Options *options, const NetworkParameters *parameters,
                    const Dataset *images, Error *error) {
    ThreadPool *pool = thread_pool_create(1, error);
    Prediction *predictions =
        pool ? memory_alloc(images->count, sizeof *predictions, images->images_path, error) : NULL;
    bool done = predictions &&
                prediction_run(parameters, options->reproducible, images, pool, predictions, error);
    if (done)
        prediction_csv_print(predictions, images->count);
    if (done && images->labels)
        confusion_table_print(predictions, images->labels, images->count);
    free(predictions);
    thread_pool_destroy(pool);
    return done;
}

bool cmd_predict(const Options *options, Error *error) {
    Dataset images = {0};
    NetworkParameters *parameters = memory_alloc(1, sizeof *parameters, options->load, error);
    gemm_use_one_thread();
    if (options->reproducible && !options->quiet)
        notices_print_slow_reproducible(simd_has_fma());
    bool done = parameters && model_load(options->load, parameters, error) &&
                read_images(options->predict, &images, error) &&
                (!options->labels || dataset_read_labels(options->labels, &images, error)) &&
                predict(options, parameters, &images, error);
    dataset_destroy(&images);
    free(parameters);
    return done;
}
