#include "data/normalise.h"

#include <math.h>
#include <string.h>

enum { WHITE = 255, BOX = 20, INK_THRESHOLD = WHITE / 8 };

static bool is_border(const GrayImage *picture, size_t x, size_t y) {
    return x == 0 || y == 0 || x + 1 == picture->width || y + 1 == picture->height;
}

static unsigned find_background(const GrayImage *picture) {
    uint64_t sum = 0;
    uint64_t count = 0;
    for (size_t y = 0; y < picture->height; y++) {
        for (size_t x = 0; x < picture->width; x++) {
            if (is_border(picture, x, y)) {
                sum += picture->values[y * picture->width + x];
                count++;
            }
        }
    }
    // a picture has pixels // NOLINTNEXTLINE(clang-analyzer-core.DivideZero)
    return (unsigned)((sum + count / 2) / count);
}

// How a picture's values become ink.
typedef struct {
    const GrayImage *picture;
    bool inverted;
    unsigned background;
} Ink;

// 0 to 255: the farther from the background on the side of the ink, the more.
static unsigned ink_at(const Ink *ink, size_t x, size_t y) {
    unsigned value = ink->picture->values[y * ink->picture->width + x];
    unsigned range = ink->inverted ? ink->background : WHITE - ink->background;
    unsigned distance = ink->inverted ? (value < ink->background ? ink->background - value : 0)
                                      : (value > ink->background ? value - ink->background : 0);
    return distance > INK_THRESHOLD ? distance * WHITE / range : 0;
}

typedef struct {
    size_t left, top, right, bottom; // right and bottom are behind the last pixel
} Box;

static bool find_box(const Ink *ink, Box *box) {
    *box = (Box){.left = SIZE_MAX, .top = SIZE_MAX};
    for (size_t y = 0; y < ink->picture->height; y++) {
        for (size_t x = 0; x < ink->picture->width; x++) {
            if (ink_at(ink, x, y) == 0)
                continue;
            box->left = x < box->left ? x : box->left;
            box->right = x >= box->right ? x + 1 : box->right;
            box->top = y < box->top ? y : box->top;
            box->bottom = y + 1;
        }
    }
    return box->left != SIZE_MAX;
}

static double shorter(double a, double b) {
    return a < b ? a : b;
}

// The mean ink of a rectangle of the picture, whose pixels count by the area that lies in it.
static double mean_ink(const Ink *ink, double left, double top, double right, double bottom) {
    double sum = 0;
    for (size_t y = (size_t)top; (double)y < bottom; y++) {
        double height = shorter((double)y + 1, bottom) - ((double)y > top ? (double)y : top);
        for (size_t x = (size_t)left; (double)x < right; x++) {
            double width = shorter((double)x + 1, right) - ((double)x > left ? (double)x : left);
            if (x < ink->picture->width && y < ink->picture->height)
                sum += width * height * (double)ink_at(ink, x, y);
        }
    }
    return sum / ((right - left) * (bottom - top));
}

typedef struct {
    size_t width, height; // of the ink, at most BOX each
    double values[BOX * BOX];
} Scaled;

// Fits the box of ink into BOX x BOX.
static void scale(const Ink *ink, const Box *box, Scaled *scaled) {
    size_t width = box->right - box->left;
    size_t height = box->bottom - box->top;
    double factor = (double)(width > height ? width : height) / BOX;
    scaled->width = (size_t)fmax(1, round((double)width / factor));
    scaled->height = (size_t)fmax(1, round((double)height / factor));
    double step_x = (double)width / (double)scaled->width;
    double step_y = (double)height / (double)scaled->height;
    for (size_t y = 0; y < scaled->height; y++) {
        for (size_t x = 0; x < scaled->width; x++) {
            double left = (double)box->left + (double)x * step_x;
            double top = (double)box->top + (double)y * step_y;
            scaled->values[y * scaled->width + x] =
                mean_ink(ink, left, top, left + step_x, top + step_y);
        }
    }
}

// Where the ink begins in an image of 28, so that its centre of mass comes to the middle and all of
// it is in.
static size_t place(double centre, size_t length) {
    double first = round((double)MNIST_SIDE / 2 - centre);
    double last = (double)(MNIST_SIDE - length);
    return (size_t)(first < 0 ? 0 : first > last ? last : first);
}

static void centre(const Scaled *scaled, uint8_t *image) {
    double mass = 0, x_mass = 0, y_mass = 0;
    for (size_t y = 0; y < scaled->height; y++) {
        for (size_t x = 0; x < scaled->width; x++) {
            double value = scaled->values[y * scaled->width + x];
            mass += value;
            x_mass += value * ((double)x + 0.5);
            y_mass += value * ((double)y + 0.5);
        }
    }
    size_t left = place(x_mass / mass, scaled->width);
    size_t top = place(y_mass / mass, scaled->height);
    memset(image, 0, MNIST_PIXELS);
    for (size_t y = 0; y < scaled->height; y++) {
        for (size_t x = 0; x < scaled->width; x++)
            image[(top + y) * MNIST_SIDE + left + x] =
                (uint8_t)lround(shorter(scaled->values[y * scaled->width + x], WHITE));
    }
}

bool normalise_digit(const char *path, const GrayImage *picture, uint8_t image[MNIST_PIXELS],
                     bool *inverted, Error *error) {
    Box box;
    Ink ink = {.picture = picture, .background = find_background(picture)};
    ink.inverted = *inverted = ink.background > WHITE / 2;
    if (!find_box(&ink, &box))
        return error_set(error, "%s: expected a digit in it, found no ink", path);
    if (picture->width == MNIST_SIDE && picture->height == MNIST_SIDE) {
        for (size_t i = 0; i < MNIST_PIXELS; i++)
            image[i] = (uint8_t)(*inverted ? WHITE - picture->values[i] : picture->values[i]);
        return true;
    }
    Scaled scaled;
    scale(&ink, &box, &scaled);
    centre(&scaled, image);
    static const uint8_t blank[MNIST_PIXELS];
    return memcmp(image, blank, sizeof blank) != 0 ||
           error_set(error, "%s: expected a digit in it, found too little ink to be seen in 28x28",
                     path);
}
