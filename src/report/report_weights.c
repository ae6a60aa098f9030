#include "base/memory.h"
#include "data/mnist.h"
#include "report/html.h"
#include "report_internal.h"
#include "train/hidden_activity.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// The number of shades is small, because noise in many shades makes a large PNG.
enum { SHADES = 16, GREY = 128 };

// Tiles of 28x28 pixels, with lines of one pixel between and around them.
enum {
    SIDE = MNIST_SIDE,
    TILE = SIDE + 1,
    COLUMNS = 16,
    WIDTH = COLUMNS * TILE + 1,
    HEIGHT = NETWORK_HIDDEN / COLUMNS * TILE + 1,
};

// Negative weights are blue, positive ones orange, of the colour-blind safe palette of Okabe and
// Ito; zero is white.
static void set_pixel(float weight, float scale, uint8_t *pixel) {
    static const uint8_t ends[2][3] = {{0, 114, 178}, {213, 94, 0}};
    float shade = roundf(fminf(fabsf(weight) / scale, 1.0F) * SHADES) / SHADES;
    for (size_t c = 0; c < 3; c++) {
        float end = ends[weight > 0.0F][c];
        pixel[c] = (uint8_t)(255.0F + (end - 255.0F) * shade + 0.5F);
    }
}

static void draw_unit(const float *weights, size_t unit, float scale, uint8_t *image) {
    size_t left = unit % COLUMNS * TILE + 1;
    size_t top = unit / COLUMNS * TILE + 1;
    for (size_t p = 0; p < MNIST_PIXELS; p++) {
        size_t place = (top + p / SIDE) * WIDTH + left + p % SIDE;
        set_pixel(weights[unit * MNIST_PIXELS + p], scale, image + 3 * place);
    }
}

static float root_mean_square(const float *values, size_t count) {
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (double)values[i] * (double)values[i];
    return (float)sqrt(squares / (double)count);
}

// Explains pale images: training cannot change the weights of a unit whose ReLU gives 0.
static void put_dead_units(FILE *page, const size_t active[NETWORK_HIDDEN]) {
    size_t dead = 0;
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
        dead += active[unit] == 0;
    fputs("<p>A unit is dead if its output is 0 for every test image. Its ReLU then passes no "
          "gradient, so training hardly changes its weights, and its image stays pale. A few dead "
          "units do no harm: the others do the work. ",
          page);
    fprintf(page, "Dead units of this network: <b>%zu</b> of %d", dead, NETWORK_HIDDEN);
    const char *separator = "; by row and column, counted from 1: ";
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++) {
        if (active[unit] > 0)
            continue;
        fprintf(page, "%s%zu/%zu", separator, unit / COLUMNS + 1, unit % COLUMNS + 1);
        separator = ", ";
    }
    fputs(".</p>\n", page);
}

static bool put_image(FILE *page, const NetworkParameters *parameters, Error *error) {
    const float *weights = parameters->d1_weight; // (hidden, pixels)
    float scale =
        fminf(3.0F * root_mean_square(weights, (size_t)NETWORK_HIDDEN * NETWORK_PIXELS), FLT_MAX);
    uint8_t *image = memory_alloc((size_t)WIDTH * HEIGHT, 3, "report", error);
    if (!image)
        return false;
    memset(image, GREY, (size_t)3 * WIDTH * HEIGHT);
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
        draw_unit(weights, unit, scale > 0.0F ? scale : 1.0F, image);
    fprintf(page,
            "<p class=\"muted\">One image for each of the %d hidden units: blue is negative, white "
            "zero, orange positive. Colours are full at &#177;%.3g, three times the root mean "
            "square of the weights.</p>\n"
            "<p class=\"hint\">The image is wider than the screen: scroll it sideways.</p>\n"
            "<div class=\"wide\" role=\"region\" aria-label=\"Weights\" tabindex=\"0\">"
            "<img class=\"weights\" width=\"%d\" height=\"%d\" src=\"",
            NETWORK_HIDDEN, (double)scale, WIDTH, HEIGHT);
    bool is_put = html_put_png_url(page, image, WIDTH, HEIGHT, PNG_RGB, error);
    fprintf(page, "\" alt=\"The weights of %d hidden units as images of %d by %d pixels\"></div>\n",
            NETWORK_HIDDEN, SIDE, SIDE);
    free(image);
    return is_put;
}

bool report_put_weights(FILE *page, const NetworkParameters *parameters, const Dataset *test,
                        Error *error) {
    size_t active[NETWORK_HIDDEN];
    if (!hidden_activity_count(parameters, test, active, error))
        return false;
    fputs("<section id=\"weights\"><h2>First-layer weights of the hidden units</h2>\n", page);
    if (!put_image(page, parameters, error))
        return false;
    put_dead_units(page, active);
    fputs("</section>\n", page);
    return true;
}
