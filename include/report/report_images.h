// The pictures of the report: the worst mistakes, and the first layer's weights.
#ifndef MNIST_TRAIN_REPORT_REPORT_IMAGES_H
#define MNIST_TRAIN_REPORT_REPORT_IMAGES_H

#include "base/error.h"
#include "data/dataset.h"
#include "train/prediction.h"

#include <stdio.h>

// The images that were taken for another digit with the highest probability. False and the error:
// memory is short.
bool report_put_misclassified(FILE *page, const Dataset *test, const Prediction *predictions,
                              Error *error);

// The weights of each hidden unit as an image, (hidden, pixels), in one picture. Likewise.
bool report_put_weights(FILE *page, const NetworkParameters *parameters, Error *error);

#endif
