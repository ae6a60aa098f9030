// The confusion matrix in the terminal.
#ifndef MNIST_TRAIN_REPORT_CONFUSION_TABLE_H
#define MNIST_TRAIN_REPORT_CONFUSION_TABLE_H

#include "data/class_names.h"
#include "train/prediction.h"

#include <stddef.h>
#include <stdint.h>

// Prints the accuracy and the confusion matrix of `count` images, at least one, on stderr.
// `classes`: names at the ends of the rows, or NULL.
void confusion_table_print(const Prediction *predictions, const uint8_t *labels, size_t count,
                           const ClassNames *classes);

#endif
