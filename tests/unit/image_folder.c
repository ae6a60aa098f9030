#include "data/image_folder.h"
#include "data/dataset.h"
#include "io/idx.h"
#include "pictures/png.h"
#include "support/datasets.h"
#include "support/scratch.h"
#include "support/test.h"

#include <sys/stat.h>

enum { MAX_THREADS = 4 };

static void write_png(const char *path, const uint8_t *pixels, size_t width, size_t height,
                      PngColours colours) {
    uint8_t *png;
    size_t size;
    Error error;
    assert_true(png_encode(pixels, width, height, colours, &png, &size, &error));
    scratch_write(path, png, size);
    free(png);
}

// Makes ten directories of classes.
static void make_classes(const char *directory) {
    for (int class = 0; class < MNIST_CLASSES; class ++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%d", directory, class);
        scratch_make_directory(path);
    }
}

// Writes a grey image of 28x28 whose pixels have this value.
static void write_grey(const char *path, uint8_t value) {
    uint8_t pixels[MNIST_PIXELS];
    memset(pixels, value, sizeof pixels);
    write_png(path, pixels, MNIST_SIDE, MNIST_SIDE, PNG_GREY);
}

// Loads a split of a directory with image folders or IDX files; NULL: not asked for.
static bool load_both(const char *directory, size_t threads, Dataset *train, Dataset *test,
                      Error *error) {
    static const size_t no_limits[DATASET_SPLITS];
    ThreadPool *pool = thread_pool_create(threads, error);
    assert_non_null(pool);
    bool is_loaded = dataset_load(scratch_path(directory), no_limits, train, test, pool, error);
    thread_pool_destroy(pool);
    return is_loaded;
}

static bool load(const char *directory, size_t threads, size_t limit, Dataset *dataset,
                 Error *error) {
    *dataset = (Dataset){.images_path = strdup(scratch_path(directory))};
    ThreadPool *pool = thread_pool_create(threads, error);
    assert_non_null(pool);
    bool is_loaded = image_folder_load(limit, pool, dataset, error);
    thread_pool_destroy(pool);
    return is_loaded;
}

// Checks the values of the images, each uniform, and their labels.
static void check_loaded(const char *directory, size_t limit, size_t count, const uint8_t *values,
                         const uint8_t *labels) {
    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        Dataset folder;
        Error error;
        if (!load(directory, threads, limit, &folder, &error))
            fail_msg("%s", error.text);
        assert_int_equal(folder.count, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(image_of(&folder, i)[0], values[i]);
            assert_int_equal(image_of(&folder, i)[MNIST_PIXELS - 1], values[i]);
        }
        assert_memory_equal(folder.labels, labels, count);
        dataset_destroy(&folder);
    }
}

static void check_rejected(const char *directory, const char *expected) {
    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        Dataset folder;
        Error error = {{0}};
        assert_false(load(directory, threads, 0, &folder, &error));
        dataset_destroy(&folder);
        text_after(error.text, expected);
    }
}

// Writes the images of a data set, the last first.
static void write_folder(const char *directory, const Dataset *dataset) {
    make_classes(directory);
    for (size_t i = dataset->count; i-- > 0;) {
        char path[64];
        snprintf(path, sizeof path, "%s/%d/%05zu.png", directory, dataset->labels[i], i);
        write_png(path, image_of(dataset, i), MNIST_SIDE, MNIST_SIDE, PNG_GREY);
    }
}

// As torchvision's ImageFolder: the images of a class follow each other.
static void check_sorted(const Dataset *found, const Dataset *expected) {
    size_t next = 0;
    assert_int_equal(found->count, expected->count);
    for (uint8_t class = 0; class < MNIST_CLASSES; class ++) {
        for (size_t i = 0; i < expected->count; i++) {
            if (expected->labels[i] != class)
                continue;
            assert_int_equal(found->labels[next], class);
            assert_memory_equal(image_of(found, next), image_of(expected, i), MNIST_PIXELS);
            next++;
        }
    }
    assert_int_equal(next, found->count);
}

TEST(the_drawn_digits_are_the_same_from_idx_files_and_from_folders) {
    Dataset train = drawn_dataset(DATASET_TRAIN, 1000);
    Dataset test = drawn_dataset(DATASET_TEST, 200);
    write_folder("drawn/training", &train);
    write_folder("drawn/test", &test);
    for (size_t threads = 1; threads <= MAX_THREADS; threads += 3) {
        Dataset found_train, found_test;
        Error error;
        if (!load_both("drawn", threads, &found_train, &found_test, &error))
            fail_msg("%s", error.text);
        check_sorted(&found_train, &train);
        check_sorted(&found_test, &test);
        assert_string_equal(found_train.images_path, scratch_path("drawn/training"));
        assert_string_equal(found_train.labels_path, found_train.images_path);
        dataset_destroy(&found_train);
        dataset_destroy(&found_test);
    }
    dataset_destroy(&train);
    dataset_destroy(&test);
}

// Each of the names is that of one split only.
TEST(a_folder_has_one_of_two_names_for_each_split) {
    static const char *const names[] = {"train", "training", "test", "testing"};
    for (size_t i = 0; i < 2 * sizeof names / sizeof *names; i++) {
        char directory[32], path[64];
        Dataset dataset;
        Error error;
        bool is_train = i / 4 == 0;
        snprintf(directory, sizeof directory, "names%zu", i);
        snprintf(path, sizeof path, "%s/%s", directory, names[i % 4]);
        make_classes(path);
        snprintf(path, sizeof path, "%s/%s/7/a.png", directory, names[i % 4]);
        write_grey(path, 1);
        bool is_loaded =
            load_both(directory, 1, is_train ? &dataset : NULL, is_train ? NULL : &dataset, &error);
        assert_int_equal(is_loaded, is_train == (i % 4 < 2));
        if (is_loaded)
            assert_int_equal(dataset.labels[0], 7);
        dataset_destroy(&dataset);
    }
}

TEST(images_are_in_the_order_of_classes_then_of_names) {
    static const char *const names[] = {"0/10.png", "0/2.png", "0/B.PNG", "0/a.png",
                                        "0/b.png",  "3/x.png", "9/a.png"};
    static const uint8_t values[] = {1, 2, 3, 4, 5, 6, 7}, labels[] = {0, 0, 0, 0, 0, 3, 9};
    make_classes("order");
    for (uint8_t i = 7; i-- > 0;) {
        char path[64];
        snprintf(path, sizeof path, "order/%s", names[i]);
        write_grey(path, values[i]);
    }
    check_loaded("order", 0, 7, values, labels);
    check_loaded("order", 6, 6, values, labels);
    check_loaded("order", 1, 1, values, labels);
    check_loaded("order", 8, 7, values, labels);
}

TEST(other_files_and_hidden_ones_are_skipped) {
    make_classes("other");
    scratch_write("other/notes.txt", "a", 1);
    scratch_write("other/4/.DS_Store", "a", 1);
    scratch_write("other/4/._a.png", "a", 1);
    scratch_write("other/4/a.txt", "a", 1);
    scratch_write("other/4/png", "a", 1);
    scratch_make_directory("other/10");
    write_grey("other/10/a.png", 1);
    write_grey("other/4/a.png", 2);
    check_loaded("other", 0, 1, (const uint8_t[]){2}, (const uint8_t[]){4});
}

TEST(the_first_image_of_another_size_is_named) {
    static const uint8_t pixels[32 * 32];
    make_classes("sizes");
    for (int class = 0; class < MNIST_CLASSES; class ++) {
        for (int i = 0; i < 10; i++) {
            char path[64];
            snprintf(path, sizeof path, "sizes/%d/%d.png", class, i);
            write_grey(path, 1);
        }
    }
    write_png("sizes/8/3.png", pixels, 32, 32, PNG_GREY);
    check_rejected("sizes", "sizes/8/3.png: expected an image of 28x28 pixels, found 32x32");
    write_png("sizes/4/9.png", pixels, 28, 27, PNG_GREY);
    check_rejected("sizes", "sizes/4/9.png: expected an image of 28x28 pixels, found 28x27");
    write_png("sizes/4/2.png", pixels, 1, 28, PNG_GREY);
    check_rejected("sizes", "sizes/4/2.png: expected an image of 28x28 pixels, found 1x28");
    scratch_write("sizes/0/0.png", "\xff\xd8\xff\xe0", 4);
    check_rejected("sizes", "sizes/0/0.png: expected a PNG file, found JPEG");
}

TEST(a_directory_named_png_is_rejected) {
    make_classes("special");
    scratch_make_directory("special/5/a.png");
    check_rejected("special", "special/5/a.png: Is a directory");
}

TEST(a_pipe_named_png_is_rejected) {
    make_classes("pipe");
    assert_int_equal(mkfifo(scratch_path("pipe/2/a.png"), 0600), 0);
    check_rejected("pipe", "pipe/2/a.png: expected a PNG file, found a named pipe");
}

TEST(missing_classes_and_empty_folders_are_rejected) {
    scratch_make_directory("missing/0");
    write_grey("missing/0/a.png", 1);
    check_rejected("missing", "cannot open ");
    check_rejected("missing", "missing/1: No such file or directory");
    make_classes("empty");
    check_rejected("empty", "empty: expected PNG images in its folders 0 to 9, found none");
}

// The two directories may lie side by side: --data data/drawn must not change with them.
TEST(idx_files_are_preferred_to_folders) {
    const uint32_t shape[] = {2, MNIST_SIDE, MNIST_SIDE};
    size_t images_size, labels_size;
    uint8_t *images = idx_bytes(IDX_UNSIGNED_BYTE, 3, shape, &images_size);
    uint8_t *labels = idx_bytes(IDX_UNSIGNED_BYTE, 1, shape, &labels_size);
    Dataset train;
    Error error;
    make_classes("both/train");
    write_grey("both/train/0/a.png", 1);
    scratch_write("both/train-images-idx3-ubyte", images, images_size);
    scratch_write("both/train-labels-idx1-ubyte", labels, labels_size);
    assert_true(load_both("both", 1, &train, NULL, &error));
    assert_int_equal(train.count, 2);
    dataset_destroy(&train);
    free(images);
    free(labels);
}

TEST(a_split_without_a_folder_is_an_error) {
    Dataset train, test;
    Error error;
    make_classes("half/train");
    write_grey("half/train/0/a.png", 1);
    assert_false(load_both("half", 2, &train, &test, &error));
    assert_null(train.encoded);
    assert_null(train.images_path);
    assert_non_null(strstr(error.text, "half: expected t10k-images-idx3-ubyte or .gz, or image "
                                       "folders test/0 to 9, in it, found train;"));
    assert_true(load_both("half", 2, &train, NULL, &error));
    assert_int_equal(train.count, 1);
    dataset_destroy(&train);
}

TEST_PROGRAM(scratch_create, scratch_remove)
