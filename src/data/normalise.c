#include "data/normalise.h"

#include <math.h>
#include <string.h>

enum {
    WHITE = 255,
    BOX_SIDE = 20,
    STROKE_THRESHOLD = WHITE / 8, // smaller differences are noise or the texture of paper
};

static bool is_border(const GrayImage *image, size_t x, size_t y) {
    return x == 0 || y == 0 || x + 1 == image->width || y + 1 == image->height;
}

static unsigned border_mean(const GrayImage *image) {
    uint64_t sum = 0;
    uint64_t count = 0;
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++) {
            if (is_border(image, x, y)) {
                sum += image->values[y * image->width + x];
                count++;
            }
        }
    }
    // no image is empty // NOLINTNEXTLINE(clang-analyzer-core.DivideZero)
    return (unsigned)((sum + count / 2) / count);
}

// An image and the contrast of its strokes.
typedef struct {
    const GrayImage *image;
    unsigned background;
    bool is_inverted; // the strokes are darker than the background
} Strokes;

// Intensity of the strokes at a pixel: 0 for background, 255 for the greatest possible contrast.
static unsigned stroke_at(const Strokes *strokes, size_t x, size_t y) {
    unsigned value = strokes->image->values[y * strokes->image->width + x];
    unsigned dark = strokes->is_inverted ? value : strokes->background;
    unsigned light = strokes->is_inverted ? strokes->background : value;
    unsigned range = strokes->is_inverted ? strokes->background : WHITE - strokes->background;
    unsigned contrast = light > dark ? light - dark : 0;
    return contrast > STROKE_THRESHOLD ? contrast * WHITE / range : 0;
}

typedef struct {
    size_t left, top, right, bottom; // right and bottom are exclusive
} Box;

// Returns false if there are no strokes.
static bool find_bounding_box(const Strokes *strokes, Box *box) {
    *box = (Box){.left = SIZE_MAX, .top = SIZE_MAX};
    for (size_t y = 0; y < strokes->image->height; y++) {
        for (size_t x = 0; x < strokes->image->width; x++) {
            if (stroke_at(strokes, x, y) == 0)
                continue;
            box->left = x < box->left ? x : box->left;
            box->right = x >= box->right ? x + 1 : box->right;
            box->top = y < box->top ? y : box->top;
            box->bottom = y + 1;
        }
    }
    return box->left != SIZE_MAX;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

// Returns the mean intensity in a rectangle. The weight of a pixel is the part of its area that
// lies inside.
static double mean_stroke(const Strokes *strokes, double left, double top, double right,
                          double bottom) {
    double sum = 0;
    for (size_t y = (size_t)top; (double)y < bottom; y++) {
        double height = smaller((double)y + 1, bottom) - ((double)y > top ? (double)y : top);
        for (size_t x = (size_t)left; (double)x < right; x++) {
            double width = smaller((double)x + 1, right) - ((double)x > left ? (double)x : left);
            if (x < strokes->image->width && y < strokes->image->height)
                sum += width * height * (double)stroke_at(strokes, x, y);
        }
    }
    return sum / ((right - left) * (bottom - top));
}

typedef struct {
    size_t width, height; // the larger one is BOX_SIDE
    double values[BOX_SIDE * BOX_SIDE];
} ScaledDigit;

// Scales the bounding box to BOX_SIDE, with its aspect ratio kept.
static void scale_to_box(const Strokes *strokes, const Box *box, ScaledDigit *scaled) {
    size_t width = box->right - box->left;
    size_t height = box->bottom - box->top;
    double factor = (double)(width > height ? width : height) / BOX_SIDE;
    scaled->width = (size_t)fmax(1, round((double)width / factor));
    scaled->height = (size_t)fmax(1, round((double)height / factor));
    double step_x = (double)width / (double)scaled->width;
    double step_y = (double)height / (double)scaled->height;
    for (size_t y = 0; y < scaled->height; y++) {
        for (size_t x = 0; x < scaled->width; x++) {
            double left = (double)box->left + (double)x * step_x;
            double top = (double)box->top + (double)y * step_y;
            scaled->values[y * scaled->width + x] =
                mean_stroke(strokes, left, top, left + step_x, top + step_y);
        }
    }
}

// Returns the offset that moves the centre of mass to the middle of MNIST_SIDE, limited so that all
// `length` pixels fit.
static size_t centre_offset(double centre_of_mass, size_t length) {
    double offset = round((double)MNIST_SIDE / 2 - centre_of_mass);
    double max_offset = (double)(MNIST_SIDE - length);
    return (size_t)(offset < 0 ? 0 : offset > max_offset ? max_offset : offset);
}

static void centre_by_mass(const ScaledDigit *scaled, uint8_t *digit) {
    double mass = 0, x_mass = 0, y_mass = 0;
    for (size_t y = 0; y < scaled->height; y++) {
        for (size_t x = 0; x < scaled->width; x++) {
            double value = scaled->values[y * scaled->width + x];
            mass += value;
            x_mass += value * ((double)x + 0.5);
            y_mass += value * ((double)y + 0.5);
        }
    }
    size_t left = centre_offset(x_mass / mass, scaled->width);
    size_t top = centre_offset(y_mass / mass, scaled->height);
    memset(digit, 0, MNIST_PIXELS);
    for (size_t y = 0; y < scaled->height; y++) {
        for (size_t x = 0; x < scaled->width; x++)
            digit[(top + y) * MNIST_SIDE + left + x] =
                (uint8_t)lround(smaller(scaled->values[y * scaled->width + x], WHITE));
    }
}

static void copy_digit(const Strokes *strokes, uint8_t *digit) {
    for (size_t i = 0; i < MNIST_PIXELS; i++) {
        uint8_t value = strokes->image->values[i];
        digit[i] = strokes->is_inverted ? (uint8_t)(WHITE - value) : value;
    }
}

bool normalise_digit(const char *path, const GrayImage *image, uint8_t digit[MNIST_PIXELS],
                     bool *is_inverted, Error *error) {
    static const uint8_t blank[MNIST_PIXELS];
    Box box;
    Strokes strokes = {.image = image, .background = border_mean(image)};
    strokes.is_inverted = *is_inverted = strokes.background > WHITE / 2;
    if (!find_bounding_box(&strokes, &box))
        return error_set(error, "%s: expected a digit, found a blank image", path);
    if (image->width == MNIST_SIDE && image->height == MNIST_SIDE) {
        copy_digit(&strokes, digit);
        return true;
    }
    ScaledDigit scaled;
    scale_to_box(&strokes, &box, &scaled);
    centre_by_mass(&scaled, digit);
    return memcmp(digit, blank, sizeof blank) != 0 ||
           error_set(error, "%s: expected a digit, found only marks too small to see in %dx%d",
                     path, MNIST_SIDE, MNIST_SIDE);
}
