#include "base/memory.h"
#include "data/mnist.h"
#include "report/html.h"
#include "report_internal.h"

#include <stdlib.h>

enum { MAX_IMAGES = 12 }; // of a cell

static double percent(const Prediction *prediction, size_t digit) {
    return 100.0 * (double)prediction->probabilities[digit];
}

static bool put_image(FILE *page, const Dataset *test, const Prediction *prediction, size_t index,
                      Error *error) {
    int label = test->labels[index];
    fputs("<li><figure><img width=\"84\" height=\"84\" src=\"", page);
    if (!html_put_png_url(page, test->images + index * MNIST_PIXELS, MNIST_SIDE, MNIST_SIDE,
                          PNG_GREY, error))
        return false;
    fprintf(page,
            "\" alt=\"Image %zu\"><figcaption>%d: %.2f %%<br>%d: %.2f %%</figcaption>"
            "</figure></li>\n",
            index, prediction->digit, percent(prediction, prediction->digit), label,
            percent(prediction, (size_t)label));
    return true;
}

// Writes the first `limit` images of a cell, which has `count`.
static bool put_cell(FILE *page, const Dataset *test, const Prediction *predictions, size_t label,
                     size_t digit, size_t count, size_t limit, const ClassNames *classes,
                     Error *error) {
    size_t shown = count < limit ? count : limit;
    fprintf(page, "<section class=\"cell\" id=\"cell-%zu-%zu\"><h3>Label ", label, digit);
    report_put_class(page, label, classes);
    fputs(", predicted ", page);
    report_put_class(page, digit, classes);
    fprintf(page, ": %zu of %zu images</h3>\n<ul class=\"misclassified\">\n", shown, count);
    for (size_t i = 0; shown > 0; i++) {
        if (test->labels[i] != label || predictions[i].digit != digit)
            continue;
        if (!put_image(page, test, &predictions[i], i, error))
            return false;
        shown--;
    }
    fputs("</ul><p><a href=\"#digits\">Back to the matrix</a></p></section>\n", page);
    return true;
}

static bool put_cells(FILE *page, const Dataset *test, const Prediction *predictions,
                      const ConfusionMatrix *confusion, const ClassNames *classes, size_t limit,
                      Error *error) {
    if (confusion->correct < confusion->images)
        fputs("<p class=\"muted\">A number outside the diagonal leads to its images, with the "
              "probabilities of the predicted digit and of the label.</p>\n",
              page);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        for (size_t digit = 0; digit < NETWORK_CLASSES; digit++) {
            size_t count = confusion->counts[label][digit];
            if (digit != label && count > 0 &&
                !put_cell(page, test, predictions, label, digit, count, limit, classes, error))
                return false;
        }
    }
    return true;
}

static bool render(const Dataset *test, const Prediction *predictions,
                   const ConfusionMatrix *confusion, const ClassNames *classes, size_t limit,
                   char **markup, size_t *size, Error *error) {
    FILE *page = open_memstream(markup, size);
    if (!page)
        return error_errno(error, "write", "report");
    bool is_put = put_cells(page, test, predictions, confusion, classes, limit, error);
    bool is_whole = !ferror(page);
    is_whole = fclose(page) == 0 && is_whole;
    if (is_put && !is_whole)
        is_put = error_no_memory(error, "report", *size);
    if (!is_put) {
        free(*markup);
        *markup = NULL;
    }
    return is_put;
}

bool report_render_cells(const Dataset *test, const Prediction *predictions,
                         const ConfusionMatrix *confusion, const ClassNames *classes,
                         size_t max_size, char **markup, Error *error) {
    size_t size;
    for (size_t limit = MAX_IMAGES; limit > 0; limit--) {
        if (!render(test, predictions, confusion, classes, limit, markup, &size, error))
            return false;
        if (size <= max_size)
            return true;
        free(*markup);
        *markup = NULL;
    }
    return true;
}
