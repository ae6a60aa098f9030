#include "report/html.h"
#include "report_internal.h"
#include "train/confusion.h"

#include <stdlib.h>

enum { SHADES = 20 }; // as in report.css

// The shade of a cell is its count divided by full_count.
static void begin_cell(FILE *page, size_t count, bool is_correct, size_t full_count) {
    const char *class = count == 0 ? "none" : is_correct ? "correct" : "wrong";
    size_t shade = full_count > 0 ? (SHADES * count + full_count / 2) / full_count : 0;
    fprintf(page, "<td class=\"%s s%zu\">", class, shade);
}

static size_t largest_wrong_count(const ConfusionMatrix *confusion) {
    size_t largest = 0;
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        for (size_t digit = 0; digit < NETWORK_CLASSES; digit++) {
            size_t count = confusion->counts[label][digit];
            if (digit != label && count > largest)
                largest = count;
        }
    }
    return largest;
}

// A column is narrow: its name appears when a pointer is on it.
static void put_column_heading(FILE *page, size_t digit, const ClassNames *classes) {
    fputs("<th scope=\"col\"", page);
    if (classes) {
        fputs(" title=\"", page);
        html_put_text(page, classes->names[digit]);
        fputc('"', page);
    }
    fprintf(page, ">%zu</th>", digit);
}

static void put_row_heading(FILE *page, size_t label, const ClassNames *classes) {
    fputs("<tr><th scope=\"row\">", page);
    report_put_class(page, label, classes);
    fputs("</th>", page);
}

static void put_row(FILE *page, const ConfusionMatrix *confusion, size_t label,
                    size_t largest_wrong, bool has_links) {
    size_t images = confusion_class(confusion, label).images;
    for (size_t digit = 0; digit < NETWORK_CLASSES; digit++) {
        size_t count = confusion->counts[label][digit];
        bool is_correct = label == digit;
        begin_cell(page, count, is_correct, is_correct ? images : largest_wrong);
        if (has_links && !is_correct && count > 0)
            fprintf(page, "<a href=\"#cell-%zu-%zu\">%zu</a></td>", label, digit, count);
        else
            fprintf(page, "%zu</td>", count);
    }
    fputs("</tr>\n", page);
}

static void put_matrix(FILE *page, const ConfusionMatrix *confusion, const ClassNames *classes,
                       bool has_links) {
    size_t largest_wrong = largest_wrong_count(confusion);
    fputs("<div class=\"wide\"><table class=\"confusion\">\n<caption>Confusion matrix: label by "
          "row, prediction by column</caption>\n<thead><tr><td></td>",
          page);
    for (size_t digit = 0; digit < NETWORK_CLASSES; digit++)
        put_column_heading(page, digit, classes);
    fputs("</tr></thead>\n<tbody>\n", page);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        put_row_heading(page, label, classes);
        put_row(page, confusion, label, largest_wrong, has_links);
    }
    fputs("</tbody></table></div>\n", page);
}

static void put_classes(FILE *page, const ConfusionMatrix *confusion, const ClassNames *classes) {
    fputs("<div class=\"wide\"><table id=\"classes\">\n<caption>Precision: the fraction of the "
          "images predicted as a digit that have its label. Recall: the fraction of the images "
          "with a label that are predicted correctly.</caption>\n"
          "<thead><tr><th scope=\"col\">digit</th><th scope=\"col\">images</th>"
          "<th scope=\"col\">correct</th><th scope=\"col\">precision</th>"
          "<th scope=\"col\">recall</th><th scope=\"col\">F1</th></tr></thead>\n<tbody>\n",
          page);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        ClassMetrics metrics = confusion_class(confusion, label);
        put_row_heading(page, label, classes);
        fprintf(page, "<td>%zu</td><td>%zu</td><td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>\n",
                metrics.images, metrics.correct, metrics.precision, metrics.recall, metrics.f1);
    }
    fputs("</tbody></table></div>\n", page);
}

bool report_put_confusion(FILE *page, const Dataset *test, const Prediction *predictions,
                          const ClassNames *classes, size_t max_images_size, Error *error) {
    char *cells;
    ConfusionMatrix confusion = confusion_count(predictions, test->labels, test->count);
    if (!report_render_cells(test, predictions, &confusion, classes, max_images_size, &cells,
                             error))
        return false;
    fputs("<section id=\"digits\"><h2>Test results by digit</h2>\n", page);
    put_matrix(page, &confusion, classes, cells);
    if (cells)
        fputs(cells, page);
    put_classes(page, &confusion, classes);
    fputs("</section>\n", page);
    free(cells);
    return true;
}
