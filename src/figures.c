#include "figures.h"

#include <math.h>

void figures_add(Figures *figures, size_t images, size_t right, double mean_loss) {
    figures->batches++;
    figures->images += images;
    figures->right += right;
    figures->batch_losses += mean_loss;
    figures->image_losses += mean_loss * (double)images;
    figures->batch_percents += 100 * right / figures->batch_size;
}

static double last_index(const Figures *figures) {
    return figures->batches > 1 ? (double)(figures->batches - 1) : 1.0;
}

double figures_tutorial_loss(const Figures *figures) {
    return figures->batch_losses / last_index(figures);
}

double figures_tutorial_accuracy(const Figures *figures) {
    return (double)figures->batch_percents / last_index(figures);
}

double figures_loss(const Figures *figures) {
    return figures->image_losses / (double)figures->images;
}

double figures_accuracy(const Figures *figures) {
    return 100.0 * (double)figures->right / (double)figures->images;
}

double figures_accuracy_margin(const Figures *figures) {
    double share = (double)figures->right / (double)figures->images;
    return 100.0 * 1.96 * sqrt(share * (1.0 - share) / (double)figures->images);
}
