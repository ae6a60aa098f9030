#include "base/number.h"
#include "base/terminal.h"
#include "base/thread_pool.h"
#include "commands.h"
#include "data/dataset.h"
#include "nn/network.h"
#include "output/preview.h"
#include "output/print.h"
#include "output_files.h"
#include "picture_file.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static void print_classes(const Dataset *dataset) {
    size_t counts[MNIST_CLASSES] = {0};
    for (size_t i = 0; i < dataset->count; i++)
        counts[dataset->labels[i]]++;
    print_stdout("  classes:   ");
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        if (c == MNIST_CLASSES / 2)
            print_stdout(",\n             ");
        else if (c > 0)
            print_stdout(",");
        print_stdout(" %zu: %zu", c, counts[c]);
    }
    print_stdout("\n");
}

// A histogram keeps the number of floating-point sums, and so their rounding error, small.
static void print_pixels(const Dataset *dataset) {
    uint64_t counts[UINT8_MAX + 1] = {0};
    size_t pixels = dataset->count * MNIST_PIXELS;
    for (size_t i = 0; i < dataset->count; i++) {
        uint8_t image[MNIST_PIXELS];
        dataset_image(dataset, i, image);
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            counts[image[p]]++;
    }
    double sum = 0.0;
    double squares = 0.0;
    for (int value = 0; value <= UINT8_MAX; value++) {
        double unit = value / 255.0;
        sum += unit * (double)counts[value];
        squares += unit * unit * (double)counts[value];
    }
    double mean = sum / (double)pixels;
    print_stdout("  pixels:     mean %.4f, standard deviation %.4f\n", mean,
                 sqrt(squares / (double)pixels - mean * mean));
}

// The paths of a loaded data set have a directory.
static void print_dataset(const char *split, const Dataset *dataset, const Transforms *transforms) {
    print_stdout("%s: %zu images of %dx%d pixels%s\n", split, dataset->count, MNIST_SIDE,
                 MNIST_SIDE, dataset->is_turned ? ", turned upright" : "");
    const char *images = strrchr(dataset->images_path, '/') + 1;
    const char *labels = strrchr(dataset->labels_path, '/') + 1;
    const size_t directory = (size_t)(images - 1 - dataset->images_path);
    print_stdout("  folder:     %.*s\n", (int)number_max(directory, 1), dataset->images_path);
    if (strcmp(dataset->images_path, dataset->labels_path) == 0)
        print_stdout("  files:      %s/0/*.png to %s/9/*.png\n", images, images);
    else
        print_stdout("  files:      %s, %s\n", images, labels);
    print_classes(dataset);
    print_pixels(dataset);
    print_stdout("  transforms: ");
    for (size_t i = 0; i < transforms->count; i++) {
        const Transform *transform = &transforms->list[i];
        print_stdout("%s(%g),\n", transforms_name(transform->kind), transform->parameter);
        print_stdout("%14s", "");
    }
    print_stdout("ToTensor()\n");
}

static void print_network(size_t batch_size) {
    const int d1 = (MNIST_PIXELS + 1) * NETWORK_HIDDEN; // weights and biases
    const int d2 = (NETWORK_HIDDEN + 1) * MNIST_CLASSES;
    print_stdout("Batch: images [%zu, 1, %d, %d], labels [%zu]\n", batch_size, MNIST_SIDE,
                 MNIST_SIDE, batch_size);
    print_stdout("Output of the network for it: [%zu, %d]\n", batch_size, MNIST_CLASSES);
    print_stdout("Network:\n");
    print_stdout("  d1        Linear(%d, %d)  %6d parameters\n", MNIST_PIXELS, NETWORK_HIDDEN, d1);
    print_stdout("  relu      ReLU()\n");
    print_stdout("  dropout   Dropout(%g)\n", NETWORK_DROPOUT);
    print_stdout("  d2        Linear(%d, %d)   %6d parameters\n", NETWORK_HIDDEN, MNIST_CLASSES,
                 d2);
    print_stdout("  softmax   Softmax()\n");
    print_stdout("  in all                     %6d parameters\n", d1 + d2);
}

// Prints the image that train_set[show] returns after torch.manual_seed(seed).
static bool show_image(const Options *options, const Dataset *train, Error *error) {
    if (options->show.number >= train->count)
        return error_set(error, "--show: expected an image from 0 to %zu, found %" PRIu64,
                         train->count - 1, options->show.number);
    size_t index = (size_t)options->show.number;
    Random random;
    uint8_t image[MNIST_PIXELS];
    random_seed(&random, options->config.seed);
    preview_image(train, index, &options->config.transforms, &random, image);
    Terminal terminal = terminal_detect(STDOUT_FILENO);
    preview_print(&terminal, image);
    print_stdout("Image %zu, label %d\n", index, train->labels[index]);
    return true;
}

// Prints a picture as the network sees it.
static bool show_picture(const Options *options, Error *error) {
    uint8_t digit[MNIST_PIXELS];
    GzipReader *source = gzip_reader_open(options->show.file, error);
    bool is_read =
        source && picture_file_read(source, options->show.file, options->quiet, digit, error);
    gzip_reader_close(source);
    if (!is_read)
        return false;
    Terminal terminal = terminal_detect(STDOUT_FILENO);
    preview_print(&terminal, digit);
    print_stdout("%s\n", options->show.file);
    return true;
}

static bool inspect_data(const Options *options, ThreadPool *pool, Dataset *train, Dataset *test,
                         Error *error) {
    static const Transforms none;
    const size_t limits[DATASET_SPLITS] = {[DATASET_TRAIN] = (size_t)options->train_limit,
                                           [DATASET_TEST] = (size_t)options->test_limit};
    if (!dataset_load(dataset_default_dir(options->data), limits, train,
                      options->info ? test : NULL, pool, error) ||
        !output_files_check_data(options, train, error) ||
        !output_files_check_data(options, test, error))
        return false;
    if (options->info) {
        print_dataset("Train", train, &options->config.transforms);
        print_dataset("Test", test, &none);
        print_network(number_min(options->config.batch_size, train->count));
    }
    if (options_given(options, "show") && !options->show.file && !show_image(options, train, error))
        return false;
    return !options->grid || preview_write_grid(options->grid, train, &options->config, error);
}

bool cmd_inspect(const Options *options, Error *error) {
    Dataset train = {0};
    Dataset test = {0};
    if (options->show.file && !show_picture(options, error))
        return false;
    if (options->show.file && !options->info && !options->grid)
        return true; // needs no data set
    ThreadPool *pool = thread_pool_create(options->threads == 1 ? 1 : 2, error);
    bool done = pool && inspect_data(options, pool, &train, &test, error);
    dataset_destroy(&train);
    dataset_destroy(&test);
    thread_pool_destroy(pool);
    return done;
}
