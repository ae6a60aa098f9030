#include "steps.h"

#include <math.h>
#include <string.h>

enum { WHITE = 255, BOX_SIDE = 20 };

static const double ROUNDING = 1e-6; // more than that of the sums

// Returns the mean intensity in a rectangle. The weight of a pixel is the part of its area that
// lies inside.
static double mean_stroke(const GrayImage *strokes, double left, double top, double right,
                          double bottom) {
    double sum = 0;
    for (size_t y = (size_t)top; (double)y < bottom; y++) {
        double height = fmin((double)y + 1, bottom) - fmax((double)y, top);
        for (size_t x = (size_t)left; (double)x < right; x++) {
            double width = fmin((double)x + 1, right) - fmax((double)x, left);
            if (x < strokes->width && y < strokes->height)
                sum += width * height * (double)strokes->values[y * strokes->width + x];
        }
    }
    return sum / ((right - left) * (bottom - top));
}

typedef struct {
    size_t width, height; // the larger one is BOX_SIDE
    double values[BOX_SIDE * BOX_SIDE];
} ScaledDigit;

// Scales the bounding box to BOX_SIDE, with its aspect ratio kept, and the grey levels so that the
// largest is 255: a stroke thinner than a pixel is faint.
static void scale_to_box(const GrayImage *strokes, const Box *box, ScaledDigit *scaled) {
    const double width = (double)(box->right - box->left);
    const double height = (double)(box->bottom - box->top);
    const double factor = fmax(width, height) / BOX_SIDE;
    scaled->width = (size_t)fmax(1, round(width / factor));
    scaled->height = (size_t)fmax(1, round(height / factor));
    const double step_x = width / (double)scaled->width;
    const double step_y = height / (double)scaled->height;
    const size_t count = scaled->width * scaled->height;
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t x = i % scaled->width, y = i / scaled->width;
        double left = (double)box->left + (double)x * step_x;
        double top = (double)box->top + (double)y * step_y;
        scaled->values[i] = mean_stroke(strokes, left, top, left + step_x, top + step_y);
        largest = fmax(largest, scaled->values[i]);
    }
    for (size_t i = 0; largest > 0 && i < count; i++)
        scaled->values[i] *= WHITE / largest;
}

// Returns the offset that moves the centre of mass into pixel 14, limited so that all `length`
// pixels fit. In all 70,000 images of MNIST it lies in this pixel, in rows and in columns.
static size_t centre_offset(double centre_of_mass, size_t length) {
    double offset = ceil(0.5 * MNIST_SIDE - centre_of_mass - ROUNDING);
    double max_offset = (double)(MNIST_SIDE - length);
    return (size_t)fmin(fmax(offset, 0), max_offset);
}

void mnist_box_fit(const GrayImage *strokes, Box box, uint8_t digit[MNIST_PIXELS]) {
    ScaledDigit scaled = {0};
    double mass = 0, x_mass = 0, y_mass = 0;
    scale_to_box(strokes, &box, &scaled);
    for (size_t i = 0; i < scaled.width * scaled.height; i++) {
        const size_t x = i % scaled.width, y = i / scaled.width;
        mass += scaled.values[i];
        x_mass += scaled.values[i] * ((double)x + 0.5);
        y_mass += scaled.values[i] * ((double)y + 0.5);
    }
    size_t left = centre_offset(x_mass / mass, scaled.width);
    size_t top = centre_offset(y_mass / mass, scaled.height);
    memset(digit, 0, MNIST_PIXELS);
    for (size_t y = 0; y < scaled.height; y++) {
        for (size_t x = 0; x < scaled.width; x++)
            digit[(top + y) * MNIST_SIDE + left + x] =
                (uint8_t)lround(fmin(scaled.values[y * scaled.width + x], WHITE));
    }
}
