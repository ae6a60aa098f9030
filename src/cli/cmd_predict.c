#include "base/error.h"
#include "base/simd.h"
#include "base/thread_pool.h"
#include "commands.h"
#include "data/class_names.h"
#include "data/dataset.h"
#include "io/directory.h"
#include "io/gzip_reader.h"
#include "io/idx.h"
#include "nn/gemm.h"
#include "output/notices.h"
#include "output/predictions.h"
#include "picture_file.h"
#include "pictures/image_file.h"
#include "train/model.h"
#include "train/prediction.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PREDICTION_THREADS = 1 };

typedef struct {
    const Options *options;
    const NetworkParameters *parameters;
    ThreadPool *pool;
    PredictionOutput output;
    bool has_failures;
} PredictCommand;

// Reads a PNM or PNG image as a data set of one image. The caller destroys it, even after an error.
static bool read_picture(GzipReader *source, const char *path, bool is_quiet, Dataset *images,
                         Error *error) {
    uint8_t digit[MNIST_PIXELS];
    *images = (Dataset){.images_path = strdup(path)};
    if (!images->images_path)
        return error_no_memory(error, path, strlen(path) + 1);
    return picture_file_read(source, path, is_quiet, digit, error) &&
           dataset_append(images, digit, 1, error);
}

static bool read_images(GzipReader *source, const char *path, bool is_quiet, Dataset *images,
                        Error *error) {
    uint8_t magic[IMAGE_FILE_MAGIC_BYTES];
    size_t size = gzip_reader_head(source, magic, sizeof magic);
    switch (image_file_detect(magic)) {
    case IMAGE_FILE_IDX:
        if (!dataset_read_images(source, path, images, error))
            return false;
        if (images->is_turned && !is_quiet)
            notices_print_turned(path);
        return true;
    case IMAGE_FILE_PNM:
    case IMAGE_FILE_PNG:
        return read_picture(source, path, is_quiet, images, error);
    case IMAGE_FILE_UNKNOWN:
    case IMAGE_FILE_FOREIGN:
        break;
    }
    return image_file_reject(path, magic, size, error);
}

static bool predict_images(PredictCommand *command, const char *path, const Dataset *images,
                           Error *error) {
    Prediction *predictions = memory_alloc(images->count, sizeof *predictions, path, error);
    bool done =
        predictions &&
        prediction_run(command->parameters, engine_choose(command->options->config.is_reproducible),
                       images, command->pool, predictions, error);
    if (done)
        predictions_print(&command->output, path, images, predictions);
    free(predictions);
    return done;
}

static bool predict_source(PredictCommand *command, GzipReader *source, const char *path,
                           Error *error) {
    const char *labels = command->options->labels;
    Dataset images = {0};
    bool done = read_images(source, path, command->options->quiet, &images, error) &&
                (!labels || dataset_read_labels(labels, &images, error)) &&
                predict_images(command, path, &images, error);
    dataset_destroy(&images);
    return done;
}

// Prints the error of a file; the others are still predicted.
static void report_failure(PredictCommand *command, const Error *error) {
    command->has_failures = true;
    notices_print_error(error);
}

static void predict_file(PredictCommand *command, const char *path) {
    Error error;
    GzipReader *source = gzip_reader_open(path, &error);
    if (!source || !predict_source(command, source, path, &error))
        report_failure(command, &error);
    gzip_reader_close(source);
}

// Hidden files, as macOS makes one for each file of another system, have the names of others.
static bool has_image_name(const char *name) {
    static const char *const ends[] = {".png", ".pbm", ".pgm", ".ppm", ".pnm"};
    size_t length = strlen(name);
    if (length > 3 && strcasecmp(name + length - 3, ".gz") == 0)
        length -= 3;
    for (size_t i = 0; *name != '.' && length > 4 && i < sizeof ends / sizeof *ends; i++) {
        if (strncasecmp(name + length - 4, ends[i], 4) == 0)
            return true;
    }
    return false;
}

// Returns whether a file of a directory is predicted. One that cannot be read is, as is a damaged
// one with the name of an image, and one of a foreign image format: its error says what it is.
static bool is_image(const char *path) {
    struct stat status;
    uint8_t magic[IMAGE_FILE_MAGIC_BYTES];
    Error error;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return false;
    GzipReader *source = gzip_reader_open(path, &error);
    if (!source)
        return true;
    gzip_reader_head(source, magic, sizeof magic);
    gzip_reader_close(source);
    ImageFileFormat format = image_file_detect(magic);
    if (format == IMAGE_FILE_IDX)
        return magic[2] == IDX_UNSIGNED_BYTE && magic[3] == 3;
    return format != IMAGE_FILE_UNKNOWN || has_image_name(strrchr(path, '/') + 1);
}

static bool predict_names(PredictCommand *command, const char *directory,
                          const DirectoryNames *names, Error *error) {
    bool has_images = false;
    for (size_t i = 0; i < names->count; i++) {
        char *path = directory_join(directory, "", names->entries[i]->d_name, error);
        if (!path)
            return false;
        if (is_image(path)) {
            predict_file(command, path);
            has_images = true;
        }
        free(path);
    }
    return has_images ||
           error_set(error, "%s: expected PNG, PNM or IDX images in it, found none", directory);
}

static void predict_directory(PredictCommand *command, const char *path) {
    DirectoryNames names = {0};
    Error error;
    bool done;
    if (command->options->labels)
        done = error_set(&error,
                         "--labels: expected a file after --predict, found the directory %s", path);
    else
        done = directory_list(path, NULL, &names, &error) &&
               predict_names(command, path, &names, &error);
    if (!done)
        report_failure(command, &error);
    directory_names_free(&names);
}

static bool is_directory(const char *path) {
    struct stat status;
    return strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool predict_all(PredictCommand *command, Error *error) {
    const OptionWords *paths = &command->options->predict;
    command->pool = thread_pool_create(PREDICTION_THREADS, error);
    if (!command->pool)
        return false;
    for (size_t i = 0; i < paths->count; i++) {
        if (is_directory(paths->words[i]))
            predict_directory(command, paths->words[i]);
        else
            predict_file(command, paths->words[i]);
    }
    thread_pool_destroy(command->pool);
    return true;
}

bool cmd_predict(const Options *options, bool *has_failures, Error *error) {
    NetworkParameters *parameters = memory_alloc(1, sizeof *parameters, options->load, error);
    ClassNames classes = {0};
    gemm_use_one_thread();
    if (options->config.is_reproducible && !options->quiet)
        notices_print_slow_reproducible(simd_has_fma());
    PredictCommand command = {
        .options = options,
        .parameters = parameters,
        .output = {.has_digits_only = options->digits_only,
                   .classes = options->classes ? &classes : NULL},
    };
    bool done = parameters && model_load(options->load, parameters, error) &&
                (!options->classes || class_names_read(options->classes, &classes, error)) &&
                predict_all(&command, error);
    *has_failures = command.has_failures;
    free(parameters);
    return done;
}
