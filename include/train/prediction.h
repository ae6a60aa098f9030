// The network's predictions for images.
#ifndef MNIST_TRAIN_TRAIN_PREDICTION_H
#define MNIST_TRAIN_TRAIN_PREDICTION_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "nn/network.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t digit; // the class of the largest logit; the first of equal ones
    float probabilities[NETWORK_CLASSES];
} Prediction;

// Predictions for a microbatch's logits, (classes, images).
void prediction_from_logits(size_t images, const float *logits,
                            Prediction *predictions); // (images)

// Predictions for all images of a data set, which needs no labels; without dropout. Returns false
// and sets *error if memory is short.
bool prediction_run(const NetworkParameters *parameters, bool is_reproducible,
                    const Dataset *dataset, ThreadPool *pool,
                    Prediction *predictions, // (dataset->count)
                    Error *error);

#endif
