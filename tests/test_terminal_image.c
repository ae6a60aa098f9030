#include "data/mnist.h"
#include "report/terminal_image.h"
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

static const char *print(const Terminal *terminal, const uint8_t *image) {
    capture_begin(STDOUT_FILENO);
    terminal_image_print(terminal, image);
    return capture_end();
}

// The first pixels of the first two rows are, by column: black and black, white above black, black
// above white, white and white. The others are black.
static void fill_corners(uint8_t image[MNIST_PIXELS]) {
    memset(image, 0, MNIST_PIXELS);
    image[1] = 255;
    image[MNIST_SIDE + 2] = 255;
    image[3] = image[MNIST_SIDE + 3] = 255;
}

static void without_block_characters_a_pixel_is_two_in_ascii(void **state) {
    (void)state;
    const Terminal terminal = {.is_terminal = true, .has_colours = true};
    static const uint8_t values[] = {0, 28, 29, 57, 128, 254, 255}; // steps of 255 / 9 = 28.3
    uint8_t image[MNIST_PIXELS] = {0};
    memcpy(image, values, sizeof values);
    image[MNIST_SIDE] = 255;
    const char *text = print(&terminal, image);
    assert_memory_equal(text, "    ..::==%%@@  ", 16);
    assert_memory_equal(text_after(text, "\n"), "@@  ", 4);
    assert_int_equal(count_of(text, "\n"), MNIST_SIDE);
    assert_int_equal(strlen(text), MNIST_SIDE * (2 * MNIST_SIDE + 1));
}

static void without_colours_two_rows_are_one_of_half_blocks(void **state) {
    (void)state;
    const Terminal terminal = {.is_terminal = true, .has_blocks = true};
    static const char expected[] = " ▀▄█ ";
    uint8_t image[MNIST_PIXELS];
    fill_corners(image);
    const char *text = print(&terminal, image);
    assert_memory_equal(text, expected, strlen(expected));
    assert_int_equal(count_of(text, "\n"), MNIST_SIDE / 2);
}

static void half_blocks_are_white_from_128(void **state) {
    (void)state;
    const Terminal terminal = {.is_terminal = true, .has_blocks = true};
    static const char expected[] = " ▀";
    uint8_t image[MNIST_PIXELS] = {127, 128};
    assert_memory_equal(print(&terminal, image), expected, strlen(expected));
}

// 16 is black, 231 white; 128 is the 13th of the greys from 232 on.
static void with_colours_the_upper_pixel_is_the_foreground(void **state) {
    (void)state;
    const Terminal terminal = {.is_terminal = true, .has_colours = true, .has_blocks = true};
    static const char expected[] = "\033[38;5;16;48;5;16m▀\033[38;5;231;48;5;16m▀"
                                   "\033[38;5;16;48;5;231m▀\033[38;5;231;48;5;231m▀"
                                   "\033[38;5;244;48;5;16m▀";
    uint8_t image[MNIST_PIXELS];
    fill_corners(image);
    image[4] = 128;
    const char *text = print(&terminal, image);
    assert_memory_equal(text, expected, strlen(expected));
    assert_int_equal(count_of(text, "\033[0m\n"), MNIST_SIDE / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_block_characters_a_pixel_is_two_in_ascii),
        cmocka_unit_test(without_colours_two_rows_are_one_of_half_blocks),
        cmocka_unit_test(half_blocks_are_white_from_128),
        cmocka_unit_test(with_colours_the_upper_pixel_is_the_foreground),
    };
    return test_group_run(tests, NULL, NULL);
}
