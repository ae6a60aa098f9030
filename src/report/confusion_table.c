#include "report/confusion_table.h"

#include "report/print.h"
#include "train/confusion.h"
#include "train/metrics.h"

void confusion_table_print(const Prediction *predictions, const uint8_t *labels, size_t count,
                           const ClassNames *classes) {
    ConfusionMatrix confusion = confusion_count(predictions, labels, count);
    Metrics metrics = {.batch_size = count};
    metrics_add(&metrics, count, confusion.correct, 0.0);
    print_stderr("Accuracy: %zu of %zu right (%.2f %%, +-%.2f)\n", confusion.correct, count,
                 metrics_accuracy(&metrics), metrics_accuracy_margin(&metrics));
    print_stderr("Label by row, prediction by column:\n   ");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        print_stderr(" %5zu", c);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        print_stderr("\n  %zu", label);
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            print_stderr(" %5zu", confusion.counts[label][c]);
        if (classes)
            print_stderr("  %s", classes->names[label]);
    }
    print_stderr("\n");
}
