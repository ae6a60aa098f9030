// Tells people and programs what a network sees in images.
#ifndef MNIST_TRAIN_PREDICTION_REPORT_H
#define MNIST_TRAIN_PREDICTION_REPORT_H

#include "predict.h"

#include <stddef.h>
#include <stdint.h>

// CSV on stdout: index (from 0), digit, the probability of each digit.
void prediction_report_csv(const Prediction *predictions, size_t count);

// How many were right, and which digit was taken for which, on stderr.
void prediction_report_confusion(const Prediction *predictions, const uint8_t *labels,
                                 size_t count);

#endif
