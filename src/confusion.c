#include "confusion.h"

Confusion confusion_count(const Prediction *predictions, const uint8_t *labels, size_t count) {
    Confusion confusion = {.images = count};
    for (size_t i = 0; i < count; i++) {
        confusion.counts[labels[i]][predictions[i].digit]++;
        confusion.right += labels[i] == predictions[i].digit;
    }
    return confusion;
}

static double share(size_t part, size_t whole) {
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

ClassFigures confusion_class(const Confusion *confusion, size_t label) {
    ClassFigures figures = {.right = confusion->counts[label][label]};
    for (size_t other = 0; other < NETWORK_CLASSES; other++) {
        figures.images += confusion->counts[label][other];
        figures.predicted += confusion->counts[other][label];
    }
    figures.precision = share(figures.right, figures.predicted);
    figures.recall = share(figures.right, figures.images);
    figures.f1 = share(2 * figures.right, figures.predicted + figures.images);
    return figures;
}
