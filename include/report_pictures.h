// The pictures of the report: the worst mistakes, and the first layer's weights.
#ifndef MNIST_TRAIN_REPORT_PICTURES_H
#define MNIST_TRAIN_REPORT_PICTURES_H

#include "dataset.h"
#include "error.h"
#include "predict.h"

#include <stdio.h>

// The images that were taken for another digit with the highest probability. False and the error:
// memory is short.
bool report_put_mistakes(FILE *page, const Dataset *test, const Prediction *predictions,
                         Error *error);

// The weights of each hidden unit as an image, (hidden, pixels), in one picture. Likewise.
bool report_put_weights(FILE *page, const NetworkParameters *parameters, Error *error);

#endif
