#include "base/random.h"
#include "data/dataset.h"
#include "data/transforms.h"
#include "support/real_mnist.h"
#include "support/sha256.h"

#include "golden/transforms.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIDE = MNIST_SIDE };

static Dataset mnist;
static uint8_t changed[GOLDEN_TURNED][MNIST_PIXELS];

static int load_mnist(void **state) {
    (void)state;
    const char *folder = real_mnist_dir();
    Error error;
    if (folder && !dataset_load(folder, DATASET_TRAIN, GOLDEN_TURNED, &mnist, &error)) {
        print_error("%s\n", error.text);
        return 1;
    }
    return 0;
}

static int unload_mnist(void **state) {
    (void)state;
    dataset_destroy(&mnist);
    return 0;
}

static const uint8_t *mnist_image(size_t index) {
    if (!mnist.images)
        skip();
    return mnist.images + index * MNIST_PIXELS;
}

// Of the changed images against PyTorch's; what: which of the golden metrics.
static void check_changed(const char *what, size_t place, const char *sha256) {
    char text[SHA256_TEXT];
    sha256_of_bytes(changed[0], sizeof changed, text);
    if (strcmp(text, sha256) != 0)
        fail_msg("%s %zu: expected pixels of SHA-256 %s, found %s", what, place, sha256, text);
}

static TransformKind kind_of(const char *name) {
    for (TransformKind kind = 0; kind < TRANSFORM_KINDS; kind++) {
        if (strcmp(transforms_name(kind), name) == 0)
            return kind;
    }
    fail_msg("no transform is called %s", name);
    return TRANSFORM_KINDS;
}

static Transforms transforms_of(const GoldenTransform *list, size_t count) {
    Transforms transforms = {0};
    for (size_t i = 0; i < count; i++)
        transforms_add(&transforms, kind_of(list[i].name), list[i].amount);
    return transforms;
}

static void rotations_are_torchvisions_pixel_for_pixel(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof golden_rotations / sizeof *golden_rotations; i++) {
        for (size_t j = 0; j < GOLDEN_TURNED; j++)
            transforms_rotate(mnist_image(j), golden_rotations[i].degrees, changed[j]);
        check_changed("rotation", i, golden_rotations[i].sha256);
    }
}

static void flips_are_torchvisions_pixel_for_pixel(void **state) {
    (void)state;
    const TransformParams flips = {{1.0F}};
    for (size_t i = 0; i < sizeof golden_flips / sizeof *golden_flips; i++) {
        Transforms transforms = {0};
        transforms_add(&transforms, kind_of(golden_flips[i].name), 0.5);
        for (size_t j = 0; j < GOLDEN_TURNED; j++)
            transforms_apply(&transforms, &flips, mnist_image(j), changed[j]);
        check_changed("flip", i, golden_flips[i].sha256);
    }
}

static void draws_and_their_order_are_torchvisions(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof golden_changes / sizeof *golden_changes; i++) {
        const GoldenChange *golden = &golden_changes[i];
        Transforms transforms = transforms_of(golden->transforms, golden->transform_count);
        Random random;
        random_seed(&random, golden->seed);
        for (size_t j = 0; j < GOLDEN_TURNED; j++) {
            TransformParams draws;
            transforms_sample(&transforms, &random, &draws);
            transforms_apply(&transforms, &draws, mnist_image(j), changed[j]);
        }
        check_changed("change", i, golden->sha256);
        assert_true(random_next64(&random) == golden->next);
    }
}

// No two rows or columns alike, no pixel 0.
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

static void a_vertical_flip_turns_the_rows_around_and_a_horizontal_one_the_columns(void **state) {
    (void)state;
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

static void a_flip_made_twice_is_the_image(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], once[MNIST_PIXELS], twice[MNIST_PIXELS];
    make_image(image);
    for (TransformKind kind = TRANSFORM_VFLIP; kind <= TRANSFORM_HFLIP; kind++) {
        apply_one(kind, 1.0F, image, once);
        assert_memory_not_equal(once, image, sizeof image);
        apply_one(kind, 1.0F, once, twice);
        assert_memory_equal(twice, image, sizeof image);
    }
}

static void a_flip_that_was_not_drawn_is_the_image(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], result[MNIST_PIXELS];
    make_image(image);
    for (TransformKind kind = TRANSFORM_VFLIP; kind <= TRANSFORM_HFLIP; kind++) {
        apply_one(kind, 0.0F, image, result);
        assert_memory_equal(result, image, sizeof image);
    }
}

static void both_flips_are_half_a_turn(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], flipped[MNIST_PIXELS], turned[MNIST_PIXELS];
    make_image(image);
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.5);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.5);
    transforms_apply(&transforms, &(TransformParams){{1.0F, 1.0F}}, image, flipped);
    transforms_rotate(image, 180.0, turned);
    assert_memory_equal(flipped, turned, sizeof turned);
}

static void a_quarter_turn_goes_counter_clockwise(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], turned[MNIST_PIXELS], back[MNIST_PIXELS];
    make_image(image);
    transforms_rotate(image, 90.0, turned);
    for (size_t i = 0; i < SIDE; i++) // the right column becomes the top row
        assert_int_equal(turned[i], image[i * SIDE + SIDE - 1]);
    transforms_rotate(turned, -90.0, back);
    assert_memory_equal(back, image, sizeof image);
}

// Where the centre of a pixel of the turned image lies in the image.
typedef struct {
    double column, row;
} Place;

static Place find_place(double degrees, size_t x, size_t y) {
    const double turn = degrees * 3.14159265358979323846 / 180.0, centre = SIDE / 2.0;
    double right = (double)x + 0.5 - centre, down = (double)y + 0.5 - centre;
    return (Place){.column = centre + cos(turn) * right - sin(turn) * down,
                   .row = centre + sin(turn) * right + cos(turn) * down};
}

static bool is_between_pixels(Place place) {
    return fabs(place.column - round(place.column)) < 0.001 ||
           fabs(place.row - round(place.row)) < 0.001;
}

static uint8_t pixel_at(const uint8_t *image, Place place) {
    if (!(place.column >= 0.0 && place.column < SIDE && place.row >= 0.0 && place.row < SIDE))
        return 0;
    return image[(size_t)place.row * SIDE + (size_t)place.column];
}

static void a_pixel_is_the_one_on_which_its_centre_falls(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], turned[MNIST_PIXELS];
    make_image(image);
    for (double degrees = -400.0; degrees < 400.0; degrees += 0.7) {
        transforms_rotate(image, degrees, turned);
        for (size_t i = 0; i < MNIST_PIXELS; i++) {
            Place place = find_place(degrees, i % SIDE, i / SIDE);
            if (!is_between_pixels(place) && turned[i] != pixel_at(image, place))
                fail_msg("by %g degrees, pixel %zu: expected %d, found %d", degrees, i,
                         pixel_at(image, place), turned[i]);
        }
    }
}

static void what_comes_from_outside_is_0(void **state) {
    (void)state;
    uint8_t white[MNIST_PIXELS], turned[MNIST_PIXELS];
    memset(white, 255, sizeof white);
    for (double degrees = -360.0; degrees <= 360.0; degrees += 45.0) {
        bool diagonal = (int)degrees % 90 != 0;
        memset(turned, 7, sizeof turned);
        transforms_rotate(white, degrees, turned);
        size_t inside = 0;
        for (size_t i = 0; i < MNIST_PIXELS; i++) {
            assert_true(turned[i] == 0 || turned[i] == 255);
            inside += turned[i] == 255;
        }
        assert_int_equal(turned[0], diagonal ? 0 : 255);
        assert_int_equal(turned[MNIST_PIXELS - 1], diagonal ? 0 : 255);
        assert_int_equal(turned[SIDE / 2 * SIDE + SIDE / 2], 255);
        // an octagon: 2 (sqrt(2) - 1) of the square, but for its jagged edges
        assert_in_range(inside, diagonal ? 630 : MNIST_PIXELS, diagonal ? 670 : MNIST_PIXELS);
    }
}

static void nothing_is_written_or_read_beside_the_images(void **state) {
    (void)state;
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
        assert_true(transforms->list[i].amount == expected[i].amount);
    }
}

static void transforms_stand_in_the_order_in_which_they_were_added(void **state) {
    (void)state;
    Transforms transforms = {0};
    const Transform expected[] = {
        {TRANSFORM_HFLIP, 0.5}, {TRANSFORM_ROTATE, 10.0}, {TRANSFORM_VFLIP, 0.25}};
    for (size_t i = 0; i < TRANSFORM_KINDS; i++) {
        transforms_add(&transforms, expected[i].kind, expected[i].amount);
        check_kinds(&transforms, i + 1, expected);
    }
}

static void a_repeated_kind_counts_anew_and_comes_last(void **state) {
    (void)state;
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 10.0);
    transforms_add(&transforms, TRANSFORM_ROTATE, 11.0);
    check_kinds(&transforms, 1, (Transform[]){{TRANSFORM_ROTATE, 11.0}});
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.1);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.2);
    transforms_add(&transforms, TRANSFORM_ROTATE, 12.0);
    const Transform first_again[] = {
        {TRANSFORM_VFLIP, 0.1}, {TRANSFORM_HFLIP, 0.2}, {TRANSFORM_ROTATE, 12.0}};
    check_kinds(&transforms, 3, first_again);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.3);
    const Transform middle_again[] = {
        {TRANSFORM_VFLIP, 0.1}, {TRANSFORM_ROTATE, 12.0}, {TRANSFORM_HFLIP, 0.3}};
    check_kinds(&transforms, 3, middle_again);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.4);
    assert_int_equal(transforms.count, 3);
    assert_true(transforms.list[2].amount == 0.4);
}

static void the_order_of_a_flip_and_a_rotation_matters(void **state) {
    (void)state;
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

static void no_transforms_draw_nothing_and_change_nothing(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], result[MNIST_PIXELS];
    make_image(image);
    const Transforms none = {0};
    TransformParams draws = {0};
    Random random, untouched;
    random_seed(&random, 5);
    random_seed(&untouched, 5);
    transforms_sample(&none, &random, &draws);
    assert_true(random_next64(&random) == random_next64(&untouched));
    transforms_apply(&none, &draws, image, result);
    assert_memory_equal(result, image, sizeof image);
}

static void each_transform_takes_one_draw_of_32_bits(void **state) {
    (void)state;
    Transforms transforms = {0};
    Random random, other;
    random_seed(&random, 5);
    random_seed(&other, 5);
    for (TransformKind kind = 0; kind < TRANSFORM_KINDS; kind++) {
        TransformParams draws;
        transforms_add(&transforms, kind, 0.0);
        transforms_sample(&transforms, &random, &draws);
        for (size_t i = 0; i < transforms.count; i++)
            random_next32(&other);
        assert_true(random_next64(&random) == random_next64(&other));
    }
}

static void probability_0_never_flips_and_1_always(void **state) {
    (void)state;
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_VFLIP, 0.0);
    transforms_add(&transforms, TRANSFORM_HFLIP, 1.0);
    Random random;
    random_seed(&random, 3);
    for (int i = 0; i < 100000; i++) {
        TransformParams draws;
        transforms_sample(&transforms, &random, &draws);
        assert_true(draws.values[0] == 0.0F);
        assert_true(draws.values[1] == 1.0F);
    }
}

static bool flips(uint32_t word, double probability) {
    static uint32_t words[RANDOM_STATE_WORDS];
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_HFLIP, probability);
    Random random;
    TransformParams draws;
    random_restore(&random, words, 0);
    random.output[0] = word;
    transforms_sample(&transforms, &random, &draws);
    return draws.values[0] == 1.0F;
}

static void a_flips_probability_counts_as_a_32_bit_number(void **state) {
    (void)state;
    const uint32_t word = 0x123456; // of 2^24
    const double unit = (double)word / 0x1000000;
    assert_false(flips(word, unit)); // equal is not less
    assert_false(flips(word, unit + 1e-10));
    assert_true(flips(word, unit + 1.0 / 0x1000000));
    assert_false(flips(0, 0.0));
    assert_true(flips(0xFFFFFF, 1.0));
}

static void angles_lie_between_both_ends_and_reach_near_them(void **state) {
    (void)state;
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 30.0);
    Random random;
    random_seed(&random, 3);
    float least = 0.0F, most = 0.0F;
    for (int i = 0; i < 100000; i++) {
        TransformParams draws;
        transforms_sample(&transforms, &random, &draws);
        assert_true(draws.values[0] >= -30.0F && draws.values[0] <= 30.0F);
        least = draws.values[0] < least ? draws.values[0] : least;
        most = draws.values[0] > most ? draws.values[0] : most;
    }
    assert_true(least < -29.9F && most > 29.9F);
}

static void rotation_by_0_degrees_is_the_image(void **state) {
    (void)state;
    uint8_t image[MNIST_PIXELS], result[MNIST_PIXELS];
    make_image(image);
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 0.0);
    Random random;
    TransformParams draws;
    random_seed(&random, 3);
    transforms_sample(&transforms, &random, &draws);
    assert_true(draws.values[0] == 0.0F);
    transforms_apply(&transforms, &draws, image, result);
    assert_memory_equal(result, image, sizeof image);
}

static void kinds_have_torchvisions_names(void **state) {
    (void)state;
    assert_string_equal(transforms_name(TRANSFORM_ROTATE), "RandomRotation");
    assert_string_equal(transforms_name(TRANSFORM_VFLIP), "RandomVerticalFlip");
    assert_string_equal(transforms_name(TRANSFORM_HFLIP), "RandomHorizontalFlip");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rotations_are_torchvisions_pixel_for_pixel),
        cmocka_unit_test(flips_are_torchvisions_pixel_for_pixel),
        cmocka_unit_test(draws_and_their_order_are_torchvisions),
        cmocka_unit_test(a_vertical_flip_turns_the_rows_around_and_a_horizontal_one_the_columns),
        cmocka_unit_test(a_flip_made_twice_is_the_image),
        cmocka_unit_test(a_flip_that_was_not_drawn_is_the_image),
        cmocka_unit_test(both_flips_are_half_a_turn),
        cmocka_unit_test(a_quarter_turn_goes_counter_clockwise),
        cmocka_unit_test(a_pixel_is_the_one_on_which_its_centre_falls),
        cmocka_unit_test(what_comes_from_outside_is_0),
        cmocka_unit_test(nothing_is_written_or_read_beside_the_images),
        cmocka_unit_test(transforms_stand_in_the_order_in_which_they_were_added),
        cmocka_unit_test(a_repeated_kind_counts_anew_and_comes_last),
        cmocka_unit_test(the_order_of_a_flip_and_a_rotation_matters),
        cmocka_unit_test(no_transforms_draw_nothing_and_change_nothing),
        cmocka_unit_test(each_transform_takes_one_draw_of_32_bits),
        cmocka_unit_test(probability_0_never_flips_and_1_always),
        cmocka_unit_test(a_flips_probability_counts_as_a_32_bit_number),
        cmocka_unit_test(angles_lie_between_both_ends_and_reach_near_them),
        cmocka_unit_test(rotation_by_0_degrees_is_the_image),
        cmocka_unit_test(kinds_have_torchvisions_names),
    };
    return cmocka_run_group_tests(tests, load_mnist, unload_mnist);
}
