// What a pass over images amounted to: exactly, and in the tutorial's arithmetic.
#ifndef MNIST_TRAIN_FIGURES_H
#define MNIST_TRAIN_FIGURES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t batch_size; // as asked for: a batch may have had fewer images
    size_t batches;
    size_t images;
    size_t right;
    double batch_losses;     // sum of the batches' mean losses
    double image_losses;     // sum of the images' losses
    uint64_t batch_percents; // sum of floor(100 * right / batch_size), as PyTorch 1.2 divides
} Figures;

// Adds a batch to figures that began as {.batch_size = ...}.
void figures_add(Figures *figures, size_t images, size_t right, double mean_loss);

// The tutorial divides its sums by the last batch's index: by one less than there are batches.
// (With a single batch it would divide by zero; then by 1.)
double figures_tutorial_loss(const Figures *figures);
double figures_tutorial_accuracy(const Figures *figures); // percent

double figures_loss(const Figures *figures);     // mean over the images
double figures_accuracy(const Figures *figures); // percent of the images

// Half the width of the accuracy's 95 % interval, in percent: 1.96 sqrt(a (1 - a) / images).
double figures_accuracy_margin(const Figures *figures);

#endif
