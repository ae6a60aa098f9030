#include "report_sections.h"

#include "base/number.h"
#include "html.h"
#include "train/metrics.h"
#include "train/settings.h"

#include <string.h>

enum {
    CELL_IMAGES = 12, // at most, of a cell
    MISTAKES = 24,    // at most, by confidence
};

// Writes <img ... alt=" of a test image. The caller writes the text and "> after it.
static bool begin_image(const Page *page, size_t image, int side, Error *error) {
    uint8_t pixels[MNIST_PIXELS];
    dataset_image(page->report->run.test, image, pixels);
    fprintf(page->html, "<li><figure><img width=\"%d\" height=\"%d\" src=\"", side, side);
    if (!html_put_png_url(page->html, pixels, MNIST_SIDE, MNIST_SIDE, PNG_GREY, error))
        return false;
    fputs("\" alt=\"", page->html);
    return true;
}

static size_t largest_wrong_count(const ConfusionMatrix *confusion) {
    size_t largest = 0;
    for (size_t label = 0; label < MNIST_CLASSES; label++) {
        for (size_t digit = 0; digit < MNIST_CLASSES; digit++) {
            size_t count = confusion->counts[label][digit];
            if (digit != label && count > largest)
                largest = count;
        }
    }
    return largest;
}

static void put_row(const Page *page, const ConfusionMatrix *confusion, size_t label) {
    size_t images = confusion_class(confusion, label).images;
    size_t largest_wrong = largest_wrong_count(confusion);
    fprintf(page->html, "<tr><th scope=\"row\">%s</th>", page->classes[label]);
    for (size_t digit = 0; digit < MNIST_CLASSES; digit++) {
        size_t count = confusion->counts[label][digit];
        size_t full = label == digit ? images : largest_wrong; // the count of the fullest shade
        double shade = full > 0 ? (double)count / (double)full : 0;
        if (count == 0)
            fputs("<td class=\"none\">0</td>", page->html);
        else if (label == digit)
            fprintf(page->html, "<td class=\"correct\" style=\"--shade:%.2f\">%zu</td>", shade,
                    count);
        else
            fprintf(page->html,
                    "<td class=\"wrong\" style=\"--shade:%.2f\"><a href=\"#cell-%zu-%zu\">%zu</a>"
                    "</td>",
                    shade, label, digit, count);
    }
    fputs("</tr>\n", page->html);
}

static void put_matrix(const Page *page, const ConfusionMatrix *confusion) {
    fputs("<div class=\"wide\"><table class=\"confusion\">\n<caption>Confusion matrix: label by "
          "row, prediction by column</caption>\n<thead><tr><td></td>",
          page->html);
    for (size_t digit = 0; digit < MNIST_CLASSES; digit++)
        fprintf(page->html, "<th scope=\"col\">%zu</th>", digit);
    fputs("</tr></thead>\n<tbody>\n", page->html);
    for (size_t label = 0; label < MNIST_CLASSES; label++)
        put_row(page, confusion, label);
    fputs("</tbody></table></div>\n", page->html);
}

// Writes the first images of a cell, which has `count`.
static bool put_cell(const Page *page, size_t label, size_t digit, size_t count, Error *error) {
    const Dataset *test = page->report->run.test;
    size_t left = number_min(count, CELL_IMAGES);
    fprintf(page->html,
            "<section class=\"cell\" id=\"cell-%zu-%zu\"><h3>Label %s, predicted %s: %zu of %zu "
            "images</h3>\n<ul class=\"misclassified\">\n",
            label, digit, page->classes[label], page->classes[digit], left, count);
    for (size_t i = 0; left > 0; i++) {
        const Prediction *prediction = &page->predictions[i];
        if (test->labels[i] != label || prediction->digit != digit)
            continue;
        if (!begin_image(page, i, 84, error))
            return false;
        fprintf(page->html,
                "Image %zu\"><figcaption>%zu: %.2f %%<br>%zu: %.2f %%</figcaption></figure></li>\n",
                i, digit, 100.0 * (double)prediction->probabilities[digit], label,
                100.0 * (double)prediction->probabilities[label]);
        left--;
    }
    fputs("</ul><p><a href=\"#digits\">Back to the matrix</a></p></section>\n", page->html);
    return true;
}

static bool put_cells(const Page *page, const ConfusionMatrix *confusion, Error *error) {
    if (confusion->correct < confusion->images)
        fputs("<p class=\"muted\">A number outside the diagonal leads to its images, with the "
              "probabilities of the predicted digit and of the label.</p>\n",
              page->html);
    for (size_t label = 0; label < MNIST_CLASSES; label++) {
        for (size_t digit = 0; digit < MNIST_CLASSES; digit++) {
            size_t count = confusion->counts[label][digit];
            if (digit != label && count > 0 && !put_cell(page, label, digit, count, error))
                return false;
        }
    }
    return true;
}

static void put_classes(const Page *page, const ConfusionMatrix *confusion) {
    fputs("<div class=\"wide\"><table id=\"classes\">\n<caption>Precision: the fraction of the "
          "images predicted as a digit that have its label. Recall: the fraction of the images "
          "with a label that are predicted correctly.</caption>\n"
          "<thead><tr><th scope=\"col\">digit</th><th scope=\"col\">images</th>"
          "<th scope=\"col\">correct</th><th scope=\"col\">precision</th>"
          "<th scope=\"col\">recall</th><th scope=\"col\">F1</th></tr></thead>\n<tbody>\n",
          page->html);
    for (size_t label = 0; label < MNIST_CLASSES; label++) {
        ClassMetrics metrics = confusion_class(confusion, label);
        fprintf(page->html,
                "<tr><th scope=\"row\">%s</th><td>%zu</td><td>%zu</td><td>%.4f</td><td>%.4f</td>"
                "<td>%.4f</td></tr>\n",
                page->classes[label], metrics.images, metrics.correct, metrics.precision,
                metrics.recall, metrics.f1);
    }
    fputs("</tbody></table></div>\n", page->html);
}

bool page_put_confusion(const Page *page, Error *error) {
    const Dataset *test = page->report->run.test;
    ConfusionMatrix confusion = confusion_count(page->predictions, test->labels, test->count);
    fputs("<section id=\"digits\"><h2>Test results by digit</h2>\n", page->html);
    put_matrix(page, &confusion);
    if (!put_cells(page, &confusion, error))
        return false;
    put_classes(page, &confusion);
    fputs("</section>\n", page->html);
    return true;
}

static double confidence(const Page *page, size_t image) {
    const Prediction *prediction = &page->predictions[image];
    return (double)prediction->probabilities[prediction->digit];
}

// Lists the mistakes by decreasing confidence, equal ones by their number. Returns the length.
static size_t find_mistakes(const Page *page, size_t list[MISTAKES]) {
    const Dataset *test = page->report->run.test;
    size_t count = 0;
    for (size_t i = 0; i < test->count; i++) {
        if (page->predictions[i].digit == test->labels[i])
            continue;
        size_t place = count;
        while (place > 0 && confidence(page, list[place - 1]) < confidence(page, i))
            place--;
        if (place == MISTAKES)
            continue;
        count += count < MISTAKES;
        memmove(&list[place + 1], &list[place], (count - place - 1) * sizeof *list);
        list[place] = i;
    }
    return count;
}

static bool put_mistake(const Page *page, size_t image, Error *error) {
    const Prediction *prediction = &page->predictions[image];
    const uint8_t label = page->report->run.test->labels[image];
    const char *label_text = page->classes[label], *digit_text = page->classes[prediction->digit];
    if (!begin_image(page, image, 112, error))
        return false;
    fprintf(page->html,
            "Test image %zu: label %s, predicted %s\"><figcaption>label <b>%s</b>: %.2f %%<br>"
            "predicted <b>%s</b>: %.2f %%<br>image %zu</figcaption></figure></li>\n",
            image, label_text, digit_text, label_text,
            100.0 * (double)prediction->probabilities[label], digit_text,
            100.0 * confidence(page, image), image);
    return true;
}

bool page_put_misclassified(const Page *page, Error *error) {
    size_t list[MISTAKES];
    size_t count = find_mistakes(page, list);
    fputs("<section id=\"misclassified\"><h2>The most confident mistakes</h2>\n", page->html);
    if (count == 0) {
        fputs("<p>None: all test images were classified correctly.</p></section>\n", page->html);
        return true;
    }
    fprintf(page->html,
            "<p class=\"muted\">At most %d, by decreasing confidence: the probability of the "
            "predicted digit. The label is the true digit; the network gave it the probability "
            "beside it. Image numbers count from 0.</p>\n<ul class=\"misclassified\">\n",
            MISTAKES);
    for (size_t i = 0; i < count; i++) {
        if (!put_mistake(page, list[i], error))
            return false;
    }
    fputs("</ul></section>\n", page->html);
    return true;
}

// Returns the part of a path after its last slash; slashes at the end do not count. A path may show
// the name of a user or of a machine, and pages are passed on.
static const char *last_component(const char *path) {
    size_t start = strlen(path);
    while (start > 0 && path[start - 1] == '/')
        start--;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return path + start;
}

static void put_text_row(FILE *html, const char *label, const char *text) {
    fprintf(html, "<tr><th scope=\"row\">%s</th><td>", label);
    html_put_text(html, text);
    fputs("</td></tr>\n", html);
}

static void put_dataset(FILE *html, const char *label, const Dataset *dataset) {
    fprintf(html, "<tr><th scope=\"row\">%s</th><td>%zu images of ", label, dataset->count);
    html_put_text(html, last_component(dataset->images_path));
    fprintf(html, "%s</td></tr>\n", dataset->is_turned ? ", turned upright" : "");
}

// Writes NAME=VALUE as a shell reads it: only the value is quoted, and shortened if it is a path.
static void put_assignment(FILE *html, const char *assignment) {
    const char *value = strchr(assignment, '=') + 1;
    fprintf(html, "%.*s", (int)(value - assignment), assignment);
    html_put_shell_word(html, last_component(value));
}

// Returns whether an argument is --name=value.
static bool is_long_option(const char *argument) {
    size_t name = strspn(argument, "-abcdefghijklmnopqrstuvwxyz0123456789");
    return argument[0] == '-' && argument[1] == '-' && argument[name] == '=';
}

static void put_command(FILE *html, const Environment *environment) {
    fputs("<p>Paths are shortened to their last part.</p>\n<pre role=\"region\" "
          "aria-label=\"Command\" tabindex=\"0\"><code>",
          html);
    for (size_t i = 0; environment->variables[i]; i++) {
        put_assignment(html, environment->variables[i]);
        fputc(' ', html);
    }
    for (int i = 0; i < environment->argument_count; i++) {
        const char *argument = environment->arguments[i];
        fputs(i > 0 ? " " : "", html);
        if (is_long_option(argument))
            put_assignment(html, argument);
        else
            html_put_shell_word(html, last_component(argument));
    }
    fputs("</code></pre>\n", html);
}

void page_put_reproduce(const Page *page) {
    FILE *html = page->html;
    const RunInfo *run = &page->report->run;
    RunFields fields = run_info_fields(run->environment);
    fputs("<section id=\"reproduce\"><h2>How to reproduce this run</h2>\n", html);
    put_command(html, run->environment);
    fputs("<table class=\"settings\"><caption>Settings and environment</caption><tbody>\n", html);
    for (size_t i = 0; i < SETTINGS; i++) {
        char text[SETTING_TEXT];
        const char *value = setting_format(&settings[i], run->config, text);
        put_text_row(html, settings[i].label, *value ? value : "none");
    }
    if (run->loaded)
        put_text_row(html, "initial weights", last_component(run->loaded));
    if (run->resumed)
        put_text_row(html, "resumed from", last_component(run->resumed));
    if (run->train)
        put_dataset(html, "training set", run->train);
    put_dataset(html, "test set", run->test);
    for (size_t i = 0; i < RUN_FIELDS; i++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", fields.list[i].number);
        put_text_row(html, fields.list[i].label,
                     fields.list[i].text ? fields.list[i].text : number);
    }
    fputs("</tbody></table>\n</section>\n", html);
}
