#include "output/predictions.h"

#include "output/print.h"
#include "train/metrics.h"

#include <string.h>
#include <unistd.h>

// A terminal gets fewer decimals: a row fits it.
enum { FILE_DECIMALS = 6, TERMINAL_DECIMALS = 2 };

static bool needs_quotes(const char *text) {
    return text[strcspn(text, ",\"\r\n")] != '\0';
}

static void print_field(const char *text) {
    const char *quote = needs_quotes(text) ? "\"" : "";
    print_stdout("%s", quote);
    for (size_t length; (length = strcspn(text, "\"")), text[length]; text += length + 1) {
        print_data(text, length);
        print_stdout("\"\"");
    }
    print_data(text, strlen(text));
    print_stdout("%s", quote);
}

static void print_header(const PredictionOutput *output) {
    print_stdout("file,index,digit%s", output->classes ? ",name" : "");
    for (size_t c = 0; c < MNIST_CLASSES; c++)
        print_stdout(",p%zu", c);
    print_stdout("\n");
}

static void print_row(const PredictionOutput *output, const char *file, size_t index,
                      const Prediction *prediction) {
    int decimals = isatty(STDOUT_FILENO) ? TERMINAL_DECIMALS : FILE_DECIMALS;
    print_field(file);
    print_stdout(",%zu,%d", index, prediction->digit);
    if (output->classes) {
        print_stdout(",");
        print_field(output->classes->names[prediction->digit]);
    }
    for (size_t c = 0; c < MNIST_CLASSES; c++)
        print_stdout(",%.*f", decimals, (double)prediction->probabilities[c]);
    print_stdout("\n");
}

static void print_comparison(const PredictionOutput *output, const Prediction *predictions,
                             const Dataset *images) {
    ConfusionMatrix confusion = confusion_count(predictions, images->labels, images->count);
    Metrics metrics = {.batch_size = images->count};
    metrics_add(&metrics, images->count, confusion.correct, 0.0);
    print_stderr("Accuracy: %zu of %zu right (%.2f %%, +-%.2f)\n", confusion.correct, images->count,
                 metrics_accuracy(&metrics), metrics_accuracy_margin(&metrics));
    print_stderr("Label by row, prediction by column:\n   ");
    for (size_t c = 0; c < MNIST_CLASSES; c++)
        print_stderr(" %5zu", c);
    for (size_t label = 0; label < MNIST_CLASSES; label++) {
        print_stderr("\n  %zu", label);
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            print_stderr(" %5zu", confusion.counts[label][c]);
        if (output->classes)
            print_stderr("  %s", output->classes->names[label]);
    }
    print_stderr("\n");
}

void predictions_print(PredictionOutput *output, const char *file, const Dataset *images,
                       const Prediction *predictions) {
    if (!output->has_header && !output->has_digits_only)
        print_header(output);
    output->has_header = true;
    for (size_t i = 0; i < images->count; i++) {
        if (output->has_digits_only)
            print_stdout("%d\n", predictions[i].digit);
        else
            print_row(output, file, i, &predictions[i]);
    }
    if (images->labels)
        print_comparison(output, predictions, images);
}
