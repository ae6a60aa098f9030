#include "output/terminal_image.h"
#include "base/dims.h"
#include "support/capture.h"
#include "support/test.h"

#include <unistd.h>

static const char *printed(const Terminal *terminal, const uint8_t *image) {
    capture_begin(STDOUT_FILENO);
    terminal_image_print(terminal, image);
    fflush(stdout);
    return capture_end();
}

static void set_pixel(uint8_t *image, size_t x, size_t y, uint8_t value) {
    image[y * MNIST_SIDE + x] = value;
}

TEST(a_half_block_shows_the_upper_pixel_above_the_lower_one) {
    const Terminal terminal = {.is_terminal = true, .has_blocks = true};
    uint8_t image[MNIST_PIXELS] = {0};
    set_pixel(image, 0, 0, 255); // the upper one
    set_pixel(image, 1, 1, 255); // the lower one
    set_pixel(image, 2, 0, 128); // both
    set_pixel(image, 2, 1, 128);
    set_pixel(image, 3, 0, 127); // neither
    set_pixel(image, 0, 3, 255); // the lower one of the second row
    const char *text = printed(&terminal, image);
    const char first_row[] = "▀▄█                         \n▄ ";
    assert_int_equal(count_of(text, "\n"), 14);
    assert_memory_equal(text, first_row, strlen(first_row));
}

TEST(colours_show_the_upper_pixel_as_foreground) {
    const Terminal terminal = {.is_terminal = true, .has_blocks = true, .has_colours = true};
    uint8_t image[MNIST_PIXELS] = {0};
    set_pixel(image, 0, 0, 255); // white, 231
    set_pixel(image, 0, 1, 10);  // the darkest grey, 232
    set_pixel(image, 1, 1, 244); // the lightest grey, 255
    const char *text = printed(&terminal, image);
    const char first_row[] =
        "\033[38;5;231;48;5;232m▀\033[38;5;16;48;5;255m▀\033[38;5;16;48;5;16m▀";
    assert_int_equal(count_of(text, "\n"), 14);
    assert_memory_equal(text, first_row, strlen(first_row));
    assert_int_equal(count_of(text, "▀\033[0m\n"), 14);
}

TEST(without_blocks_a_pixel_is_two_characters) {
    const Terminal terminal = {0};
    uint8_t image[MNIST_PIXELS] = {0};
    set_pixel(image, 0, 0, 255);
    set_pixel(image, 1, 0, 254);
    set_pixel(image, 2, 0, 128); // 128 * 9 / 255 = 4.5
    const char *text = printed(&terminal, image);
    assert_int_equal(count_of(text, "\n"), 28);
    assert_int_equal(strlen(text), 28 * 57);
    assert_memory_equal(text, "@@%%==  ", 8);
}
