#include "report/report_images.h"

#include "report/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MISCLASSIFIED = 24, SHADES = 16, SIDE = MNIST_SIDE, TILE = SIDE + 1, COLUMNS = 16 };

static float confidence(const Prediction *prediction) {
    return prediction->probabilities[prediction->digit];
}

// The worst ones so far, in order: an insertion, as there are few.
static size_t find_misclassified(const Dataset *test, const Prediction *predictions,
                                 size_t worst[MAX_MISCLASSIFIED]) {
    size_t found = 0;
    for (size_t i = 0; i < test->count; i++) {
        if (predictions[i].digit == test->labels[i])
            continue;
        size_t place = found < MAX_MISCLASSIFIED ? found++ : MAX_MISCLASSIFIED;
        for (;
             place > 0 && confidence(&predictions[worst[place - 1]]) < confidence(&predictions[i]);
             place--) {
            if (place < MAX_MISCLASSIFIED)
                worst[place] = worst[place - 1];
        }
        if (place < MAX_MISCLASSIFIED)
            worst[place] = i;
    }
    return found;
}

static bool put_misclassified(FILE *page, const Dataset *test, const Prediction *predictions,
                              size_t index, Error *error) {
    const Prediction *prediction = &predictions[index];
    int label = test->labels[index];
    fputs("<li><figure><img width=\"112\" height=\"112\" src=\"", page);
    if (!html_put_picture(page, test->images + index * MNIST_PIXELS, SIDE, SIDE, PNG_GREY, error))
        return false;
    fprintf(page,
            "\" alt=\"Test image %zu: %d taken for %d\">"
            "<figcaption><b>%d</b> taken for <b>%d</b><br>",
            index, label, prediction->digit, label, prediction->digit);
    html_put_number(page, "confidence", 2, 100.0 * (double)confidence(prediction));
    fprintf(page, " %% sure<br>image %zu</figcaption></figure></li>\n", index);
    return true;
}

bool report_put_misclassified(FILE *page, const Dataset *test, const Prediction *predictions,
                              Error *error) {
    size_t worst[MAX_MISCLASSIFIED];
    size_t found = find_misclassified(test, predictions, worst);
    fputs("<section id=\"mistakes\"><h2>The worst mistakes</h2>\n", page);
    if (found == 0) {
        fputs("<p>There are none: every test image was right.</p></section>\n", page);
        return true;
    }
    fputs("<p class=\"soft\">Test images that were taken for another digit, the surest first. "
          "Images are counted from 0.</p>\n<ul class=\"mistakes\">\n",
          page);
    for (size_t i = 0; i < found; i++) {
        if (!put_misclassified(page, test, predictions, worst[i], error))
            return false;
    }
    fputs("</ul></section>\n", page);
    return true;
}

// From blue over white to orange, which the colour-blind can tell: Okabe and Ito's. In few shades,
// as noise makes large files.
static void paint(float weight, float scale, uint8_t *pixel) {
    static const uint8_t ends[2][3] = {{0, 114, 178}, {213, 94, 0}};
    float strength = roundf(fminf(fabsf(weight) / scale, 1.0F) * SHADES) / SHADES;
    for (size_t c = 0; c < 3; c++) {
        float end = ends[weight > 0.0F][c];
        pixel[c] = (uint8_t)(255.0F + (end - 255.0F) * strength + 0.5F);
    }
}

static void paint_unit(const float *weights, size_t unit, float scale, size_t width,
                       uint8_t *picture) {
    size_t left = unit % COLUMNS * TILE + 1;
    size_t top = unit / COLUMNS * TILE + 1;
    for (size_t p = 0; p < MNIST_PIXELS; p++) {
        size_t place = (top + p / SIDE) * width + left + p % SIDE;
        paint(weights[unit * MNIST_PIXELS + p], scale, picture + 3 * place);
    }
}

static float root_mean_square(const float *values, size_t count) {
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (double)values[i] * (double)values[i];
    return (float)sqrt(squares / (double)count);
}

bool report_put_weights(FILE *page, const NetworkParameters *parameters, Error *error) {
    const float *weights = parameters->d1_weight;
    const size_t width = COLUMNS * TILE + 1;
    const size_t height = NETWORK_HIDDEN / COLUMNS * TILE + 1;
    float scale = 3.0F * root_mean_square(weights, (size_t)NETWORK_HIDDEN * NETWORK_PIXELS);
    uint8_t *picture = malloc(3 * width * height);
    if (!picture)
        return error_set(error, "report: expected memory for a picture, found less");
    memset(picture, 128, 3 * width * height);
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
        paint_unit(weights, unit, scale > 0.0F ? scale : 1.0F, width, picture);
    fprintf(page,
            "<section id=\"weights\"><h2>What the hidden units look at</h2>\n"
            "<p class=\"soft\">The first layer's weights, an image for each of the %d units: "
            "blue is below zero, orange above, white zero; full "
            "colour from &#177;%.3f on (three times their root mean square).</p>\n"
            "<div class=\"wide\"><img class=\"weights\" width=\"%zu\" height=\"%zu\" src=\"",
            NETWORK_HIDDEN, (double)scale, width, height);
    bool put = html_put_picture(page, picture, width, height, PNG_RGB, error);
    fprintf(page,
            "\" alt=\"The weights of %d hidden units as images of %d by %d pixels\"></div>"
            "</section>\n",
            NETWORK_HIDDEN, SIDE, SIDE);
    free(picture);
    return put;
}
