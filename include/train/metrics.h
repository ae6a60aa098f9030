// Loss and accuracy totals over an epoch or the test set, exact and in the tutorial's arithmetic,
// and the confusion matrix.
#ifndef MNIST_TRAIN_TRAIN_METRICS_H
#define MNIST_TRAIN_TRAIN_METRICS_H

#include "base/dims.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t batch_size; // as requested: a batch may have fewer images
    size_t images;
    size_t correct;
    double sum_batch_loss;      // sum of the batches' mean losses
    double sum_image_loss;      // sum of the images' losses
    uint64_t sum_batch_percent; // sum of floor(100 * correct / batch_size), as PyTorch 1.2 divides
} Metrics;

// Adds a batch to metrics that began as {.batch_size = ...}.
void metrics_add(Metrics *metrics, size_t images, size_t correct, double mean_loss);

size_t metrics_batches(const Metrics *metrics); // only the last one may have fewer images

// The tutorial divides its sums by the index of the last batch, one less than the number of
// batches. With a single batch it divides by zero; this program then divides by 1.
double metrics_tutorial_loss(const Metrics *metrics);
double metrics_tutorial_accuracy(const Metrics *metrics); // percent

// Of at least one image.
double metrics_loss(const Metrics *metrics);     // mean over the images
double metrics_accuracy(const Metrics *metrics); // percent of the images

// Returns half the width of the accuracy's 95 % confidence interval, in percentage points, by the
// normal approximation: 1.96 sqrt(a (1 - a) / images).
double metrics_accuracy_margin(const Metrics *metrics);

typedef struct {
    uint8_t digit;                      // the class of the largest logit; the first of equal ones
    float probabilities[MNIST_CLASSES]; // the softmax of the logits; finite
} Prediction;

typedef struct {
    size_t counts[MNIST_CLASSES][MNIST_CLASSES]; // (label, prediction)
    size_t images;
    size_t correct;
} ConfusionMatrix;

// The metrics of one class. A ratio whose denominator is zero is 0.
typedef struct {
    size_t images;    // images with this label
    size_t predicted; // images predicted as this class
    size_t correct;
    double precision; // correct / predicted
    double recall;    // correct / images
    double f1;        // 2 correct / (predicted + images)
} ClassMetrics;

// Counts the pairs of labels, (count), and predictions, (count).
ConfusionMatrix confusion_count(const Prediction *predictions, const uint8_t *labels, size_t count);

ClassMetrics confusion_class(const ConfusionMatrix *confusion, size_t label);

#endif
