#include "data/dataset.h"
#include "io/idx.h"
#include "support/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { IMAGES = 5 };

static void write_file(const char *folder, const char *name, const uint8_t *bytes, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    bool is_gzip = strcmp(name + strlen(name) - 3, ".gz") == 0;
    scratch_write(path, is_gzip ? gzip : bytes, is_gzip ? gzip_size : size);
    free(gzip);
}

static void write_images(const char *folder, const char *name, uint32_t count, uint32_t rows,
                         uint32_t columns) {
    const uint32_t shape[] = {count, rows, columns};
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 3, shape, &size);
    for (size_t i = 16; i < size; i++)
        bytes[i] = (uint8_t)(i / 784);
    write_file(folder, name, bytes, size);
    free(bytes);
}

static void write_labels(const char *folder, const char *name, uint32_t count, uint8_t highest) {
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 1, &count, &size);
    for (size_t i = 0; i < count; i++)
        bytes[8 + i] = (uint8_t)(highest - i % 3);
    write_file(folder, name, bytes, size);
    free(bytes);
}

static void check_loads(const char *folder, DatasetSplit split, const char *images_name) {
    Dataset dataset;
    Error error;
    if (!dataset_load(scratch_path(folder), split, 0, &dataset, &error))
        fail_msg("%s", error.text);
    assert_int_equal(dataset.count, IMAGES);
    assert_non_null(strstr(dataset.images_path, images_name));
    assert_int_equal(dataset.images[784], 1);
    const uint8_t labels[IMAGES] = {9, 8, 7, 9, 8};
    assert_memory_equal(dataset.labels, labels, IMAGES);
    dataset_destroy(&dataset);
}

static void check_refused(const char *folder, const char *words) {
    Dataset dataset;
    Error error;
    assert_false(dataset_load(scratch_path(folder), DATASET_TRAIN, 0, &dataset, &error));
    assert_null(dataset.images);
    assert_null(dataset.labels_path);
    if (!strstr(error.text, words))
        fail_msg("expected '%s' in: %s", words, error.text);
}

static void dataset_finds_every_form_of_the_names(void **state) {
    (void)state;
    const char *names[][2] = {
        {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
        {"train-images.idx3-ubyte", "train-labels.idx1-ubyte"},
        {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"},
        {"train-images.idx3-ubyte.gz", "train-labels.idx1-ubyte.gz"},
        {"train-images-idx3-ubyte", "train-labels.idx1-ubyte.gz"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char folder[16];
        snprintf(folder, sizeof folder, "names%zu", i);
        scratch_make_directory(folder);
        write_images(folder, names[i][0], IMAGES, 28, 28);
        write_labels(folder, names[i][1], IMAGES, 9);
        check_loads(folder, DATASET_TRAIN, names[i][0]);
    }
}

static void dataset_finds_the_test_files(void **state) {
    (void)state;
    scratch_make_directory("test");
    write_images("test", "t10k-images.idx3-ubyte", IMAGES, 28, 28);
    write_labels("test", "t10k-labels-idx1-ubyte.gz", IMAGES, 9);
    check_loads("test", DATASET_TEST, "t10k-images.idx3-ubyte");
}

static void dataset_finds_torchvisions_folder(void **state) {
    (void)state;
    scratch_make_directory("root/MNIST/raw");
    write_images("root/MNIST/raw", "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_labels("root/MNIST/raw", "train-labels-idx1-ubyte", IMAGES, 9);
    check_loads("root", DATASET_TRAIN, "root/MNIST/raw/train-images-idx3-ubyte");
    check_loads("root/", DATASET_TRAIN, "root/MNIST/raw/train-images-idx3-ubyte");
}

static void write_qmnist_labels(const char *name, uint32_t count, bool outside) {
    const uint32_t shape[] = {count, 8};
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_INT, 2, shape, &size);
    for (size_t i = 0; i < count; i++) {
        uint8_t *row = bytes + 12 + i * 32;
        row[3] = (uint8_t)(9 - i % 3);
        row[7] = 4; // the second column: the writers' series
    }
    bytes[12 + 2] = outside; // the first label becomes 256 + 9
    write_file("qmnist", name, bytes, size);
    free(bytes);
}

static void dataset_reads_qmnists_rows_of_labels(void **state) {
    (void)state;
    scratch_make_directory("qmnist");
    write_images("qmnist", "qmnist-train-images-idx3-ubyte.gz", IMAGES, 28, 28);
    write_qmnist_labels("qmnist-train-labels-idx2-int.gz", IMAGES, false);
    check_loads("qmnist", DATASET_TRAIN, "qmnist-train-images-idx3-ubyte.gz");
    write_images("qmnist", "qmnist-test-images-idx3-ubyte", IMAGES, 28, 28);
    write_qmnist_labels("qmnist-test-labels-idx2-int", IMAGES, false);
    check_loads("qmnist", DATASET_TEST, "qmnist-test-images-idx3-ubyte");
    write_qmnist_labels("qmnist-train-labels-idx2-int.gz", IMAGES, true);
    check_refused("qmnist", "expected labels from 0 to 9");
}

static void dataset_keeps_the_first_images_up_to_the_limit(void **state) {
    (void)state;
    scratch_make_directory("limit");
    write_images("limit", "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_labels("limit", "train-labels-idx1-ubyte", IMAGES, 9);
    Dataset dataset;
    Error error;
    assert_true(dataset_load(scratch_path("limit"), DATASET_TRAIN, 2, &dataset, &error));
    assert_int_equal(dataset.count, 2);
    assert_int_equal(dataset.labels[1], 8);
    dataset_destroy(&dataset);
    assert_true(dataset_load(scratch_path("limit"), DATASET_TRAIN, 100, &dataset, &error));
    assert_int_equal(dataset.count, IMAGES);
    dataset_destroy(&dataset);
}

static void dataset_names_both_ways_out_when_there_is_no_data(void **state) {
    (void)state;
    check_refused("nowhere", "No such file");
    check_refused("nowhere", "scripts/fetch-mnist.sh");
    check_refused("nowhere", "--data data/drawn");
    scratch_make_directory("bare");
    check_refused("bare", "expected train-images-idx3-ubyte or .gz in it");
    check_refused("bare", "scripts/fetch-mnist.sh");
    check_refused("bare", "--data data/drawn");
}

static void dataset_rejects_a_file_given_as_the_folder(void **state) {
    (void)state;
    scratch_write("file", "x", 1);
    check_refused("file", "expected");
}

static void dataset_rejects_images_without_labels(void **state) {
    (void)state;
    scratch_make_directory("alone");
    write_images("alone", "train-images-idx3-ubyte", IMAGES, 28, 28);
    check_refused("alone", "expected its labels beside it");
}

static void dataset_rejects_counts_that_differ(void **state) {
    (void)state;
    scratch_make_directory("counts");
    write_images("counts", "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_labels("counts", "train-labels-idx1-ubyte", IMAGES - 1, 9);
    check_refused("counts", "expected 5 labels, one for each image in");
}

static void dataset_rejects_images_of_another_size(void **state) {
    (void)state;
    scratch_make_directory("size");
    write_images("size", "train-images-idx3-ubyte", IMAGES, 27, 28);
    write_labels("size", "train-labels-idx1-ubyte", IMAGES, 9);
    check_refused("size", "expected images of 28x28 pixels, found 27x28");
}

static void dataset_rejects_a_label_of_ten(void **state) {
    (void)state;
    scratch_make_directory("ten");
    write_images("ten", "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_labels("ten", "train-labels-idx1-ubyte", IMAGES, 10);
    check_refused("ten", "expected labels from 0 to 9, found 10 at image 0");
}

static void dataset_rejects_images_where_labels_belong_and_the_other_way_round(void **state) {
    (void)state;
    scratch_make_directory("swapped");
    write_images("swapped", "train-images-idx3-ubyte", IMAGES, 28, 28);
    write_images("swapped", "train-labels-idx1-ubyte", IMAGES, 28, 28);
    check_refused("swapped", "expected labels (IDX magic 00000801), found 00000803");
    write_labels("swapped", "train-images-idx3-ubyte", IMAGES, 9);
    check_refused("swapped", "expected images (IDX magic 00000803), found 00000801");
}

static void dataset_rejects_a_set_without_images(void **state) {
    (void)state;
    scratch_make_directory("none");
    write_images("none", "train-images-idx3-ubyte", 0, 28, 28);
    write_labels("none", "train-labels-idx1-ubyte", 0, 9);
    check_refused("none", "expected at least one image, found none");
}

static void dataset_rejects_a_damaged_file(void **state) {
    (void)state;
    scratch_make_directory("damaged");
    scratch_write("damaged/train-images-idx3-ubyte.gz", "not gzip", 8);
    check_refused("damaged", "its labels");
    write_labels("damaged", "train-labels-idx1-ubyte", IMAGES, 9);
    check_refused("damaged", "expected an IDX file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dataset_finds_every_form_of_the_names),
        cmocka_unit_test(dataset_finds_the_test_files),
        cmocka_unit_test(dataset_finds_torchvisions_folder),
        cmocka_unit_test(dataset_reads_qmnists_rows_of_labels),
        cmocka_unit_test(dataset_keeps_the_first_images_up_to_the_limit),
        cmocka_unit_test(dataset_names_both_ways_out_when_there_is_no_data),
        cmocka_unit_test(dataset_rejects_a_file_given_as_the_folder),
        cmocka_unit_test(dataset_rejects_images_without_labels),
        cmocka_unit_test(dataset_rejects_counts_that_differ),
        cmocka_unit_test(dataset_rejects_images_of_another_size),
        cmocka_unit_test(dataset_rejects_a_label_of_ten),
        cmocka_unit_test(dataset_rejects_images_where_labels_belong_and_the_other_way_round),
        cmocka_unit_test(dataset_rejects_a_set_without_images),
        cmocka_unit_test(dataset_rejects_a_damaged_file),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
