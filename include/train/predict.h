// What a trained network sees in images.
#ifndef MNIST_TRAIN_TRAIN_PREDICT_H
#define MNIST_TRAIN_TRAIN_PREDICT_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "nn/network.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t digit;                        // of the highest probability, the first of equal ones
    float probabilities[NETWORK_CLASSES]; // softmax of the logits
} Prediction;

// Fills a prediction for each of the data set's images, (count); its labels may be NULL. False and
// the error: memory is short.
bool predict_images(const NetworkParameters *parameters, const Dataset *dataset, ThreadPool *pool,
                    Prediction *predictions, Error *error);

#endif
