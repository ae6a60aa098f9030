#include "train/confusion.h"

ConfusionMatrix confusion_count(const Prediction *predictions, const uint8_t *labels,
                                size_t count) {
    ConfusionMatrix confusion = {.images = count};
    for (size_t i = 0; i < count; i++) {
        confusion.counts[labels[i]][predictions[i].digit]++;
        confusion.correct += labels[i] == predictions[i].digit;
    }
    return confusion;
}

static double ratio(size_t part, size_t whole) {
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

ClassMetrics confusion_class(const ConfusionMatrix *confusion, size_t label) {
    ClassMetrics metrics = {.correct = confusion->counts[label][label]};
    for (size_t other = 0; other < NETWORK_CLASSES; other++) {
        metrics.images += confusion->counts[label][other];
        metrics.predicted += confusion->counts[other][label];
    }
    metrics.precision = ratio(metrics.correct, metrics.predicted);
    metrics.recall = ratio(metrics.correct, metrics.images);
    metrics.f1 = ratio(2 * metrics.correct, metrics.predicted + metrics.images);
    return metrics;
}
