// The network's predictions for images.
#ifndef MNIST_TRAIN_TRAIN_PREDICTION_H
#define MNIST_TRAIN_TRAIN_PREDICTION_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "nn/network.h"
#include "train/train_loop.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t digit;                      // the class of the largest logit; the first of equal ones
    float probabilities[MNIST_CLASSES]; // NaN, never with a sign, if the logits overflow
} Prediction;

// Converts the logits of a microbatch, (classes, images), to predictions.
void prediction_from_logits(size_t images, const float *logits,
                            Prediction *predictions); // (images)

// Returns false and sets *error, which begins with `what` and the image's index, if a logit is not
// finite: the weights are then too large for float.
bool prediction_check_logits(const char *what, const MicrobatchResult *result, Error *error);

// Predicts the digits of all images of a data set, which has at least one image and needs no
// labels. The pool has at most ENGINE_MAX_PARTS threads. Returns false and sets *error if memory is
// short or a logit is not finite.
bool prediction_run(const NetworkParameters *parameters, const Engine *engine,
                    const Dataset *dataset, ThreadPool *pool,
                    Prediction *predictions, // (dataset->count)
                    Error *error);

#endif
