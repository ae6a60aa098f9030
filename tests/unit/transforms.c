#include "data/transforms.h"
#include "base/random.h"
#include "data/dataset.h"
#include "support/assert_near.h"
#include "support/drawn_dataset.h"
#include "support/made_dataset.h"
#include "support/sha256.h"
#include "support/test.h"
#include "support/transform_kind.h"

#include "golden/transforms.h"

#include <math.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

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

// No two rows or columns are equal, no pixel is 0.
static void make_image(uint8_t *image) {
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            image[y * SIDE + x] = (uint8_t)(1 + (y * 9 + x * 29) % 255);
    }
}

static void apply_one(TransformKind kind, float value, const uint8_t *image, uint8_t *result) {
    Transforms transforms = {0};
    transforms_add(&transforms, kind, 1.0);
    transforms_apply(&transforms, &(TransformParams){{value}}, image, result);
}

TEST(a_vertical_flip_reverses_the_rows_and_a_horizontal_flip_the_columns) {
    uint8_t image[MNIST_PIXELS], vertical[MNIST_PIXELS], horizontal[MNIST_PIXELS];
    make_image(image);
    apply_one(TRANSFORM_VFLIP, 1.0F, image, vertical);
    apply_one(TRANSFORM_HFLIP, 1.0F, image, horizontal);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            uint8_t pixel = image[y * SIDE + x];
            assert_int_equal(vertical[(SIDE - 1 - y) * SIDE + x], pixel);
            assert_int_equal(horizontal[y * SIDE + SIDE - 1 - x], pixel);
        }
    }
}

TEST(a_flip_applied_twice_restores_the_image) {
    uint8_t image[MNIST_PIXELS], once[MNIST_PIXELS], twice[MNIST_PIXELS];
    make_image(image);
    for (TransformKind kind = TRANSFORM_VFLIP; kind <= TRANSFORM_HFLIP; kind++) {
        apply_one(kind, 1.0F, image, once);
        assert_memory_not_equal(once, image, sizeof image);
        apply_one(kind, 1.0F, once, twice);
        assert_memory_equal(twice, image, sizeof image);
    }
}

TEST(a_flip_that_is_not_applied_keeps_the_image) {
    uint8_t image[MNIST_PIXELS], result[MNIST_PIXELS];
    make_image(image);
    for (TransformKind kind = TRANSFORM_VFLIP; kind <= TRANSFORM_HFLIP; kind++) {
        apply_one(kind, 0.0F, image, result);
        assert_memory_equal(result, image, sizeof image);
    }
}

TEST(both_flips_together_rotate_by_180_degrees) {
    uint8_t image[MNIST_PIXELS], flipped[MNIST_PIXELS], rotated[MNIST_PIXELS];
    make_image(image);
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.5);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.5);
    transforms_apply(&transforms, &(TransformParams){{1.0F, 1.0F}}, image, flipped);
    transforms_rotate(image, 180.0, rotated);
    assert_memory_equal(flipped, rotated, sizeof rotated);
}

TEST(a_rotation_by_90_degrees_is_counter_clockwise) {
    uint8_t image[MNIST_PIXELS], rotated[MNIST_PIXELS], back[MNIST_PIXELS];
    make_image(image);
    transforms_rotate(image, 90.0, rotated);
    for (size_t i = 0; i < SIDE; i++) // the right column becomes the top row
        assert_int_equal(rotated[i], image[i * SIDE + SIDE - 1]);
    transforms_rotate(rotated, -90.0, back);
    assert_memory_equal(back, image, sizeof image);
}

// A point of the image, in pixels from its upper left corner.
typedef struct {
    double x, y;
} Point;

// The point that the rotation moves to the centre of pixel (column, row), by the rotation matrix.
static Point rotation_source(double degrees, size_t column, size_t row) {
    const double angle = degrees * 3.14159265358979323846 / 180.0, centre = SIDE / 2.0;
    double right = (double)column + 0.5 - centre, down = (double)row + 0.5 - centre;
    return (Point){.x = centre + cos(angle) * right - sin(angle) * down,
                   .y = centre + sin(angle) * right + cos(angle) * down};
}

static bool is_between_pixels(Point point) {
    return fabs(point.x - round(point.x)) < 0.001 || fabs(point.y - round(point.y)) < 0.001;
}

static uint8_t pixel_at(const uint8_t *image, Point point) {
    if (!(point.x >= 0.0 && point.x < SIDE && point.y >= 0.0 && point.y < SIDE))
        return 0;
    return image[(size_t)point.y * SIDE + (size_t)point.x];
}

TEST(a_rotated_pixel_is_its_nearest_neighbour_in_the_source) {
    uint8_t image[MNIST_PIXELS], rotated[MNIST_PIXELS];
    make_image(image);
    for (double degrees = -400.0; degrees < 400.0; degrees += 0.7) {
        transforms_rotate(image, degrees, rotated);
        for (size_t i = 0; i < MNIST_PIXELS; i++) {
            Point source = rotation_source(degrees, i % SIDE, i / SIDE);
            if (!is_between_pixels(source) && rotated[i] != pixel_at(image, source))
                fail_msg("%g degrees, pixel %zu: expected %d, found %d", degrees, i,
                         pixel_at(image, source), rotated[i]);
        }
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

TEST(pixels_from_outside_the_image_are_0) {
    uint8_t white[MNIST_PIXELS], rotated[MNIST_PIXELS];
    memset(white, 255, sizeof white);
    for (double degrees = -360.0; degrees <= 360.0; degrees += 45.0) {
        bool is_diagonal = (int)degrees % 90 != 0;
        memset(rotated, 7, sizeof rotated);
        transforms_rotate(white, degrees, rotated);
        size_t inside = 0;
        for (size_t i = 0; i < MNIST_PIXELS; i++) {
            assert_true(rotated[i] == 0 || rotated[i] == 255);
            inside += rotated[i] == 255;
        }
        assert_int_equal(rotated[0], is_diagonal ? 0 : 255);
        assert_int_equal(rotated[MNIST_PIXELS - 1], is_diagonal ? 0 : 255);
        assert_int_equal(rotated[SIDE / 2 * SIDE + SIDE / 2], 255);
        // the octagon that both squares share, 2 (sqrt(2) - 1) of the area; its edges are jagged
        assert_in_range(inside, is_diagonal ? 630 : MNIST_PIXELS, is_diagonal ? 670 : MNIST_PIXELS);
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

static void check_kinds(const Transforms *transforms, size_t count, const Transform *expected) {
    assert_int_equal(transforms->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(transforms->list[i].kind, expected[i].kind);
        check_near("parameter", i, transforms->list[i].parameter, expected[i].parameter, 0);
    }
}

TEST(transforms_keep_the_order_in_which_they_were_added) {
    Transforms transforms = {0};
    const Transform expected[] = {
        {TRANSFORM_HFLIP, 0.5}, {TRANSFORM_ROTATE, 10.0}, {TRANSFORM_VFLIP, 0.25}};
    for (size_t i = 0; i < TRANSFORM_KINDS; i++) {
        transforms_add(&transforms, expected[i].kind, expected[i].parameter);
        check_kinds(&transforms, i + 1, expected);
    }
}

TEST(a_repeated_kind_replaces_the_earlier_one_and_comes_last) {
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 10.0);
    transforms_add(&transforms, TRANSFORM_ROTATE, 11.0);
    check_kinds(&transforms, 1, (Transform[]){{TRANSFORM_ROTATE, 11.0}});
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.1);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.2);
    transforms_add(&transforms, TRANSFORM_ROTATE, 12.0);
    const Transform first_repeated[] = {
        {TRANSFORM_VFLIP, 0.1}, {TRANSFORM_HFLIP, 0.2}, {TRANSFORM_ROTATE, 12.0}};
    check_kinds(&transforms, 3, first_repeated);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.3);
    const Transform middle_repeated[] = {
        {TRANSFORM_VFLIP, 0.1}, {TRANSFORM_ROTATE, 12.0}, {TRANSFORM_HFLIP, 0.3}};
    check_kinds(&transforms, 3, middle_repeated);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.4);
    assert_int_equal(transforms.count, 3);
    check_near("parameter", 2, transforms.list[2].parameter, 0.4, 0);
}

TEST(the_order_of_a_flip_and_a_rotation_matters) {
    uint8_t image[MNIST_PIXELS], left[MNIST_PIXELS], right[MNIST_PIXELS];
    make_image(image);
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 20.0);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.5);
    transforms_apply(&transforms, &(TransformParams){{20.0F, 1.0F}}, image, left);
    transforms_add(&transforms, TRANSFORM_ROTATE, 20.0);
    transforms_apply(&transforms, &(TransformParams){{1.0F, 20.0F}}, image, right);
    assert_memory_not_equal(left, right, sizeof left);
    uint8_t flipped[MNIST_PIXELS], expected[MNIST_PIXELS];
    apply_one(TRANSFORM_HFLIP, 1.0F, image, flipped);
    transforms_rotate(flipped, 20.0, expected);
    assert_memory_equal(right, expected, sizeof expected);
}

TEST(an_empty_list_draws_nothing_and_keeps_the_image) {
    uint8_t image[MNIST_PIXELS], result[MNIST_PIXELS];
    make_image(image);
    const Transforms none = {0};
    TransformParams params = {0};
    Random random, untouched;
    random_seed(&random, 5);
    random_seed(&untouched, 5);
    transforms_sample(&none, &random, &params);
    assert_int_equal(random_next64(&random), random_next64(&untouched));
    transforms_apply(&none, &params, image, result);
    assert_memory_equal(result, image, sizeof image);
}

TEST(each_transform_takes_one_32_bit_draw) {
    Transforms transforms = {0};
    Random random, other;
    random_seed(&random, 5);
    random_seed(&other, 5);
    for (TransformKind kind = 0; kind < TRANSFORM_KINDS; kind++) {
        TransformParams params;
        transforms_add(&transforms, kind, 0.0);
        transforms_sample(&transforms, &random, &params);
        for (size_t i = 0; i < transforms.count; i++)
            random_next32(&other);
        assert_int_equal(random_next64(&random), random_next64(&other));
    }
}

TEST(probability_0_never_flips_and_1_always_does) {
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.0);
    transforms_add(&transforms, TRANSFORM_HFLIP, 1.0);
    Random random;
    random_seed(&random, 3);
    for (int i = 0; i < 100000; i++) {
        TransformParams params;
        transforms_sample(&transforms, &random, &params);
        check_near("params.values", 0, params.values[0], 0.0F, 0);
        check_near("params.values", 1, params.values[1], 1.0F, 0);
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

TEST(angles_fill_the_range_and_stay_within_it) {
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 30.0);
    Random random;
    random_seed(&random, 3);
    float min = 0.0F, max = 0.0F;
    for (int i = 0; i < 100000; i++) {
        TransformParams params;
        transforms_sample(&transforms, &random, &params);
        min = params.values[0] < min ? params.values[0] : min;
        max = params.values[0] > max ? params.values[0] : max;
    }
    if (min < -30.0F || min > -29.9F || max < 29.9F || max > 30.0F)
        fail_msg("expected angles from -30 to 30, found %.9g to %.9g", (double)min, (double)max);
}

TEST(a_rotation_by_0_degrees_keeps_the_image) {
    uint8_t image[MNIST_PIXELS], result[MNIST_PIXELS];
    make_image(image);
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 0.0);
    Random random;
    TransformParams params;
    random_seed(&random, 3);
    transforms_sample(&transforms, &random, &params);
    check_near("params.values", 0, params.values[0], 0.0F, 0);
    transforms_apply(&transforms, &params, image, result);
    assert_memory_equal(result, image, sizeof image);
}

TEST(kinds_have_torchvisions_names) {
    assert_string_equal(transforms_name(TRANSFORM_ROTATE), "RandomRotation");
    assert_string_equal(transforms_name(TRANSFORM_VFLIP), "RandomVerticalFlip");
    assert_string_equal(transforms_name(TRANSFORM_HFLIP), "RandomHorizontalFlip");
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

TEST(a_parameter_of_minus_zero_is_described_as_0) {
    char text[TRANSFORMS_TEXT];
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, -0.0);
    transforms_describe(&transforms, text, sizeof text);
    assert_string_equal(text, "RandomRotation(0)");
}

TEST_PROGRAM(load_drawn, unload_drawn)
