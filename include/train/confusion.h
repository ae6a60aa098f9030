// The confusion matrix of labels and predictions.
#ifndef MNIST_TRAIN_TRAIN_CONFUSION_H
#define MNIST_TRAIN_TRAIN_CONFUSION_H

#include "train/prediction.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t counts[NETWORK_CLASSES][NETWORK_CLASSES]; // (label, prediction)
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
