// Predictions as CSV (RFC 4180, with LF), or as bare digits, and their comparison with labels.
#ifndef MNIST_TRAIN_OUTPUT_PREDICTIONS_H
#define MNIST_TRAIN_OUTPUT_PREDICTIONS_H

#include "data/class_names.h"
#include "train/prediction.h"

#include <stdbool.h>
#include <stddef.h>

// Starts as {0} with the first two members set.
typedef struct {
    bool has_digits_only;      // one digit per line, without header
    const ClassNames *classes; // adds the column "name"; NULL: none
    bool has_header;
} PredictionOutput;

// Prints a row for each image of a file on stdout: the file, the index of the image in it, counted
// from 0, the predicted digit, its name, and the probability of each digit. The first call prints a
// header before. Files and pipes get each name as it is, and six decimals; a terminal gets
// printable names and two decimals. If the images, at least one, have labels, prints the accuracy
// and the confusion matrix on stderr.
void predictions_print(PredictionOutput *output, const char *file, const Dataset *images,
                       const Prediction *predictions); // (images->count)

#endif
