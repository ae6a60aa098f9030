#include "pictures/preprocess.h"
#include "support/test.h"

enum { SIDE = MNIST_SIDE, PAPER = 240, INK = 40 };

static uint8_t digit[MNIST_PIXELS];
static Preprocessing found;

static GrayImage make_image(size_t width, size_t height, uint8_t background) {
    GrayImage image = {width, height, malloc(width * height)};
    assert_non_null(image.values);
    memset(image.values, background, width * height);
    return image;
}

static void fill(GrayImage *image, size_t left, size_t top, size_t right, size_t bottom,
                 uint8_t value) {
    for (size_t y = top; y < bottom; y++)
        memset(image->values + y * image->width + left, value, right - left);
}

// Fills `digit` and `found`, and frees the image.
static void preprocess(GrayImage *image) {
    Error error;
    if (!preprocess_digit("p.pgm", image, digit, &found, &error))
        fail_msg("%s", error.text);
    gray_image_free(image);
}

static void check_blank(GrayImage *image) {
    Error error;
    assert_false(preprocess_digit("p.pgm", image, digit, &found, &error));
    assert_string_equal(error.text, "p.pgm: expected a digit, found no strokes");
    gray_image_free(image);
}

// The digit is a rectangle of 255.
static void check_rectangle(Box box) {
    for (size_t i = 0; i < MNIST_PIXELS; i++) {
        size_t x = i % SIDE, y = i / SIDE;
        bool is_inside = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
        if (digit[i] != (is_inside ? 255 : 0))
            fail_msg("column %zu, row %zu: found %d", x, y, digit[i]);
    }
}

// The box of the digit's pixels that are not 0.
static Box measure(void) {
    Box box = {SIDE, SIDE, 0, 0};
    for (size_t i = 0; i < MNIST_PIXELS; i++) {
        size_t x = i % SIDE, y = i / SIDE;
        if (digit[i] > 0)
            box = (Box){x < box.left ? x : box.left, y < box.top ? y : box.top,
                        x >= box.right ? x + 1 : box.right, y + 1};
    }
    return box;
}

static void check_box(Box box, size_t left, size_t top, size_t right, size_t bottom) {
    assert_int_equal(box.left, left);
    assert_int_equal(box.top, top);
    assert_int_equal(box.right, right);
    assert_int_equal(box.bottom, bottom);
}

// A side is rounded to whole pixels, the longer one is 20. The centre of mass comes into pixel 14.
TEST(a_rectangle_is_scaled_to_20_pixels_and_centred) {
    static const struct {
        size_t width, height;
        Box box;
    } cases[] = {
        {30, 60, {9, 4, 19, 24}}, {60, 30, {4, 9, 24, 19}},  {16, 16, {4, 4, 24, 24}},
        {5, 5, {4, 4, 24, 24}},   {2, 80, {14, 4, 15, 24}},  {15, 20, {7, 4, 22, 24}},
        {7, 31, {12, 4, 17, 24}}, {75, 25, {4, 11, 24, 18}}, {15, 50, {11, 4, 17, 24}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GrayImage image = make_image(150, 140, 0);
        fill(&image, 3, 5, 3 + cases[i].width, 5 + cases[i].height, 255);
        preprocess(&image);
        assert_false(found.is_inverted);
        check_rectangle(cases[i].box);
    }
}

TEST(a_scaled_pixel_is_the_mean_of_its_area) {
    GrayImage image = make_image(90, 90, 0); // two scaled columns cover three: 1 + 1/2 and 1/2 + 1
    for (size_t x = 0; x < 30; x += 3)
        fill(&image, 5 + x, 5, 6 + x, 35, 255);
    fill(&image, 5, 5, 35, 8, 255);   // two scaled rows have the full contrast
    fill(&image, 34, 5, 35, 35, 255); // the last column, so that the box is 30 wide
    preprocess(&image);
    Box box = measure();
    for (size_t x = 0; x < 20; x++)
        assert_int_equal(digit[14 * SIDE + box.left + x], x % 2 == 0 || x == 19 ? 170 : 0);
}

TEST(the_centre_of_mass_counts_and_the_digit_stays_within_the_image) {
    for (int is_right = 0; is_right < 2; is_right++) {
        GrayImage image = make_image(130, 130, 0);
        fill(&image, 2, 44, 82, 45, 255); // a thin line, and nearly all mass at one end
        fill(&image, is_right ? 77 : 2, 2, is_right ? 82 : 7, 82, 255);
        preprocess(&image);
        check_box(measure(), is_right ? 0 : 8, 4, is_right ? 20 : 28, 24);
    }
}

TEST(strokes_may_be_dark_or_light_on_any_grey) {
    static const struct {
        uint8_t background, strokes;
        bool is_inverted;
    } cases[] = {{200, 20, true},   {100, 200, false}, {128, 0, true},
                 {127, 255, false}, {255, 220, true},  {0, 40, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GrayImage image = make_image(100, 100, cases[i].background);
        fill(&image, 40, 30, 60, 70, cases[i].strokes);
        preprocess(&image);
        assert_int_equal(found.is_inverted, cases[i].is_inverted);
        check_rectangle((Box){9, 4, 19, 24});
    }
}

TEST(pictures_without_strokes_are_rejected) {
    for (int grey = 0; grey < 256; grey += 51) {
        GrayImage pixel = make_image(1, 1, (uint8_t)grey);
        check_blank(&pixel);
        GrayImage digit_sized = make_image(SIDE, SIDE, (uint8_t)grey);
        check_blank(&digit_sized);
    }
    GrayImage faint = make_image(100, 100, 250);
    fill(&faint, 40, 30, 60, 70, 230); // 8 % less light
    check_blank(&faint);
    GrayImage dots = make_image(2000, 2000, 0);
    dots.values[0] = dots.values[2000 * 2000 - 1] = 255;
    check_blank(&dots);
    GrayImage noise = make_image(200, 200, 0);
    uint32_t random = 1;
    for (size_t i = 0; i < 200 * 200; i++)
        noise.values[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
    check_blank(&noise);
}

// The right half of the paper and of the stroke is in shadow, which halves the light.
TEST(a_shadow_is_no_stroke) {
    GrayImage image = make_image(150, 150, PAPER);
    fill(&image, 65, 40, 85, 120, INK);
    for (size_t i = 0; i < 150 * 150; i++)
        image.values[i] = i % 150 < 75 ? image.values[i] : image.values[i] / 2;
    preprocess(&image);
    Box box = measure();
    assert_int_equal(box.right - box.left, 5);
    assert_int_equal(box.bottom - box.top, 20);
}

// A stroke of 20x60 with something around it or through it.
static GrayImage make_stroke(void) {
    GrayImage image = make_image(150, 150, PAPER);
    fill(&image, 60, 40, 80, 100, INK);
    return image;
}

TEST(a_frame_is_removed) {
    GrayImage image = make_stroke();
    fill(&image, 5, 5, 145, 7, 0);
    fill(&image, 5, 143, 145, 145, 0);
    fill(&image, 5, 5, 7, 145, 0);
    fill(&image, 143, 5, 145, 145, 0);
    preprocess(&image);
    assert_true(found.has_frame);
    assert_int_equal(found.lines, 0);
    assert_true(found.is_cropped);
    check_box(found.box, 60, 40, 80, 100);
    check_near("filled", 0, found.filled, 1, 1e-9);
    check_rectangle((Box){11, 4, 18, 24});
}

TEST(ruled_lines_are_removed_and_counted) {
    for (int slope = 0; slope < 3; slope++) { // upright, inclined by one in 20, squared paper
        GrayImage image = make_stroke();
        for (size_t x = 0; x < 150; x++) {
            for (size_t y = 20; y < 140; y += 50)
                fill(&image, x, y + (slope == 1 ? x / 20 : 0), x + 1,
                     y + 2 + (slope == 1 ? x / 20 : 0), 60);
        }
        for (size_t x = 20; slope == 2 && x < 150; x += 50)
            fill(&image, x, 0, x + 2, 150, 60);
        preprocess(&image);
        assert_int_equal(found.lines, slope == 2 ? 6 : 3);
        assert_false(found.touches_border);
        check_box(found.box, 60, 40, 80, 100); // the stroke is whole
    }
}

TEST(a_broken_line_is_removed_and_a_short_or_thick_one_is_a_stroke) {
    GrayImage broken = make_stroke();
    for (size_t x = 0; x < 150; x += 15)
        fill(&broken, x, 120, x + 14, 122, INK);
    preprocess(&broken);
    assert_int_equal(found.lines, 1);
    GrayImage bar = make_image(150, 150, PAPER);
    fill(&bar, 30, 40, 120, 43, INK);
    preprocess(&bar);
    assert_int_equal(found.lines, 0);
    check_box(found.box, 30, 40, 120, 43);
    GrayImage thick = make_image(150, 150, PAPER);
    fill(&thick, 0, 40, 150, 60, INK);
    preprocess(&thick);
    assert_int_equal(found.lines, 0);
}

TEST(lines_are_the_digit_if_there_is_nothing_else) {
    GrayImage image = make_image(150, 150, PAPER);
    fill(&image, 70, 10, 72, 140, INK);
    preprocess(&image);
    assert_int_equal(found.lines, 0);
    check_box(found.box, 70, 10, 72, 140);
}

TEST(marks_at_the_border_are_dropped_if_another_one_is_as_large) {
    for (int has_other = 0; has_other < 2; has_other++) {
        GrayImage image = make_image(150, 150, PAPER);
        fill(&image, 0, 90, 12, 130, INK);
        if (has_other)
            fill(&image, 70, 40, 90, 80, INK);
        preprocess(&image);
        assert_int_equal(found.touches_border, !has_other);
        assert_int_equal(found.box.left, has_other ? 70 : 0);
    }
}

TEST(near_marks_are_one_digit_and_far_ones_are_counted) {
    GrayImage image = make_image(150, 100, PAPER);
    fill(&image, 20, 20, 30, 80, INK);
    fill(&image, 36, 20, 50, 30, INK);   // a bar, 6 pixels away
    fill(&image, 100, 20, 110, 70, INK); // another digit
    fill(&image, 55, 50, 58, 53, INK);   // a speck
    preprocess(&image);
    check_box(found.box, 20, 20, 50, 80);
    assert_int_equal(found.digits, 2);
}

TEST(the_box_of_a_large_picture_is_in_its_pixels) {
    GrayImage image = make_image(2001, 1000, 0); // reduced by 8; the last column is narrower
    fill(&image, 1840, 200, 2001, 800, 255);
    preprocess(&image);
    assert_int_equal(found.box.right, 2001);
    assert_in_range(found.box.left, 1832, 1848);
    assert_in_range(found.box.top, 192, 208);
    assert_true(found.touches_border);
}

// Of 28x28 pixels: a frame 3 pixels thick, of `width` x 20 pixels.
static GrayImage make_small(size_t left, size_t top, size_t width, bool is_light) {
    GrayImage image = make_image(SIDE, SIDE, is_light ? 255 : 0);
    fill(&image, left, top, left + width, top + 20, is_light ? 100 : 155);
    fill(&image, left + 3, top + 3, left + width - 3, top + 17, is_light ? 255 : 0);
    return image;
}

TEST(an_image_of_28x28_that_could_be_of_mnist_is_kept) {
    static const struct {
        size_t left, top, width;
        bool is_kept;
    } cases[] = {
        {9, 4, 11, true},   {8, 4, 11, true},  {5, 4, 19, true},  {7, 4, 11, false},
        {10, 4, 11, false}, {9, 2, 11, false}, {9, 6, 11, false}, {1, 4, 26, false},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        uint8_t expected[MNIST_PIXELS];
        bool is_light = i % 2;
        GrayImage image =
            make_small(cases[i / 2].left, cases[i / 2].top, cases[i / 2].width, is_light);
        image.values[0] ^= 1; // fainter than a stroke
        for (size_t k = 0; k < MNIST_PIXELS; k++)
            expected[k] = is_light ? (uint8_t)(255 - image.values[k]) : image.values[k];
        preprocess(&image);
        assert_int_equal(found.is_inverted, is_light);
        if (cases[i / 2].is_kept != (memcmp(digit, expected, sizeof expected) == 0))
            fail_msg("case %zu", i / 2);
    }
}

// As some of MNIST's, whose mass is at the other end.
TEST(an_image_of_28x28_with_a_stroke_at_the_border_is_kept) {
    uint8_t expected[MNIST_PIXELS];
    GrayImage image = make_image(SIDE, SIDE, 0);
    fill(&image, 0, 14, 12, 15, 200);
    fill(&image, 12, 4, 18, 24, 255);
    memcpy(expected, image.values, sizeof expected);
    preprocess(&image);
    assert_memory_equal(digit, expected, sizeof expected);
}

TEST(other_small_pictures_are_scaled) {
    GrayImage grey = make_image(SIDE, SIDE, 200);
    fill(&grey, 5, 5, 10, 15, 0);
    preprocess(&grey);
    check_rectangle((Box){9, 4, 19, 24});
    static const size_t sizes[][2] = {{40, SIDE}, {SIDE, 40}, {3, 3}, {3, 100}, {100, 3}, {4, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        GrayImage image = make_image(sizes[i][0], sizes[i][1], 0);
        fill(&image, 1, 1, 2, 2, 255);
        preprocess(&image);
        check_rectangle((Box){4, 4, 24, 24});
    }
}
