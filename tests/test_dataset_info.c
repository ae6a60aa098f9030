// The summaries of the data (dataset_info) and of the network (network_info).
#include "report/dataset_info.h"
#include "report/network_info.h"
#include "support/capture.h"
#include "support/markup.h"
#include "support/test_group.h"

#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Three images, all pixels 0, 0 and 255: the mean is 1 / 3 and the standard deviation
// sqrt(1 / 3 - 1 / 9) = sqrt(2) / 3 = 0.4714.
static const char *print(char *images_path, const Transforms *transforms) {
    static uint8_t images[3 * MNIST_PIXELS];
    static uint8_t labels[] = {7, 2, 7};
    static char labels_path[] = "data/labels";
    const Dataset dataset = {.count = 3,
                             .images = images,
                             .labels = labels,
                             .images_path = images_path,
                             .labels_path = labels_path};
    memset(images + (size_t)2 * MNIST_PIXELS, 255, MNIST_PIXELS);
    capture_begin(STDOUT_FILENO);
    dataset_info_print("Train", &dataset, transforms);
    return capture_end();
}

static void a_data_set_has_files_classes_pixels_and_transforms(void **state) {
    (void)state;
    char path[] = "some/where/images";
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 10);
    assert_string_equal(print(path, &transforms),
                        "Train: 3 images of 28x28 pixels\n"
                        "  folder:     some/where\n"
                        "  files:      images, labels\n"
                        "  classes:    0: 0, 1: 0, 2: 1, 3: 0, 4: 0, 5: 0, 6: 0, 7: 2, 8: 0, 9: 0\n"
                        "  pixels:     mean 0.3333, standard deviation 0.4714\n"
                        "  transforms: RandomRotation(10), ToTensor()\n");
}

static void the_directory_may_be_the_root_or_the_current_one(void **state) {
    (void)state;
    const Transforms none = {0};
    char root[] = "/images";
    char current[] = "images";
    text_after(print(root, &none), "  folder:     /\n");
    text_after(print(current, &none), "  folder:     .\n");
    text_after(print(current, &none), "  transforms: ToTensor()\n");
}

// 784 * 128 + 128 = 100480; 128 * 10 + 10 = 1290.
static void the_network_has_shapes_layers_and_parameters(void **state) {
    (void)state;
    capture_begin(STDOUT_FILENO);
    network_info_print(50);
    assert_string_equal(capture_end(), "Batch: images [50, 1, 28, 28], labels [50]\n"
                                       "Output of the network for it: [50, 10]\n"
                                       "Network:\n"
                                       "  d1        Linear(784, 128)  100480 parameters\n"
                                       "  relu      ReLU()\n"
                                       "  dropout   Dropout(0.2)\n"
                                       "  d2        Linear(128, 10)     1290 parameters\n"
                                       "  softmax   Softmax()\n"
                                       "  in all                     101770 parameters\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_set_has_files_classes_pixels_and_transforms),
        cmocka_unit_test(the_directory_may_be_the_root_or_the_current_one),
        cmocka_unit_test(the_network_has_shapes_layers_and_parameters),
    };
    return test_group_run(tests, NULL, NULL);
}
