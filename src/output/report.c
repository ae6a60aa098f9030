#include "output/report.h"

#include "base/byte_order.h"
#include "base/number.h"
#include "chart.h"
#include "html.h"
#include "io/atomic_file.h"
#include "report_sections.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const char report_css[], report_js[]; // report.css and draw.js, embedded by the Makefile

// The tutorial's own run, as recorded in it: PyTorch 1.2, no seed set. Comparable with
// metrics_tutorial_loss and metrics_tutorial_accuracy.
static const char tutorial_name[] = "AINewHorizon's introduction to PyTorch";
static const char tutorial_address[] = "https://github.com/AINewHorizon/pytorch_notebooks";
enum { TUTORIAL_EPOCHS = 5 };
static const double tutorial_losses[TUTORIAL_EPOCHS] = {1.6167, 1.5299, 1.5143, 1.5059, 1.5003};
static const double tutorial_accuracies[TUTORIAL_EPOCHS] = {86.02, 93.26, 94.69, 95.46, 95.98};
static const double tutorial_test_accuracy = 96.32;

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

void report_on_event(Report *report, const TrainEvent *event) {
    if (!report->path)
        return;
    if (event->kind == TRAIN_EPOCH_DONE && report->epoch_count < report->max_epochs)
        report->epochs[report->epoch_count++] = (ReportEpoch){
            *event->metrics, event->seconds, event->test ? *event->test : (Metrics){0}};
    if (event->kind == TRAIN_TEST_DONE) {
        report->test_metrics = *event->metrics;
        report->test_seconds = event->seconds;
    }
}

// The page may use its own style sheet, script and images, and nothing else.
static void put_head(const Page *page) {
    FILE *html = page->html;
    fprintf(html,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<title>mnist-train: test accuracy %.2f %%</title>\n",
            metrics_accuracy(&page->report->test_metrics));
    fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'; "
          "script-src 'unsafe-inline'\">\n<style>",
          html);
    fputs(report_css, html);
    fputs("</style>\n</head>\n", html);
}

static void put_test(const Page *page) {
    FILE *html = page->html;
    const RunInfo *run = &page->report->run;
    const Metrics *metrics = &page->report->test_metrics;
    fputs("<header id=\"test\">\n<h1>Training report: recognition of handwritten digits</h1>\n"
          "<p>mnist-train ",
          html);
    if (run->train)
        fprintf(html, "trained a small neural network on %zu images of digits and tested it on ",
                run->train->count);
    else
        fputs("tested a small neural network for images of digits on ", html);
    fprintf(html,
            "%zu %simages. The network, with %d pixels, %d hidden units and %d classes, is "
            "that of <a href=\"%s\" rel=\"noreferrer\">%s</a>, and the page shows how well it "
            "learned, what it has learned, and which digits it confuses.</p>\n",
            run->test->count, run->train ? "other " : "", MNIST_PIXELS, NETWORK_HIDDEN,
            MNIST_CLASSES, tutorial_address, tutorial_name);
    fprintf(html,
            "<p class=\"result\">Test accuracy <b>%.2f %%</b></p>\n"
            "<p>The network classified %zu of %zu test images correctly; 95 %% interval "
            "&#177;%.2f points. The test took %.3f s.</p>\n"
            "<p class=\"muted\">In the tutorial's arithmetic, which rounds down: %.2f; the "
            "tutorial's own run: %.2f.</p>\n</header>\n",
            metrics_accuracy(metrics), metrics->correct, metrics->images,
            metrics_accuracy_margin(metrics), page->report->test_seconds,
            metrics_tutorial_accuracy(metrics), tutorial_test_accuracy);
}

// Fills page->classes. Returns false and sets *error if memory is short.
static bool set_classes(Page *page, Error *error) {
    const ClassNames *classes = page->report->run.classes;
    for (size_t digit = 0; digit < MNIST_CLASSES; digit++) {
        FILE *text = fmemopen(page->classes[digit], PAGE_CLASS, "w");
        if (!text)
            return error_errno(error, "write", page->report->path);
        fprintf(text, classes ? "%zu " : "%zu", digit);
        html_put_text(text, classes ? classes->names[digit] : "");
        fclose(text);
    }
    return true;
}

// Writes the tensors in the order of NetworkParameters as float32, little-endian, in base 64. A
// script element of an unknown type is data.
static void put_parameters(FILE *html, const NetworkParameters *parameters) {
    enum { FLOATS = 768 }; // a multiple of 3, so that the pieces have no padding
    const char *tensors = (const char *)parameters;
    uint8_t bytes[FLOATS * sizeof(float)];
    fputs("<script type=\"application/octet-stream\" id=\"draw-parameters\">", html);
    for (size_t first = 0; first < NETWORK_PARAMETERS; first += FLOATS) {
        size_t count = number_min(NETWORK_PARAMETERS - first, FLOATS);
        memcpy(bytes, tensors + first * sizeof(float), count * sizeof(float));
        byte_order_little(bytes, count, sizeof(float));
        html_put_base64(html, bytes, count * sizeof(float));
    }
    fputs("</script>\n", html);
}

// A canvas for digits that the network recognises in the browser. The script shows the section:
// without scripts the page has no canvas.
static void put_draw(const Page *page) {
    FILE *html = page->html;
    fputs("<section id=\"draw\" hidden><h2>Draw a digit</h2>\n"
          "<p>Draw with a mouse, a finger or a pen. The network in this page predicts the digit "
          "while you draw; nothing leaves the page.</p>\n"
          "<div class=\"draw\">\n"
          "<canvas id=\"draw-canvas\" width=\"280\" height=\"280\" role=\"img\" "
          "aria-label=\"Drawing area\"></canvas>\n"
          "<div class=\"input\"><canvas id=\"draw-input\" width=\"28\" height=\"28\" "
          "role=\"img\" aria-label=\"What the network sees: the digit scaled and centred, 28 by "
          "28 pixels\"></canvas>\n"
          "<p class=\"muted\">What the network sees</p>\n"
          "<button id=\"draw-clear\" type=\"button\">Clear</button></div>\n"
          "<table id=\"draw-bars\"><caption>Probability of each digit</caption><tbody>\n",
          html);
    for (size_t digit = 0; digit < MNIST_CLASSES; digit++)
        fprintf(html,
                "<tr><th scope=\"row\">%s</th><td><div class=\"bar\"></div></td><td></td></tr>\n",
                page->classes[digit]);
    fputs("</tbody></table>\n</div>\n<p id=\"draw-result\"></p>\n", html);
    put_parameters(html, page->parameters);
    fputs("<script>", html);
    fputs(report_js, html);
    fputs("</script>\n</section>\n", html);
}

static bool put_curves(const Page *page, Error *error) {
    const Report *report = page->report;
    size_t count = report->epoch_count;
    const bool has_tests = report->run.config->tests_every_epoch;
    double *losses = memory_alloc(3 * count, sizeof *losses, "report", error);
    if (!losses)
        return false;
    double *accuracies = losses + count;
    double *tests = accuracies + count;
    for (size_t i = 0; i < count; i++) {
        losses[i] = metrics_tutorial_loss(&report->epochs[i].metrics);
        accuracies[i] = metrics_tutorial_accuracy(&report->epochs[i].metrics);
        if (has_tests)
            tests[i] = metrics_accuracy(&report->epochs[i].test);
    }
    const ChartCurve loss = {report->run.first_epoch, count, losses};
    const ChartCurve accuracy = {report->run.first_epoch, count, accuracies};
    const ChartCurve test = {report->run.first_epoch, has_tests ? count : 0, tests};
    const bool is_tutorial_loss = report->run.config->loss == LOSS_TUTORIAL;
    const size_t tutorial_count = is_tutorial_loss ? TUTORIAL_EPOCHS : 0;
    fputs("<div class=\"curves\">\n", page->html);
    chart_put(page->html, "Training loss",
              (ChartCurve[CHART_CURVES]){loss, {0, tutorial_count, tutorial_losses}});
    chart_put(
        page->html,
        has_tests ? "Training and test accuracy in percent" : "Training accuracy in percent",
        (ChartCurve[CHART_CURVES]){accuracy, {0, TUTORIAL_EPOCHS, tutorial_accuracies}, test});
    fputs("</div>\n", page->html);
    if (!is_tutorial_loss)
        fputs("<p class=\"muted\">The tutorial's loss is not comparable: it applies softmax "
              "twice.</p>\n",
              page->html);
    free(losses);
    return true;
}

static void put_epoch(FILE *html, size_t epoch, const ReportEpoch *result, bool has_test) {
    const Metrics *metrics = &result->metrics;
    fprintf(html, "<tr><th scope=\"row\">%zu</th><td>%.4f</td><td>%.2f</td>", epoch,
            metrics_tutorial_loss(metrics), metrics_tutorial_accuracy(metrics));
    if (epoch < TUTORIAL_EPOCHS)
        fprintf(html, "<td>%.4f</td><td>%.2f</td>", tutorial_losses[epoch],
                tutorial_accuracies[epoch]);
    else
        fputs("<td></td><td></td>", html);
    fprintf(html, "<td>%.4f</td><td>%zu of %zu</td><td>%.2f</td>", metrics_loss(metrics),
            metrics->correct, metrics->images, metrics_accuracy(metrics));
    if (has_test)
        fprintf(html, "<td>%.2f</td>", metrics_accuracy(&result->test));
    fprintf(html, "<td>%.2f</td></tr>\n", result->seconds);
}

static void put_epochs(const Page *page) {
    const Report *report = page->report;
    const bool has_tests = report->run.config->tests_every_epoch;
    FILE *html = page->html;
    fputs("<div class=\"wide\" role=\"region\" aria-label=\"Epochs of training\" tabindex=\"0\">"
          "<table id=\"epochs\">\n<caption>Epochs of training: in the tutorial's arithmetic, and "
          "exact</caption>\n"
          "<thead><tr><th scope=\"col\">epoch</th><th scope=\"col\">loss</th>"
          "<th scope=\"col\">accuracy</th><th scope=\"col\">tutorial's loss</th>"
          "<th scope=\"col\">its accuracy</th><th scope=\"col\">exact loss</th>"
          "<th scope=\"col\">correct</th><th scope=\"col\">percent</th>",
          html);
    fputs(has_tests ? "<th scope=\"col\">percent in test</th>" : "", html);
    fputs("<th scope=\"col\">seconds</th></tr></thead>\n<tbody>\n", html);
    for (size_t i = 0; i < report->epoch_count; i++)
        put_epoch(html, report->run.first_epoch + i, &report->epochs[i], has_tests);
    fputs("</tbody></table></div>\n", html);
}

static bool put_training(const Page *page, Error *error) {
    size_t first_epoch = page->report->run.first_epoch;
    fputs("<section id=\"training\"><h2>Training</h2>\n", page->html);
    if (first_epoch > 0)
        fprintf(page->html,
                "<p>This run was resumed in epoch %zu; the page does not show earlier "
                "epochs.</p>\n",
                first_epoch);
    if (page->report->epoch_count == 0)
        fputs("<p>This run only tested the network; it did not train it.</p>\n", page->html);
    else if (put_curves(page, error))
        put_epochs(page);
    else
        return false;
    fputs("</section>\n", page->html);
    return true;
}

// The picture of the weights: tiles of 28x28 pixels, with lines of one pixel between and around.
enum {
    TILE = MNIST_SIDE + 1,
    COLUMNS = 16,
    WIDTH = COLUMNS * TILE + 1,
    HEIGHT = NETWORK_HIDDEN / COLUMNS * TILE + 1,
};

// Negative weights are blue, positive ones orange, of the colour-blind safe palette of Okabe and
// Ito; zero is white. The number of shades is small, because noise in many shades makes a large
// PNG.
static void set_pixel(float weight, float scale, uint8_t *pixel) {
    enum { SHADES = 16 };
    static const uint8_t ends[2][3] = {{0, 114, 178}, {213, 94, 0}};
    float shade = roundf(fminf(fabsf(weight) / scale, 1.0F) * SHADES) / SHADES;
    for (size_t c = 0; c < 3; c++) {
        float end = ends[weight > 0.0F][c];
        pixel[c] = (uint8_t)(255.0F + (end - 255.0F) * shade + 0.5F);
    }
}

// The first layer's weights, one image for each hidden unit.
static bool put_weights(const Page *page, Error *error) {
    enum { COUNT = NETWORK_HIDDEN * MNIST_PIXELS, GREY = 128 };
    FILE *html = page->html;
    const float *weights = page->parameters->d1_weight; // (hidden, pixels)
    double squares = 0.0;
    for (size_t i = 0; i < COUNT; i++)
        squares += (double)weights[i] * (double)weights[i];
    float scale = fminf((float)(3.0 * sqrt(squares / COUNT)), FLT_MAX);
    uint8_t *image = memory_alloc((size_t)WIDTH * HEIGHT, 3, "report", error);
    if (!image)
        return false;
    memset(image, GREY, (size_t)3 * WIDTH * HEIGHT);
    for (size_t i = 0; i < COUNT; i++) {
        size_t unit = i / MNIST_PIXELS, pixel = i % MNIST_PIXELS;
        size_t x = unit % COLUMNS * TILE + 1 + pixel % MNIST_SIDE;
        size_t y = unit / COLUMNS * TILE + 1 + pixel / MNIST_SIDE;
        set_pixel(weights[i], scale > 0.0F ? scale : 1.0F, image + 3 * (y * WIDTH + x));
    }
    fprintf(html,
            "<section id=\"weights\"><h2>First-layer weights of the hidden units</h2>\n"
            "<p class=\"muted\">One image for each of the %d hidden units: blue is negative, white "
            "zero, orange positive. Colours are full at &#177;%.3g, three times the root mean "
            "square of the weights. Pale images are of units whose ReLU is off for nearly all "
            "digits: they have no gradient, and training hardly changes them.</p>\n"
            "<div class=\"wide\" role=\"region\" aria-label=\"Weights\" tabindex=\"0\">"
            "<img class=\"weights\" width=\"%d\" height=\"%d\" src=\"",
            NETWORK_HIDDEN, (double)scale, WIDTH, HEIGHT);
    bool is_put = html_put_png_url(html, image, WIDTH, HEIGHT, PNG_RGB, error);
    fprintf(html,
            "\" alt=\"The weights of %d hidden units as images of %d by %d pixels\"></div>\n"
            "</section>\n",
            NETWORK_HIDDEN, MNIST_SIDE, MNIST_SIDE);
    free(image);
    return is_put;
}

static bool put_page(const Page *page, Error *error) {
    put_head(page);
    fputs("<body>\n<main>\n", page->html);
    put_test(page);
    put_draw(page);
    if (!put_training(page, error) || !put_weights(page, error) ||
        !page_put_confusion(page, error) || !page_put_misclassified(page, error))
        return false;
    page_put_reproduce(page);
    fputs("</main>\n</body>\n</html>\n", page->html);
    return true;
}

bool report_write(const Report *report, const NetworkParameters *parameters,
                  const Prediction *predictions, Error *error) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *html = open_memstream(&bytes, &size);
    if (!html)
        return error_errno(error, "write", report->path);
    Page page = {
        .html = html, .report = report, .parameters = parameters, .predictions = predictions};
    bool is_put = set_classes(&page, error) && put_page(&page, error);
    bool is_whole = !ferror(html);
    is_whole = fclose(html) == 0 && is_whole && bytes; // fclose may allocate the bytes anew
    if (is_put && !is_whole)
        is_put = error_no_memory(error, report->path, size);
    bool is_written = is_put && atomic_file_write(report->path, bytes, size, error);
    free(bytes);
    return is_written;
}
