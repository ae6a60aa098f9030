#include "base/error.h"
#include "base/thread_pool.h"
#include "commands.h"
#include "data/class_names.h"
#include "data/dataset.h"
#include "io/directory.h"
#include "io/gzip_reader.h"
#include "io/idx.h"
#include "nn/gemm.h"
#include "output/print.h"
#include "picture_file.h"
#include "pictures/image_file.h"
#include "train/metrics.h"
#include "train/model.h"
#include "train/prediction.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const Options *options;
    const NetworkParameters *parameters;
    ThreadPool *pool;
    const ClassNames *classes; // or NULL
    bool has_header;           // is printed
    bool has_failures;
} PredictCommand;

// A terminal gets fewer decimals: a row fits it.
enum { FILE_DECIMALS = 6, TERMINAL_DECIMALS = 2 };

// Prints a field of CSV (RFC 4180, with LF). Files and pipes get each name as it is, a terminal
// gets it printable.
static void print_field(const char *text) {
    const char *quote = text[strcspn(text, ",\"\r\n")] ? "\"" : "";
    print_stdout("%s", quote);
    for (size_t length; (length = strcspn(text, "\"")), text[length]; text += length + 1) {
        print_data(text, length);
        print_stdout("\"\"");
    }
    print_data(text, strlen(text));
    print_stdout("%s", quote);
}

// Prints the file, the index of the image in it, the digit, its name and the probabilities.
static void print_row(const PredictCommand *command, const char *file, size_t index,
                      const Prediction *prediction) {
    int decimals = isatty(STDOUT_FILENO) ? TERMINAL_DECIMALS : FILE_DECIMALS;
    print_field(file);
    print_stdout(",%zu,%d", index, prediction->digit);
    if (command->classes) {
        print_stdout(",");
        print_field(command->classes->names[prediction->digit]);
    }
    for (size_t c = 0; c < MNIST_CLASSES; c++)
        print_stdout(",%.*f", decimals, (double)prediction->probabilities[c]);
    print_stdout("\n");
}

// Prints the accuracy and the confusion matrix on stderr.
static void print_comparison(const PredictCommand *command, const Prediction *predictions,
                             const Dataset *images) {
    ConfusionMatrix confusion = confusion_count(predictions, images->labels, images->count);
    Metrics metrics = {.batch_size = images->count};
    metrics_add(&metrics, images->count, confusion.correct, 0.0);
    print_stderr("Accuracy: %zu of %zu right (%.2f %%, +-%.2f)\n", confusion.correct, images->count,
                 metrics_accuracy(&metrics), metrics_accuracy_margin(&metrics));
    print_stderr("Label by row, prediction by column:\n   ");
    for (size_t c = 0; c < MNIST_CLASSES; c++)
        print_stderr(" %5zu", c);
    for (size_t label = 0; label < MNIST_CLASSES; label++) {
        print_stderr("\n  %zu", label);
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            print_stderr(" %5zu", confusion.counts[label][c]);
        if (command->classes)
            print_stderr("  %s", command->classes->names[label]);
    }
    print_stderr("\n");
}

static void print_predictions(PredictCommand *command, const char *file, const Dataset *images,
                              const Prediction *predictions) {
    const bool has_digits_only = command->options->digits_only;
    if (!has_digits_only && !command->has_header) {
        print_stdout("file,index,digit%s", command->classes ? ",name" : "");
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            print_stdout(",p%zu", c);
        print_stdout("\n");
        command->has_header = true;
    }
    for (size_t i = 0; i < images->count; i++) {
        if (has_digits_only)
            print_stdout("%d\n", predictions[i].digit);
        else
            print_row(command, file, i, &predictions[i]);
    }
    if (images->labels)
        print_comparison(command, predictions, images);
}

// Reads the images of an IDX file, or a PNM or PNG image as a data set of one image. The caller
// destroys the data set, even after an error.
static bool read_images(GzipReader *source, const char *path, bool is_quiet, Dataset *images,
                        Error *error) {
    uint8_t magic[IMAGE_FILE_MAGIC_BYTES], digit[MNIST_PIXELS];
    size_t size = gzip_reader_head(source, magic, sizeof magic);
    switch (image_file_detect(magic)) {
    case IMAGE_FILE_IDX:
        if (!dataset_read_images(source, path, images, error))
            return false;
        if (images->is_turned && !is_quiet)
            print_stderr("%s: EMNIST's images, turned upright\n", path);
        return true;
    case IMAGE_FILE_PNM:
    case IMAGE_FILE_PNG:
        images->images_path = strdup(path);
        if (!images->images_path)
            return error_no_memory(error, path, strlen(path) + 1);
        return picture_file_read(source, path, is_quiet, digit, error) &&
               dataset_append(images, digit, 1, error);
    case IMAGE_FILE_UNKNOWN:
    case IMAGE_FILE_FOREIGN:
        break;
    }
    return image_file_reject(path, magic, size, error);
}

static bool predict_source(PredictCommand *command, GzipReader *source, const char *path,
                           Error *error) {
    const Options *options = command->options;
    const Engine *engine = engine_choose(options->config.is_reproducible);
    Dataset images = {0};
    Prediction *predictions = NULL;
    bool done =
        read_images(source, path, options->quiet, &images, error) &&
        (!options->labels || dataset_read_labels(options->labels, &images, error)) &&
        (predictions = memory_alloc(images.count, sizeof *predictions, path, error)) &&
        prediction_run(command->parameters, engine, &images, command->pool, predictions, error);
    if (done)
        print_predictions(command, path, &images, predictions);
    free(predictions);
    dataset_destroy(&images);
    return done;
}

// Prints the error of a file; the others are still predicted.
static void report_failure(PredictCommand *command, const Error *error) {
    command->has_failures = true;
    print_stderr("mnist-train: %s\n", error->text);
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

static bool predict_directory(PredictCommand *command, const char *directory, Error *error) {
    DirectoryNames names = {0};
    bool has_images = false;
    if (command->options->labels)
        return error_set(error, "--labels: expected a file after --predict, found the directory %s",
                         directory);
    if (!directory_list(directory, NULL, &names, error))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        char *path = directory_join(directory, "", names.entries[i]->d_name, error);
        if (!path) {
            directory_names_free(&names);
            return false;
        }
        if (is_image(path)) {
            predict_file(command, path);
            has_images = true;
        }
        free(path);
    }
    directory_names_free(&names);
    return has_images ||
           error_set(error, "%s: expected PNG, PNM or IDX images in it, found none", directory);
}

static void predict_all(PredictCommand *command, const OptionWords *paths) {
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->words[i];
        struct stat status;
        Error error;
        bool is_directory =
            strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
        if (!is_directory)
            predict_file(command, path);
        else if (!predict_directory(command, path, &error))
            report_failure(command, &error);
    }
}

bool cmd_predict(const Options *options, bool *has_failures, Error *error) {
    NetworkParameters *parameters = memory_alloc(1, sizeof *parameters, options->load, error);
    ClassNames classes = {0};
    PredictCommand command = {
        .options = options,
        .parameters = parameters,
        .classes = options->classes ? &classes : NULL,
    };
    gemm_use_one_thread();
    bool done = parameters && model_load(options->load, parameters, error) &&
                (!options->classes || class_names_read(options->classes, &classes, error)) &&
                (command.pool = thread_pool_create(1, error));
    if (done)
        predict_all(&command, &options->predict);
    *has_failures = command.has_failures;
    thread_pool_destroy(command.pool);
    free(parameters);
    return done;
}
