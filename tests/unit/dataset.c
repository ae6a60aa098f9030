#include "data/dataset.h"
#include "io/idx.h"
#include "support/datasets.h"
#include "support/scratch.h"
#include "support/test.h"

#include <unistd.h>

enum { IMAGES = 5 };

static void write_file(const char *directory, const char *name, const uint8_t *bytes, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    bool is_gzip = strcmp(name + strlen(name) - 3, ".gz") == 0;
    scratch_write(path, is_gzip ? gzip : bytes, is_gzip ? gzip_size : size);
    free(gzip);
}

static void write_images(const char *directory, const char *name, uint32_t count, uint32_t rows,
                         uint32_t columns) {
    const uint32_t shape[] = {count, rows, columns};
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 3, shape, &size);
    for (size_t i = 16; i < size; i++)
        bytes[i] = (uint8_t)(i / 784);
    write_file(directory, name, bytes, size);
    free(bytes);
}

static void write_labels(const char *directory, const char *name, uint32_t count, uint8_t highest) {
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 1, &count, &size);
    for (size_t i = 0; i < count; i++)
        bytes[8 + i] = (uint8_t)(highest - i % 3);
    write_file(directory, name, bytes, size);
    free(bytes);
}

static void check_rejected(const char *directory, const char *expected) {
    Dataset dataset;
    Error error;
    assert_false(load_split(scratch_path(directory), DATASET_TRAIN, 0, &dataset, &error));
    assert_null(dataset.encoded);
    assert_null(dataset.labels_path);
    text_after(error.text, expected);
}

static void write_qmnist_labels(const char *name, uint32_t count, uint8_t high_byte) {
    const uint32_t shape[] = {count, 8};
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_INT, 2, shape, &size);
    for (size_t i = 0; i < count; i++) {
        uint8_t *row = bytes + 12 + i * 32;
        row[3] = (uint8_t)(9 - i % 3);
        row[7] = 4; // the second column: the series of the writer
    }
    bytes[12] = high_byte; // of the first label, 9
    write_file("qmnist", name, bytes, size);
    free(bytes);
}

TEST(dataset_rejects_qmnist_labels_outside_the_classes) {
    scratch_make_directory("qmnist");
    write_images("qmnist", "qmnist-train-images-idx3-ubyte.gz", IMAGES, 28, 28);
    write_qmnist_labels("qmnist-train-labels-idx2-int.gz", IMAGES, 0x01);
    check_rejected("qmnist", "expected labels from 0 to 9, found 16777225 at image 0");
    write_qmnist_labels("qmnist-train-labels-idx2-int.gz", IMAGES, 0xff);
    check_rejected("qmnist", "expected labels from 0 to 9, found -16777207 at image 0");
}

TEST(dataset_names_a_file_that_cannot_be_accessed) {
    scratch_make_directory("loop");
    const char *path = scratch_path("loop/train-images-idx3-ubyte");
    assert_int_equal(symlink(path, path), 0);
    check_rejected("loop", "loop/train-images-idx3-ubyte: Too many levels of symbolic links");
}

// Writes training images of this count and size, and labels that count down by threes from
// `highest`.
static void write_split(const char *directory, uint32_t count, uint32_t rows, uint32_t columns,
                        uint32_t labels, uint8_t highest) {
    write_images(directory, "train-images-idx3-ubyte", count, rows, columns);
    write_labels(directory, "train-labels-idx1-ubyte", labels, highest);
}

TEST(dataset_rejects_files_that_are_not_mnists) {
    static const struct {
        uint32_t count, rows, columns, labels;
        uint8_t highest;
        const char *error;
    } rows[] = {
        {IMAGES, 28, 28, IMAGES - 1, 9,
         "/train-labels-idx1-ubyte: expected 5 labels, one for each"},
        {IMAGES, 28, 28, IMAGES + 1, 9, "rows/train-images-idx3-ubyte, found 6"},
        {IMAGES, 27, 28, IMAGES, 9, "ubyte: expected images of 28x28 pixels, found 27x28"},
        {IMAGES, 28, 29, IMAGES, 9, "ubyte: expected images of 28x28 pixels, found 28x29"},
        {IMAGES, 28, 28, IMAGES, 10, "ubyte: expected labels from 0 to 9, found 10 at image 0"},
        {0, 28, 28, 0, 9, "ubyte: expected at least one image, found none"},
    };
    const uint32_t shape[] = {IMAGES, 28, 28, 1};
    size_t size;
    scratch_make_directory("rows");
    scratch_make_directory("other");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_split("rows", rows[i].count, rows[i].rows, rows[i].columns, rows[i].labels,
                    rows[i].highest);
        check_rejected("rows", rows[i].error);
    }
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 4, shape, &size);
    write_split("other", IMAGES, 28, 28, IMAGES, 9);
    write_file("other", "train-images-idx3-ubyte", bytes, size);
    check_rejected("other", "expected images (IDX magic 00000803), found 00000804");
    free(bytes);
    write_labels("other", "train-images-idx3-ubyte", IMAGES, 9);
    check_rejected("other", "expected images (IDX magic 00000803), found 00000801");
    scratch_write("other/train-images-idx3-ubyte", "not IDX", 7);
    check_rejected("other", "expected an IDX file");
    write_images("other", "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_images("other", "train-labels-idx1-ubyte", IMAGES, 28, 28);
    check_rejected("other", "expected labels (IDX magic 00000801), found 00000803");
    scratch_delete("other/train-labels-idx1-ubyte");
    check_rejected("other", "expected labels in the same directory (train-labels-idx1-ubyte or "
                            ".gz), found none");
}

// The whole file must be valid, and so must the labels.
TEST(dataset_reads_beyond_the_limit) {
    const uint8_t byte = 0;
    scratch_make_directory("beyond");
    write_split("beyond", IMAGES, 28, 28, IMAGES, 9);
    Dataset dataset;
    Error error;
    for (size_t limit = 1; limit <= IMAGES + 1; limit++) {
        assert_true(load_split(scratch_path("beyond"), DATASET_TRAIN, limit, &dataset, &error));
        assert_int_equal(dataset.count, limit < IMAGES ? limit : IMAGES);
        assert_int_equal(image_of(&dataset, dataset.count - 1)[MNIST_PIXELS - 1], dataset.count);
        assert_int_equal(dataset.labels[dataset.count - 1], 9 - (dataset.count - 1) % 3);
        dataset_destroy(&dataset);
    }
    write_labels("beyond", "train-labels-idx1-ubyte", IMAGES, 10);
    assert_false(load_split(scratch_path("beyond"), DATASET_TRAIN, 1, &dataset, &error));
    write_labels("beyond", "train-labels-idx1-ubyte", IMAGES, 11);
    assert_false(load_split(scratch_path("beyond"), DATASET_TRAIN, 2, &dataset, &error));
    scratch_write("beyond/train-images-idx3-ubyte", &byte, 1);
    assert_false(load_split(scratch_path("beyond"), DATASET_TRAIN, 2, &dataset, &error));
    assert_null(dataset.encoded);
}

static void write_both_splits(const char *directory) {
    scratch_make_directory(directory);
    write_images(directory, "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_labels(directory, "train-labels-idx1-ubyte", IMAGES, 9);
    write_images(directory, "t10k-images-idx3-ubyte", IMAGES, 28, 28);
    write_labels(directory, "t10k-labels-idx1-ubyte", IMAGES, 5);
}

static bool load_both(const char *directory, size_t threads, Dataset *train, Dataset *test,
                      Error *error) {
    const size_t limits[DATASET_SPLITS] = {[DATASET_TRAIN] = 4, [DATASET_TEST] = 3};
    ThreadPool *pool = thread_pool_create(threads, error);
    assert_non_null(pool);
    bool loaded = dataset_load(scratch_path(directory), limits, train, test, pool, error);
    thread_pool_destroy(pool);
    return loaded;
}

TEST(both_splits_load_each_with_its_limit_on_any_number_of_threads) {
    write_both_splits("both");
    for (size_t threads = 1; threads <= 3; threads++) {
        Dataset train, test;
        Error error;
        if (!load_both("both", threads, &train, &test, &error))
            fail_msg("%s", error.text);
        assert_int_equal(train.count, 4);
        assert_int_equal(train.labels[0], 9);
        assert_int_equal(test.count, 3);
        assert_int_equal(test.labels[0], 5);
        dataset_destroy(&train);
        dataset_destroy(&test);
    }
}

static void check_both_rejected(const char *directory, const char *expected) {
    for (size_t threads = 1; threads <= 2; threads++) {
        Dataset train, test;
        Error error;
        assert_false(load_both(directory, threads, &train, &test, &error));
        assert_null(train.encoded);
        assert_null(test.encoded);
        text_after(error.text, expected);
    }
}

TEST(both_splits_are_empty_if_one_fails_and_the_training_splits_error_comes_first) {
    write_both_splits("fails");
    write_labels("fails", "t10k-labels-idx1-ubyte", IMAGES, 11);
    check_both_rejected("fails", "t10k-labels-idx1-ubyte: expected labels from 0 to 9, found 11");
    write_labels("fails", "train-labels-idx1-ubyte", IMAGES, 12);
    check_both_rejected("fails", "train-labels-idx1-ubyte: expected labels from 0 to 9, found 12");
    write_labels("fails", "t10k-labels-idx1-ubyte", IMAGES, 9);
    check_both_rejected("fails", "train-labels-idx1-ubyte: expected labels from 0 to 9, found 12");
}

static DatasetId id_of(const char *directory, size_t limit) {
    Dataset dataset;
    Error error;
    assert_true(load_split(scratch_path(directory), DATASET_TRAIN, limit, &dataset, &error));
    DatasetId id = dataset_id(&dataset);
    dataset_destroy(&dataset);
    return id;
}

TEST(an_id_is_the_number_of_images_and_the_crc_of_images_and_labels) {
    scratch_make_directory("id");
    write_images("id", "train-images.idx3-ubyte.gz", IMAGES, 28, 28);
    write_labels("id", "train-labels.idx1-ubyte", IMAGES, 9);
    // Python: zlib.crc32(bytes((16 + i) // 784 for i in range(784 * N)) + bytes([9, 8, 7, 9,
    // 8][:N]))
    DatasetId all = id_of("id", 0);
    assert_int_equal(all.images, IMAGES);
    assert_int_equal(all.checksum, 0x2dcf73fb);
    DatasetId two = id_of("id", 2);
    assert_int_equal(two.images, 2);
    assert_int_equal(two.checksum, 0x6ddcb5d5);
}

// Headers whose values are missing: the error is that of the header, so no value was read.
TEST(dataset_checks_a_header_before_it_reads_the_values) {
    const uint8_t images[] = {0, 0, 8, 3, 0, 0, 1, 0, 0, 0, 0, 29, 0, 0, 0, 28};
    const uint8_t labels[] = {0, 0, 8, 1, 0xff, 0, 0, 0};
    const uint8_t columns[] = {0, 0, 12, 2, 0, 0, 0, IMAGES, 0xff, 0, 0, 0};
    scratch_make_directory("promises");
    write_labels("promises", "train-labels-idx1-ubyte", IMAGES, 9);
    scratch_write("promises/train-images-idx3-ubyte", images, sizeof images);
    check_rejected("promises", "expected images of 28x28 pixels, found 29x28");
    write_images("promises", "train-images-idx3-ubyte", IMAGES, 28, 28);
    scratch_write("promises/train-labels-idx1-ubyte", labels, sizeof labels);
    check_rejected("promises", "expected 5 labels, one for each image in");
    scratch_write("promises/train-labels-idx1-ubyte", columns, sizeof columns);
    check_rejected("promises", "expected at most 8 columns in QMNIST's labels, found 4278190080");
}

TEST_PROGRAM(scratch_create, scratch_remove)
