#include "train/metrics.h"

#include <math.h>

void metrics_add(Metrics *metrics, size_t images, size_t correct, double mean_loss) {
    metrics->images += images;
    metrics->correct += correct;
    metrics->sum_batch_loss += mean_loss;
    metrics->sum_image_loss += mean_loss * (double)images;
    metrics->sum_batch_percent += 100 * correct / metrics->batch_size;
}

size_t metrics_batches(const Metrics *metrics) {
    return metrics->images > 0 ? (metrics->images - 1) / metrics->batch_size + 1 : 0;
}

static double last_index(const Metrics *metrics) {
    const size_t batches = metrics_batches(metrics);
    return batches > 1 ? (double)(batches - 1) : 1.0;
}

double metrics_tutorial_loss(const Metrics *metrics) {
    return metrics->sum_batch_loss / last_index(metrics);
}

double metrics_tutorial_accuracy(const Metrics *metrics) {
    return (double)metrics->sum_batch_percent / last_index(metrics);
}

double metrics_loss(const Metrics *metrics) {
    return metrics->sum_image_loss / (double)metrics->images;
}

double metrics_accuracy(const Metrics *metrics) {
    return 100.0 * (double)metrics->correct / (double)metrics->images;
}

double metrics_accuracy_margin(const Metrics *metrics) {
    double share = (double)metrics->correct / (double)metrics->images;
    return 100.0 * 1.96 * sqrt(share * (1.0 - share) / (double)metrics->images);
}

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
    for (size_t other = 0; other < MNIST_CLASSES; other++) {
        metrics.images += confusion->counts[label][other];
        metrics.predicted += confusion->counts[other][label];
    }
    metrics.precision = ratio(metrics.correct, metrics.predicted);
    metrics.recall = ratio(metrics.correct, metrics.images);
    metrics.f1 = ratio(2 * metrics.correct, metrics.predicted + metrics.images);
    return metrics;
}
