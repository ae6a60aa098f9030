#include "prediction_report.h"

#include "confusion.h"
#include "figures.h"

#include <stdio.h>

void prediction_report_csv(const Prediction *predictions, size_t count) {
    printf("index,digit");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        printf(",p%zu", c);
    putchar('\n');
    for (size_t i = 0; i < count; i++) {
        printf("%zu,%d", i, predictions[i].digit);
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            printf(",%.6f", (double)predictions[i].probabilities[c]);
        putchar('\n');
    }
}

void prediction_report_confusion(const Prediction *predictions, const uint8_t *labels,
                                 size_t count) {
    Confusion confusion = confusion_count(predictions, labels, count);
    Figures figures = {.batch_size = count};
    figures_add(&figures, count, confusion.right, 0.0);
    fprintf(stderr, "Accuracy: %zu of %zu right (%.2f %%, +-%.2f)\n", confusion.right, count,
            figures_accuracy(&figures), figures_accuracy_margin(&figures));
    fprintf(stderr, "Label by row, prediction by column:\n   ");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        fprintf(stderr, " %6zu", c);
    for (size_t label = 0; label < NETWORK_CLASSES; label++) {
        fprintf(stderr, "\n  %zu", label);
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            fprintf(stderr, " %6zu", confusion.counts[label][c]);
    }
    fputc('\n', stderr);
}
