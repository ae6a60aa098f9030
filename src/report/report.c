#include "report/report.h"

#include "base/memory.h"
#include "io/atomic_file.h"
#include "report/html.h"
#include "report/report_css.h"
#include "report/tutorial.h"
#include "report_internal.h"

#include <stdlib.h>

bool report_begin(Report *report, const char *path, const RunInfo *run, Error *error) {
    *report = (Report){
        .path = path,
        .run = *run,
        .max_epochs = run->config->epochs - run->first_epoch,
    };
    report->epochs = memory_alloc(report->max_epochs, sizeof *report->epochs, path, error);
    return report->epochs;
}

void report_destroy(Report *report) {
    free(report->epochs);
    *report = (Report){0};
}

void report_on_event(void *context, const TrainEvent *event) {
    Report *report = context;
    if (!report->path)
        return;
    if (event->kind == TRAIN_EPOCH_DONE && report->epoch_count < report->max_epochs)
        report->epochs[report->epoch_count++] = (ReportEpoch){*event->metrics, event->seconds};
    if (event->kind == TRAIN_TEST_DONE) {
        report->test_metrics = *event->metrics;
        report->test_seconds = event->seconds;
    }
}

void report_put_class(FILE *page, size_t class, const ClassNames *classes) {
    fprintf(page, "%zu", class);
    if (classes) {
        fputc(' ', page);
        html_put_text(page, classes->names[class]);
    }
}

void report_put_accuracy(FILE *page, const Metrics *metrics) {
    html_put_number(page, "exact-accuracy", 2, metrics_accuracy(metrics));
}

void report_put_correct(FILE *page, const Metrics *metrics) {
    html_put_number(page, "exact-right", 0, (double)metrics->correct);
    fputs(" of ", page);
    html_put_number(page, "exact-images", 0, (double)metrics->images);
}

void report_put_tutorial_accuracy(FILE *page, const Metrics *metrics) {
    html_put_number(page, "tutorial-accuracy", 2, metrics_tutorial_accuracy(metrics));
}

// The content security policy allows only the page's own style and images.
static void put_head(FILE *page, const Metrics *metrics) {
    fprintf(page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "img-src data:; style-src 'unsafe-inline'\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<title>mnist-train: test accuracy %.2f %%</title>\n<style>\n%s</style>\n</head>\n",
            metrics_accuracy(metrics), report_css);
}

static void put_test(FILE *page, const Report *report) {
    const Metrics *metrics = &report->test_metrics;
    fputs("<header id=\"test\">\n<h1>Handwritten digits: test accuracy ", page);
    report_put_accuracy(page, metrics);
    fprintf(page, " %%</h1>\n<p>The %d-%d-%d network classified ", NETWORK_PIXELS, NETWORK_HIDDEN,
            NETWORK_CLASSES);
    report_put_correct(page, metrics);
    fputs(" test images correctly; 95 % interval &#177;", page);
    html_put_number(page, "exact-margin", 2, metrics_accuracy_margin(metrics));
    fputs(" points. The test took ", page);
    html_put_number(page, "seconds", 3, report->test_seconds);
    fputs(" s.</p>\n<p class=\"muted\">In the tutorial's arithmetic, which rounds down: ", page);
    report_put_tutorial_accuracy(page, metrics);
    fprintf(page, "; the tutorial's own run: %.2f.</p>\n</header>\n", tutorial_test_accuracy);
}

static bool put_page(FILE *page, const Report *report, const NetworkParameters *parameters,
                     const Prediction *predictions, Error *error) {
    const Dataset *test = report->run.test;
    put_head(page, &report->test_metrics);
    fputs("<body>\n<main>\n", page);
    put_test(page, report);
    if (!report_put_epochs(page, report, error))
        return false;
    const ClassNames *classes = report->run.classes;
    report_put_confusion(page, test, predictions, classes);
    if (!report_put_misclassified(page, test, predictions, classes, error) ||
        !report_put_weights(page, parameters, error))
        return false;
    report_put_reproduce(page, &report->run);
    fputs("</main>\n</body>\n</html>\n", page);
    return true;
}

bool report_write(const Report *report, const NetworkParameters *parameters,
                  const Prediction *predictions, Error *error) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *page = open_memstream(&bytes, &size);
    if (!page)
        return error_errno(error, "write", report->path);
    bool is_put = put_page(page, report, parameters, predictions, error);
    bool is_whole = !ferror(page);
    is_whole = fclose(page) == 0 && is_whole && bytes; // fclose may allocate the bytes anew
    if (is_put && !is_whole)
        is_put = error_no_memory(error, report->path, size);
    bool is_written = is_put && atomic_file_write(report->path, bytes, size, error);
    free(bytes);
    return is_written;
}
