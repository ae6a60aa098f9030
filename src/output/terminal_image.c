#include "output/terminal_image.h"

#include "base/dims.h"
#include "output/print.h"

#include <string.h>

enum { SIDE = MNIST_SIDE, WHITE_FROM = 128 };

// In a terminal's palette of 256 colours, 16 is black, 231 is white, and 232 to 255 are greys.
static int grey_colour(uint8_t value) {
    int step = (value + 5) / 10; // 0 to 26
    return step == 0 ? 16 : step > 24 ? 231 : 231 + step;
}

// A half block shows two rows of pixels: the upper one as foreground, the lower one as background.
static void print_greys(const uint8_t *image) {
    for (size_t y = 0; y < SIDE; y += 2) {
        for (size_t x = 0; x < SIDE; x++)
            print_stdout("\033[38;5;%d;48;5;%dm▀", grey_colour(image[y * SIDE + x]),
                         grey_colour(image[(y + 1) * SIDE + x]));
        print_stdout("\033[0m\n");
    }
}

static void print_half_blocks(const uint8_t *image) {
    static const char *const blocks[] = {" ", "▀", "▄", "█"};
    for (size_t y = 0; y < SIDE; y += 2) {
        for (size_t x = 0; x < SIDE; x++) {
            int upper = image[y * SIDE + x] >= WHITE_FROM;
            int lower = image[(y + 1) * SIDE + x] >= WHITE_FROM;
            print_stdout("%s", blocks[upper + 2 * lower]);
        }
        print_stdout("\n");
    }
}

// Prints two characters for each pixel, because a character is about twice as high as wide.
static void print_ascii(const uint8_t *image) {
    static const char shades[] = " .:-=+*#%@";
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            char shade = shades[image[y * SIDE + x] * (strlen(shades) - 1) / UINT8_MAX];
            print_stdout("%c", shade);
            print_stdout("%c", shade);
        }
        print_stdout("\n");
    }
}

void terminal_image_print(const Terminal *terminal, const uint8_t *image) {
    if (terminal->has_blocks && terminal->has_colours)
        print_greys(image);
    else if (terminal->has_blocks)
        print_half_blocks(image);
    else
        print_ascii(image);
}
