#include "report/report.h"

#include "io/atomic_file.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/report_css.h"
#include "report/report_images.h"
#include "report/report_reproduce.h"
#include "train/confusion.h"

#include <stdlib.h>

// What the tutorial's own run printed.
enum { TUTORIAL_EPOCHS = 5 };
static const double tutorial_losses[TUTORIAL_EPOCHS] = {1.6167, 1.5299, 1.5143, 1.5059, 1.5003};
static const double tutorial_accuracies[TUTORIAL_EPOCHS] = {86.02, 93.26, 94.69, 95.46, 95.98};
static const double tutorial_test_accuracy = 96.32;

static void put_head(FILE *page, const Report *report) {
    const Metrics *tested = &report->tested;
    fprintf(page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "img-src data:; style-src 'unsafe-inline'\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<title>mnist-train: %.2f %% of the test images right</title>\n<style>\n%s</style>\n"
            "</head>\n<body>\n<main>\n<header id=\"test\">\n<h1>",
            metrics_accuracy(tested), report_css);
    html_put_number(page, "exact-accuracy", 2, metrics_accuracy(tested));
    fputs(" % right</h1>\n<p>", page);
    html_put_number(page, "exact-right", 0, (double)tested->correct);
    fputs(" of ", page);
    html_put_number(page, "exact-images", 0, (double)tested->images);
    fputs(" test images; 95 % interval &#177;", page);
    html_put_number(page, "exact-margin", 2, metrics_accuracy_margin(tested));
    fputs(" points; ", page);
    html_put_number(page, "seconds", 3, report->test_seconds);
    fputs(" s.</p>\n<p class=\"soft\">In the tutorial's arithmetic, which rounds down, ", page);
    html_put_number(page, "tutorial-accuracy", 2, metrics_tutorial_accuracy(tested));
    fprintf(page, "; the tutorial has %.2f.</p>\n</header>\n", tutorial_test_accuracy);
}

static void put_curve(FILE *page, const Report *report, const char *title, const char *description,
                      const double *values, const double *tutorial) {
    Chart chart = {
        .title = title,
        .description = description,
        .curves = {{.name = "this run",
                    .class = "run",
                    .first_epoch = report->first_epoch,
                    .count = report->epoch_count,
                    .values = values},
                   {.name = "the tutorial's run",
                    .class = "other",
                    .count = tutorial ? TUTORIAL_EPOCHS : 0,
                    .values = tutorial}},
    };
    chart_put(page, &chart);
}

static bool put_curves(FILE *page, const Report *report, Error *error) {
    size_t count = report->epoch_count;
    double *losses = calloc(2 * count, sizeof *losses);
    if (!losses)
        return error_set(error, "report: expected memory for curves, found less");
    double *accuracies = losses + count;
    for (size_t i = 0; i < count; i++) {
        losses[i] = metrics_tutorial_loss(&report->epochs[i].metrics);
        accuracies[i] = metrics_tutorial_accuracy(&report->epochs[i].metrics);
    }
    bool same_loss = report->settings->loss == LOSS_TUTORIAL;
    fputs("<div class=\"curves\">\n", page);
    put_curve(page, report, "Loss in training", "Loss by epoch; the metrics are in the table below",
              losses, same_loss ? tutorial_losses : NULL);
    put_curve(page, report, "Accuracy in training, percent",
              "Accuracy by epoch; the metrics are in the table below", accuracies,
              tutorial_accuracies);
    fputs("</div>\n", page);
    if (!same_loss)
        fputs("<p class=\"soft\">The tutorial's loss is another: it takes the softmax twice.</p>\n",
              page);
    free(losses);
    return true;
}

static void put_epoch(FILE *page, const Report *report, size_t i) {
    const Metrics *metrics = &report->epochs[i].metrics;
    size_t epoch = report->first_epoch + i;
    fprintf(page, "<tr><th scope=\"row\">%zu</th><td>", epoch);
    html_put_number(page, "tutorial-loss", 4, metrics_tutorial_loss(metrics));
    fputs("</td><td>", page);
    html_put_number(page, "tutorial-accuracy", 2, metrics_tutorial_accuracy(metrics));
    if (epoch < TUTORIAL_EPOCHS)
        fprintf(page, "</td><td>%.4f</td><td>%.2f</td><td>", tutorial_losses[epoch],
                tutorial_accuracies[epoch]);
    else
        fputs("</td><td></td><td></td><td>", page);
    html_put_number(page, "exact-loss", 4, metrics_loss(metrics));
    fputs("</td><td>", page);
    html_put_number(page, "exact-right", 0, (double)metrics->correct);
    fputs(" of ", page);
    html_put_number(page, "exact-images", 0, (double)metrics->images);
    fputs("</td><td>", page);
    html_put_number(page, "exact-accuracy", 2, metrics_accuracy(metrics));
    fputs("</td><td>", page);
    html_put_number(page, "seconds", 2, report->epochs[i].seconds);
    fputs("</td></tr>\n", page);
}

static void put_epochs(FILE *page, const Report *report) {
    fputs("<div class=\"wide\"><table id=\"epochs\">\n<caption>Each epoch, in the tutorial's "
          "arithmetic and exactly</caption>\n"
          "<thead><tr><th scope=\"col\">epoch</th><th scope=\"col\">loss</th>"
          "<th scope=\"col\">accuracy</th><th scope=\"col\">tutorial's loss</th>"
          "<th scope=\"col\">its accuracy</th><th scope=\"col\">exact loss</th>"
          "<th scope=\"col\">right</th><th scope=\"col\">percent</th>"
          "<th scope=\"col\">seconds</th></tr></thead>\n<tbody>\n",
          page);
    for (size_t i = 0; i < report->epoch_count; i++)
        put_epoch(page, report, i);
    fputs("</tbody></table></div>\n", page);
}

static bool put_training(FILE *page, const Report *report, Error *error) {
    bool put = true;
    fputs("<section id=\"training\"><h2>Training</h2>\n", page);
    if (report->first_epoch > 0)
        fprintf(page,
                "<p>The run was resumed: epochs before epoch %zu were trained earlier and are not "
                "on this page.</p>\n",
                report->first_epoch);
    if (report->epoch_count == 0) {
        fputs("<p>Nothing was trained: the network was only tested.</p>\n", page);
    } else {
        put = put_curves(page, report, error);
        put_epochs(page, report);
    }
    fputs("</section>\n", page);
    return put;
}

// A cell is shaded by its share of the row's images, or of the most frequent mistake.
static void put_cell(FILE *page, size_t count, bool is_right, size_t most) {
    const char *class = count == 0 ? "none" : is_right ? "right" : "wrong";
    fprintf(page, "<td class=\"%s\" style=\"--share:%.2f\">%zu</td>", class,
            most > 0 ? (double)count / (double)most : 0.0, count);
}

static void put_confusion(FILE *page, const ConfusionMatrix *confusion) {
    size_t most_wrong = 0;
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        for (size_t digit = 0; digit < NETWORK_CLASSES; digit++) {
            size_t count = confusion->counts[label][digit];
            if (digit != label && count > most_wrong)
                most_wrong = count;
        }
    }
    fputs(
        "<div class=\"wide\"><table class=\"confusion\">\n<caption>Which digit (by row) was taken "
        "for which (by column)</caption>\n<thead><tr><td></td>",
        page);
    for (int digit = 0; digit < NETWORK_CLASSES; digit++)
        fprintf(page, "<th scope=\"col\">%d</th>", digit);
    fputs("</tr></thead>\n<tbody>\n", page);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        size_t images = confusion_class(confusion, label).images;
        fprintf(page, "<tr><th scope=\"row\">%zu</th>", label);
        for (size_t digit = 0; digit < NETWORK_CLASSES; digit++)
            put_cell(page, confusion->counts[label][digit], label == digit,
                     label == digit ? images : most_wrong);
        fputs("</tr>\n", page);
    }
    fputs("</tbody></table></div>\n", page);
}

static void put_classes(FILE *page, const ConfusionMatrix *confusion) {
    fputs("<div class=\"wide\"><table id=\"classes\">\n<caption>Each digit: how many of those that "
          "were taken for it are it (precision), and how many of it were found (recall)</caption>\n"
          "<thead><tr><th scope=\"col\">digit</th><th scope=\"col\">images</th>"
          "<th scope=\"col\">right</th><th scope=\"col\">precision</th>"
          "<th scope=\"col\">recall</th><th scope=\"col\">F1</th></tr></thead>\n<tbody>\n",
          page);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        ClassMetrics metrics = confusion_class(confusion, label);
        fprintf(page,
                "<tr><th scope=\"row\">%zu</th><td>%zu</td><td>%zu</td><td>%.4f</td><td>%.4f</td>"
                "<td>%.4f</td></tr>\n",
                label, metrics.images, metrics.correct, metrics.precision, metrics.recall,
                metrics.f1);
    }
    fputs("</tbody></table></div>\n", page);
}

static void put_test(FILE *page, const Report *report) {
    ConfusionMatrix confusion =
        confusion_count(report->predictions, report->test->labels, report->test->count);
    fputs("<section id=\"digits\"><h2>The test, digit by digit</h2>\n", page);
    put_confusion(page, &confusion);
    put_classes(page, &confusion);
    fputs("</section>\n", page);
}

static bool put_page(FILE *page, const Report *report, Error *error) {
    put_head(page, report);
    if (!put_training(page, report, error))
        return false;
    put_test(page, report);
    if (!report_put_misclassified(page, report->test, report->predictions, error) ||
        !report_put_weights(page, report->parameters, error))
        return false;
    report_put_reproduce(page, report);
    fputs("</main>\n</body>\n</html>\n", page);
    return true;
}

bool report_write(const char *path, const Report *report, Error *error) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *page = open_memstream(&bytes, &size);
    if (!page)
        return error_set(error, "%s: expected memory for the page, found less", path);
    bool put = put_page(page, report, error);
    bool whole = !ferror(page);
    whole = fclose(page) == 0 && whole;
    if (put && !whole)
        put = error_set(error, "%s: expected memory for the page, found less", path);
    bool written = put && atomic_file_write(path, bytes, size, error);
    free(bytes);
    return written;
}
