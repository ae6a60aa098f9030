#include "prediction.h"

#include "byte_source.h"
#include "dataset.h"
#include "matmul.h"
#include "model.h"
#include "picture.h"
#include "predict.h"
#include "prediction_report.h"
#include "team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PICTURE_BYTES = 256 << 20 };

// A picture becomes a data set of one image.
static bool read_picture(ByteSource *source, const char *path, Dataset *images, Error *error) {
    uint8_t *bytes;
    size_t size;
    Picture picture = {0};
    bool inverted = false;
    if (!byte_source_read_all(source, MOST_PICTURE_BYTES, &bytes, &size, error))
        return false;
    *images = (Dataset){.count = 1, .images = malloc(DATASET_PIXELS), .images_path = strdup(path)};
    bool read = images->images && images->images_path
                    ? picture_parse(path, bytes, size, &picture, error) &&
                          picture_to_mnist(path, &picture, images->images, &inverted, error)
                    : error_set(error, "%s: expected memory for its image, found less", path);
    if (read && inverted)
        fprintf(stderr, "%s: dark on light, inverted\n", path);
    picture_free(&picture);
    free(bytes);
    return read;
}

static bool read_images(const char *path, Dataset *images, Error *error) {
    uint8_t begin[2];
    ByteSource *source = byte_source_open(path, error);
    if (!source)
        return false;
    bool read = byte_source_peek(source, begin, error) &&
                (picture_is_pgm(begin) ? read_picture(source, path, images, error)
                                       : dataset_read_images(source, path, images, error));
    byte_source_close(source);
    return read;
}

static bool predict(const Options *options, const NetworkParameters *parameters,
                    const Dataset *images, Error *error) {
    Prediction *predictions = calloc(images->count, sizeof *predictions);
    Team *team = team_create(1, error);
    bool done = predictions || error_set(error, "%s: expected memory for predictions, found less",
                                         options->predict);
    done = done && team && predict_images(parameters, images, team, predictions, error);
    if (done)
        prediction_report_csv(predictions, images->count);
    if (done && images->labels)
        prediction_report_confusion(predictions, images->labels, images->count);
    team_destroy(team);
    free(predictions);
    return done;
}

bool prediction_run(const Options *options, Error *error) {
    NetworkParameters *parameters = malloc(sizeof *parameters);
    Dataset images = {0};
    matmul_use_one_thread();
    bool done = parameters || error_set(error, "expected memory for parameters, found less");
    done = done && model_load(options->load, parameters, error) &&
           read_images(options->predict, &images, error) &&
           (!options->labels || dataset_read_labels(options->labels, &images, error)) &&
           predict(options, parameters, &images, error);
    dataset_destroy(&images);
    free(parameters);
    return done;
}
