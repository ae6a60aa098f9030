#include "report/report.h"

#include "base/memory.h"
#include "io/atomic_file.h"
#include "report/html.h"
#include "report/report_assets.h"
#include "report/tutorial.h"
#include "report_internal.h"

#include <stdlib.h>

enum {
    MAX_PAGE = 900000, // bytes
    RESERVE = 50000,   // of these for the sections after the confusion matrix
};

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

// Writes 'sha256-...' of a content security policy: only text with this hash is used.
static void put_hash(FILE *page, const uint8_t sha256[REPORT_SHA256]) {
    fputs("'sha256-", page);
    html_put_base64(page, sha256, REPORT_SHA256);
    fputs("'", page);
}

// The page may use its own style sheet, script and images, and nothing else.
static void put_policy(FILE *page) {
    fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "base-uri 'none'; form-action 'none'; img-src data:; style-src ",
          page);
    put_hash(page, report_css_sha256);
    fputs("; script-src ", page);
    put_hash(page, report_js_sha256);
    fputs("\">\n", page);
}

static void put_head(FILE *page, const Metrics *metrics) {
    fprintf(page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<title>mnist-train: test accuracy %.2f %%</title>\n",
            metrics_accuracy(metrics));
    put_policy(page);
    fputs("<style>", page);
    fwrite(report_css, 1, report_css_size, page);
    fputs("</style>\n</head>\n", page);
}

static void put_introduction(FILE *page, const RunInfo *run) {
    fputs("<h1>Training report: recognition of handwritten digits</h1>\n<p>mnist-train ", page);
    if (run->train)
        fprintf(page, "trained a small neural network on %zu images of digits and tested it on ",
                run->train->count);
    else
        fputs("tested a small neural network for images of digits on ", page);
    fprintf(page,
            "%zu %simages. The network, with %d pixels, %d hidden units and %d classes, is "
            "that of <a href=\"%s\" rel=\"noreferrer\">",
            run->test->count, run->train ? "other " : "", NETWORK_PIXELS, NETWORK_HIDDEN,
            NETWORK_CLASSES, tutorial_address);
    html_put_text(page, tutorial_name);
    fputs("</a>, and the page shows how well it learned, what it has learned, and which digits it "
          "confuses.</p>\n",
          page);
}

static void put_test(FILE *page, const Report *report) {
    const Metrics *metrics = &report->test_metrics;
    fputs("<header id=\"test\">\n", page);
    put_introduction(page, &report->run);
    fputs("<p class=\"result\">Test accuracy <b>", page);
    report_put_accuracy(page, metrics);
    fputs(" %</b></p>\n<p>The network classified ", page);
    report_put_correct(page, metrics);
    fputs(" test images correctly; 95 % interval &#177;", page);
    html_put_number(page, "exact-margin", 2, metrics_accuracy_margin(metrics));
    fputs(" points. The test took ", page);
    html_put_number(page, "seconds", 3, report->test_seconds);
    fputs(" s.</p>\n<p class=\"muted\">In the tutorial's arithmetic, which rounds down: ", page);
    report_put_tutorial_accuracy(page, metrics);
    fprintf(page, "; the tutorial's own run: %.2f.</p>\n</header>\n", tutorial_test_accuracy);
}

// Returns how many bytes the images of the confusion matrix may need: what is left of the page.
static size_t images_budget(FILE *page) {
    long used = ftell(page);
    return used >= 0 && used < MAX_PAGE - RESERVE ? (size_t)(MAX_PAGE - RESERVE - used) : 0;
}

static bool put_page(FILE *page, const Report *report, const NetworkParameters *parameters,
                     const Prediction *predictions, Error *error) {
    const Dataset *test = report->run.test;
    const ClassNames *classes = report->run.classes;
    put_head(page, &report->test_metrics);
    fputs("<body>\n<main>\n", page);
    put_test(page, report);
    report_put_draw(page, parameters, classes);
    if (!report_put_epochs(page, report, error) ||
        !report_put_weights(page, parameters, test, error) ||
        !report_put_confusion(page, test, predictions, classes, images_budget(page), error) ||
        !report_put_misclassified(page, test, predictions, classes, error))
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
