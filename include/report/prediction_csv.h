// Tells people and programs what a network sees in images.
#ifndef MNIST_TRAIN_REPORT_PREDICTION_CSV_H
#define MNIST_TRAIN_REPORT_PREDICTION_CSV_H

#include "train/prediction.h"

#include <stddef.h>
#include <stdint.h>

// CSV on stdout: index (from 0), digit, the probability of each digit.
void prediction_csv_print(const Prediction *predictions, size_t count);

// How many were right, and which digit was taken for which, on stderr.
void confusion_print(const Prediction *predictions, const uint8_t *labels, size_t count);

#endif
