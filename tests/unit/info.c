#include "output/info.h"
#include "support/capture.h"
#include "support/datasets.h"
#include "support/test.h"

#include <unistd.h>

enum { IMAGES = 4 };

// One image is white and three are black.
static uint8_t images[IMAGES * MNIST_PIXELS];
static uint8_t labels[IMAGES] = {3, 0, 3, 9};

static const char *info_of(const char *split, const char *images_path, const char *labels_path,
                           const Transforms *transforms) {
    memset(images, 255, MNIST_PIXELS);
    Dataset dataset = made_dataset(images, labels, IMAGES);
    free(dataset.images_path);
    free(dataset.labels_path);
    dataset.images_path = strdup(images_path);
    dataset.labels_path = strdup(labels_path);
    capture_begin(STDOUT_FILENO);
    info_print_dataset(split, &dataset, transforms);
    fflush(stdout);
    dataset_destroy(&dataset);
    return capture_end();
}

TEST(the_images_are_described) {
    const Transforms none = {0};
    char path[] = "/data/images.gz";
    const char *text = info_of("Test", path, "/data/labels.gz", &none);
    assert_int_equal(count_of(text, "Test: 4 images of 28x28 pixels\n"), 1);
    assert_int_equal(count_of(text, " /data\n"), 1);
    assert_int_equal(count_of(text, " images.gz, labels.gz\n"), 1);
    assert_int_equal(
        count_of(text,
                 " 0: 1, 1: 0, 2: 0, 3: 2, 4: 0,\n              5: 0, 6: 0, 7: 0, 8: 0, 9: 1\n"),
        1);
    // sqrt(0.25 * 0.75)
    assert_int_equal(count_of(text, " mean 0.2500, standard deviation 0.4330\n"), 1);
    assert_int_equal(count_of(text, " transforms: ToTensor()\n"), 1);
}

TEST(an_image_folder_is_described_by_its_files) {
    const Transforms none = {0};
    const char *text = info_of("Train", "/data/train", "/data/train", &none);
    assert_int_equal(count_of(text, " /data\n"), 1);
    assert_int_equal(count_of(text, " train/0/*.png to train/9/*.png\n"), 1);
}

TEST(transforms_are_listed_before_totensor) {
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.5);
    char path[] = "/data/images.gz";
    const char *text = info_of("Test", path, "/data/labels.gz", &transforms);
    assert_int_equal(
        count_of(text, " transforms: RandomHorizontalFlip(0.5),\n              ToTensor()\n"), 1);
}

TEST(the_directory_of_a_bare_name_is_a_dot_and_that_of_a_file_in_the_root_a_slash) {
    const Transforms none = {0};
    char bare[] = "images.gz";
    char in_root[] = "/images.gz";
    assert_int_equal(count_of(info_of("Test", bare, "/data/labels.gz", &none), " .\n"), 1);
    assert_int_equal(count_of(info_of("Test", in_root, "/data/labels.gz", &none), " /\n"), 1);
}
