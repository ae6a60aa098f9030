#include "base/memory.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/tutorial.h"
#include "report_internal.h"

#include <stdlib.h>

enum { MAX_ROWS = 100 }; // of the table: the page of a long run stays small

// tutorial: (TUTORIAL_EPOCHS), or NULL
static void put_curve(FILE *page, const Report *report, const char *title, const char *description,
                      const double *values, const double *tutorial) {
    Chart chart = {
        .title = title,
        .description = description,
        .curves = {{.name = "this run",
                    .class = "run",
                    .first_epoch = report->run.first_epoch,
                    .count = report->epoch_count,
                    .values = values},
                   {.name = "tutorial",
                    .class = "tutorial",
                    .count = tutorial ? TUTORIAL_EPOCHS : 0,
                    .values = tutorial}},
    };
    chart_put(page, &chart);
}

static bool put_curves(FILE *page, const Report *report, Error *error) {
    size_t count = report->epoch_count;
    double *losses = memory_alloc(2 * count, sizeof *losses, "report", error);
    if (!losses)
        return false;
    double *accuracies = losses + count;
    for (size_t i = 0; i < count; i++) {
        losses[i] = metrics_tutorial_loss(&report->epochs[i].metrics);
        accuracies[i] = metrics_tutorial_accuracy(&report->epochs[i].metrics);
    }
    bool is_tutorial_loss = report->run.config->loss == LOSS_TUTORIAL;
    fputs("<div class=\"curves\">\n", page);
    put_curve(page, report, "Training loss",
              "Training loss by epoch; the table below has the values", losses,
              is_tutorial_loss ? tutorial_losses : NULL);
    put_curve(page, report, "Training accuracy, percent",
              "Training accuracy by epoch; the table below has the values", accuracies,
              tutorial_accuracies);
    fputs("</div>\n", page);
    if (!is_tutorial_loss)
        fputs("<p class=\"muted\">The tutorial's loss is not comparable: it applies softmax "
              "twice.</p>\n",
              page);
    free(losses);
    return true;
}

static void put_epoch(FILE *page, const Report *report, size_t index) {
    const Metrics *metrics = &report->epochs[index].metrics;
    size_t epoch = report->run.first_epoch + index;
    fprintf(page, "<tr><th scope=\"row\">%zu</th><td>", epoch);
    html_put_number(page, "tutorial-loss", 4, metrics_tutorial_loss(metrics));
    fputs("</td><td>", page);
    report_put_tutorial_accuracy(page, metrics);
    if (epoch < TUTORIAL_EPOCHS)
        fprintf(page, "</td><td>%.4f</td><td>%.2f</td><td>", tutorial_losses[epoch],
                tutorial_accuracies[epoch]);
    else
        fputs("</td><td></td><td></td><td>", page);
    html_put_number(page, "exact-loss", 4, metrics_loss(metrics));
    fputs("</td><td>", page);
    report_put_correct(page, metrics);
    fputs("</td><td>", page);
    report_put_accuracy(page, metrics);
    fputs("</td><td>", page);
    html_put_number(page, "seconds", 2, report->epochs[index].seconds);
    fputs("</td></tr>\n", page);
}

static void put_table(FILE *page, const Report *report) {
    size_t step = (report->epoch_count + MAX_ROWS - 1) / MAX_ROWS;
    if (step > 1)
        fprintf(page, "<p>The table has every %zuth epoch and the last one.</p>\n", step);
    fputs("<p class=\"hint\">The table is wider than the screen: scroll it sideways.</p>\n"
          "<div class=\"wide\" role=\"region\" aria-label=\"Epochs of training\" tabindex=\"0\">"
          "<table id=\"epochs\">\n<caption>Epochs of training: in the tutorial's arithmetic, and "
          "exact</caption>\n"
          "<thead><tr><th scope=\"col\">epoch</th><th scope=\"col\">loss</th>"
          "<th scope=\"col\">accuracy</th><th scope=\"col\">tutorial's loss</th>"
          "<th scope=\"col\">its accuracy</th><th scope=\"col\">exact loss</th>"
          "<th scope=\"col\">correct</th><th scope=\"col\">percent</th>"
          "<th scope=\"col\">seconds</th></tr></thead>\n<tbody>\n",
          page);
    for (size_t i = 0; i < report->epoch_count; i++) {
        if (i % step == 0 || i + 1 == report->epoch_count)
            put_epoch(page, report, i);
    }
    fputs("</tbody></table></div>\n", page);
}

bool report_put_epochs(FILE *page, const Report *report, Error *error) {
    fputs("<section id=\"training\"><h2>Training</h2>\n", page);
    if (report->run.first_epoch > 0)
        fprintf(
            page,
            "<p>This run was resumed in epoch %zu; the page does not show earlier epochs.</p>\n",
            report->run.first_epoch);
    if (report->epoch_count == 0) {
        fputs("<p>This run only tested the network; it did not train it.</p>\n", page);
    } else {
        if (!put_curves(page, report, error))
            return false;
        put_table(page, report);
    }
    fputs("</section>\n", page);
    return true;
}
