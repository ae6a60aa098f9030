#include "base/number.h"
#include "base/terminal.h"
#include "base/thread_pool.h"
#include "commands.h"
#include "data/dataset.h"
#include "output/info.h"
#include "output/preview.h"
#include "output/print.h"
#include "output_files.h"
#include "picture_file.h"

#include <inttypes.h>
#include <unistd.h>

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
        info_print_dataset("Train", train, &options->config.transforms);
        info_print_dataset("Test", test, &none);
        info_print_network(number_min(options->config.batch_size, train->count));
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
