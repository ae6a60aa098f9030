#include "data/transforms.h"
#include "base/random.h"
#include "data/dataset.h"
#include "support/datasets.h"
#include "support/sha256.h"
#include "support/test.h"
#include "support/transform_kind.h"

#include "golden/transforms.h"

#include <math.h>

enum { SIDE = MNIST_SIDE };

static Dataset drawn;
static uint8_t transformed[GOLDEN_TRANSFORMED][MNIST_PIXELS];

static int load_drawn(void **state) {
    (void)state;
    drawn = drawn_dataset(DATASET_TRAIN, GOLDEN_TRANSFORMED);
    return 0;
}

static int unload_drawn(void **state) {
    (void)state;
    dataset_destroy(&drawn);
    return 0;
}

static const uint8_t *drawn_image(size_t index) {
    return image_of(&drawn, index);
}

// Compares all transformed images with torchvision's. The message names the golden array and entry.
static void check_transformed(const char *array, size_t entry, const char *sha256) {
    char text[SHA256_TEXT];
    sha256_of_bytes(transformed[0], sizeof transformed, text);
    if (strcmp(text, sha256) != 0)
        fail_msg("%s[%zu]: expected pixels with SHA-256 %s, found %s", array, entry, sha256, text);
}

static Transforms transforms_of(const GoldenTransform *list, size_t count) {
    Transforms transforms = {0};
    for (size_t i = 0; i < count; i++)
        transforms_add(&transforms, transform_kind_of(list[i].name), list[i].parameter);
    return transforms;
}

TEST(rotations_are_torchvisions_pixel_for_pixel) {
    for (size_t i = 0; i < sizeof golden_rotations / sizeof *golden_rotations; i++) {
        for (size_t j = 0; j < GOLDEN_TRANSFORMED; j++)
            transforms_rotate(drawn_image(j), golden_rotations[i].degrees, transformed[j]);
        check_transformed("golden_rotations", i, golden_rotations[i].sha256);
    }
}

TEST(flips_are_torchvisions_pixel_for_pixel) {
    const TransformParams flips = {{1.0F}};
    for (size_t i = 0; i < sizeof golden_flips / sizeof *golden_flips; i++) {
        Transforms transforms = {0};
        transforms_add(&transforms, transform_kind_of(golden_flips[i].name), 0.5);
        for (size_t j = 0; j < GOLDEN_TRANSFORMED; j++)
            transforms_apply(&transforms, &flips, drawn_image(j), transformed[j]);
        check_transformed("golden_flips", i, golden_flips[i].sha256);
    }
}

TEST(sampled_values_and_their_order_are_torchvisions) {
    for (size_t i = 0; i < sizeof golden_changes / sizeof *golden_changes; i++) {
        const GoldenChange *golden = &golden_changes[i];
        Transforms transforms = transforms_of(golden->transforms, golden->transform_count);
        Random random;
        random_seed(&random, golden->seed);
        for (size_t j = 0; j < GOLDEN_TRANSFORMED; j++) {
            TransformParams params;
            transforms_sample(&transforms, &random, &params);
            transforms_apply(&transforms, &params, drawn_image(j), transformed[j]);
        }
        check_transformed("golden_changes", i, golden->sha256);
        assert_int_equal(random_next64(&random), golden->next);
    }
}

// To within 2^-52 of the C library's functions, which err by less than 2^-53.
TEST(sines_and_cosines_are_right_to_the_last_bits) {
    const double limit = 0x1p-52 + 0x1p-53;
    for (int i = -80000; i <= 80000; i++) {
        double angle = i * 1e-4;
        SinCos found = transforms_sin_cos(angle);
        if (!(fabs(found.sine - sin(angle)) <= limit && fabs(found.cosine - cos(angle)) <= limit))
            fail_msg("%.17g: expected %a and %a, found %a and %a", angle, sin(angle), cos(angle),
                     found.sine, found.cosine);
    }
}

TEST(a_rotation_stays_within_both_images) {
    uint8_t room[3 * MNIST_PIXELS], image[3 * MNIST_PIXELS];
    memset(image, 255, sizeof image);
    memset(image + MNIST_PIXELS, 100, MNIST_PIXELS);
    for (double degrees = -180.0; degrees <= 180.0; degrees += 0.5) {
        memset(room, 7, sizeof room);
        transforms_rotate(image + MNIST_PIXELS, degrees, room + MNIST_PIXELS);
        for (size_t i = 0; i < MNIST_PIXELS; i++) {
            assert_int_equal(room[i], 7);
            assert_true(room[MNIST_PIXELS + i] == 0 || room[MNIST_PIXELS + i] == 100);
            assert_int_equal(room[2 * MNIST_PIXELS + i], 7);
        }
    }
}

static bool flips(uint32_t word, double probability) {
    static uint32_t words[RANDOM_STATE_WORDS];
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_HFLIP, probability);
    Random random;
    TransformParams params;
    random_restore(&random, words, 0);
    random.output[0] = word;
    transforms_sample(&transforms, &random, &params);
    return params.values[0] == 1.0F;
}

TEST(a_flips_probability_is_rounded_to_float) {
    const uint32_t word = 0x123456; // the draw is word * 2^-24
    const double unit = (double)word / 0x1000000;
    assert_false(flips(word, unit)); // equal is not less
    assert_false(flips(word, unit + 1e-10));
    assert_true(flips(word, unit + 1.0 / 0x1000000));
    assert_false(flips(0, 0.0));
    assert_true(flips(0xFFFFFF, 1.0));
}

TEST(a_description_lists_the_transforms_in_order_and_is_cut_to_its_size) {
    const char longest[] = "RandomVerticalFlip(0.12345678), "
                           "RandomHorizontalFlip(1.2345678e-05), RandomRotation(359.98765)";
    char text[TRANSFORMS_TEXT] = "before";
    Transforms transforms = {0};
    transforms_describe(&transforms, text, sizeof text);
    assert_string_equal(text, "");
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.12345678);
    transforms_add(&transforms, TRANSFORM_HFLIP, 1.2345678e-5);
    transforms_add(&transforms, TRANSFORM_ROTATE, 359.98765);
    transforms_describe(&transforms, text, sizeof text);
    assert_string_equal(text, longest);
    for (size_t size = 1; size <= sizeof longest; size++) {
        memset(text, 'x', sizeof text);
        transforms_describe(&transforms, text, size);
        assert_memory_equal(text, longest, size - 1);
        assert_int_equal(text[size - 1], '\0');
        assert_int_equal(text[size], 'x');
    }
}

TEST_PROGRAM(load_drawn, unload_drawn)
