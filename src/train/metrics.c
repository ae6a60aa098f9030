#include "train/metrics.h"

#include <math.h>

void metrics_add(Metrics *metrics, size_t images, size_t correct, double mean_loss) {
    metrics->batches++;
    metrics->images += images;
    metrics->correct += correct;
    metrics->sum_batch_loss += mean_loss;
    metrics->sum_image_loss += mean_loss * (double)images;
    metrics->sum_batch_percent += 100 * correct / metrics->batch_size;
}

static double last_index(const Metrics *metrics) {
    return metrics->batches > 1 ? (double)(metrics->batches - 1) : 1.0;
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
