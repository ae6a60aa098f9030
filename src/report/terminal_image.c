#include "report/terminal_image.h"

#include "data/mnist.h"

#include <stdio.h>
#include <string.h>

enum { SIDE = MNIST_SIDE, HALF = 128 };

// Of the 256 colours that terminals have, 24 greys begin at 232; 16 and 231 are black and white.
static int grey(uint8_t value) {
    int step = (value + 5) / 10; // 0 to 26
    return step == 0 ? 16 : step > 24 ? 231 : 231 + step;
}

// Two rows of pixels are a row of characters: the upper one in the foreground's colour.
static void show_greys(const uint8_t *image) {
    for (size_t y = 0; y < SIDE; y += 2) {
        for (size_t x = 0; x < SIDE; x++)
            printf("\033[38;5;%d;48;5;%dm▀", grey(image[y * SIDE + x]),
                   grey(image[(y + 1) * SIDE + x]));
        puts("\033[0m");
    }
}

static void show_halves(const uint8_t *image) {
    static const char *const blocks[] = {" ", "▀", "▄", "█"};
    for (size_t y = 0; y < SIDE; y += 2) {
        for (size_t x = 0; x < SIDE; x++) {
            int upper = image[y * SIDE + x] >= HALF;
            int lower = image[(y + 1) * SIDE + x] >= HALF;
            fputs(blocks[upper + 2 * lower], stdout);
        }
        putchar('\n');
    }
}

// A character is about twice as high as wide: two make a pixel.
static void show_ascii(const uint8_t *image) {
    static const char inks[] = " .:-=+*#%@";
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            char ink = inks[image[y * SIDE + x] * (strlen(inks) - 1) / UINT8_MAX];
            putchar(ink);
            putchar(ink);
        }
        putchar('\n');
    }
}

void terminal_image_print(const Terminal *terminal, const uint8_t *image) {
    if (terminal->has_blocks && terminal->has_colours)
        show_greys(image);
    else if (terminal->has_blocks)
        show_halves(image);
    else
        show_ascii(image);
}
