// Predictions as CSV.
#ifndef MNIST_TRAIN_REPORT_PREDICTION_CSV_H
#define MNIST_TRAIN_REPORT_PREDICTION_CSV_H

#include "train/prediction.h"

#include <stddef.h>

// Prints a header and a row for each image on stdout: the index of the image, counted from 0, the
// predicted digit, and the probability of each digit.
void prediction_csv_print(const Prediction *predictions, size_t count);

#endif
