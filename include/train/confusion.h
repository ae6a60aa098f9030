// Which digit was taken for which.
#ifndef MNIST_TRAIN_TRAIN_CONFUSION_H
#define MNIST_TRAIN_TRAIN_CONFUSION_H

#include "train/predict.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t counts[NETWORK_CLASSES][NETWORK_CLASSES]; // (label, prediction)
    size_t images;
    size_t right;
} ConfusionMatrix;

// Of one class. Where there is nothing to divide by: 0.
typedef struct {
    size_t images;    // of this label
    size_t predicted; // that were taken for it
    size_t right;
    double precision; // right / predicted
    double recall;    // right / images
    double f1;        // 2 right / (predicted + images)
} ClassMetrics;

ConfusionMatrix confusion_count(const Prediction *predictions, const uint8_t *labels, size_t count);

ClassMetrics confusion_class(const ConfusionMatrix *confusion, size_t label);

#endif
