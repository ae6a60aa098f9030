#include "data/mnist.h"
#include "report/html.h"
#include "report_internal.h"

enum { MAX_IMAGES = 24 };

static float confidence(const Prediction *prediction) {
    return prediction->probabilities[prediction->digit];
}

// Inserts an image into a list of at most MAX_IMAGES, which is sorted by decreasing confidence. The
// last image of a full list is dropped. Returns the new length.
static size_t insert(size_t image, const Prediction *predictions, size_t count,
                     size_t list[MAX_IMAGES]) {
    size_t place = count;
    while (place > 0 && confidence(&predictions[list[place - 1]]) < confidence(&predictions[image]))
        place--;
    if (place == MAX_IMAGES)
        return count;
    size_t new_count = count < MAX_IMAGES ? count + 1 : MAX_IMAGES;
    for (size_t i = new_count - 1; i > place; i--)
        list[i] = list[i - 1];
    list[place] = image;
    return new_count;
}

static size_t find_misclassified(const Dataset *test, const Prediction *predictions,
                                 size_t list[MAX_IMAGES]) {
    size_t count = 0;
    for (size_t i = 0; i < test->count; i++) {
        if (predictions[i].digit != test->labels[i])
            count = insert(i, predictions, count, list);
    }
    return count;
}

static bool put_image(FILE *page, const Dataset *test, const Prediction *predictions, size_t index,
                      const ClassNames *classes, Error *error) {
    const Prediction *prediction = &predictions[index];
    const uint8_t *pixels = test->images + index * MNIST_PIXELS;
    uint8_t label = test->labels[index];
    fputs("<li><figure><img width=\"112\" height=\"112\" src=\"", page);
    if (!html_put_png_url(page, pixels, MNIST_SIDE, MNIST_SIDE, PNG_GREY, error))
        return false;
    fprintf(page, "\" alt=\"Test image %zu: label ", index);
    report_put_class(page, label, classes);
    fputs(", predicted ", page);
    report_put_class(page, prediction->digit, classes);
    fputs("\"><figcaption>label <b>", page);
    report_put_class(page, label, classes);
    fputs("</b>: ", page);
    html_put_number(page, "label-probability", 2, 100.0 * (double)prediction->probabilities[label]);
    fputs(" %<br>predicted <b>", page);
    report_put_class(page, prediction->digit, classes);
    fputs("</b>: ", page);
    html_put_number(page, "confidence", 2, 100.0 * (double)confidence(prediction));
    fprintf(page, " %%<br>image %zu</figcaption></figure></li>\n", index);
    return true;
}

bool report_put_misclassified(FILE *page, const Dataset *test, const Prediction *predictions,
                              const ClassNames *classes, Error *error) {
    size_t list[MAX_IMAGES];
    size_t count = find_misclassified(test, predictions, list);
    fputs("<section id=\"misclassified\"><h2>The most confident mistakes</h2>\n", page);
    if (count == 0) {
        fputs("<p>None: all test images were classified correctly.</p></section>\n", page);
        return true;
    }
    fprintf(page,
            "<p class=\"muted\">At most %d, by decreasing confidence: the probability of the "
            "predicted digit. The label is the true digit; the network gave it the probability "
            "beside it. Image numbers count from 0.</p>\n<ul class=\"misclassified\">\n",
            MAX_IMAGES);
    for (size_t i = 0; i < count; i++) {
        if (!put_image(page, test, predictions, list[i], classes, error))
            return false;
    }
    fputs("</ul></section>\n", page);
    return true;
}
