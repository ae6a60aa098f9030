// The network's predictions for images.
#ifndef MNIST_TRAIN_TRAIN_PREDICTION_H
#define MNIST_TRAIN_TRAIN_PREDICTION_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "nn/network.h"
#include "train/metrics.h"
#include "train/train_loop.h"

#include <stdbool.h>
#include <stddef.h>

// Converts the finite logits of a microbatch, (classes, images), to predictions.
void prediction_from_logits(size_t images, const float *logits,
                            Prediction *predictions); // (images)

typedef struct {
    const char *what;        // begins the error
    Metrics *metrics;        // the batches are added; their losses are 0. Or NULL
    Prediction *predictions; // (images), or NULL
    Error *error;
    bool has_failed;
} Evaluation;

// Evaluates a loader's images in their order, without dropout. Draws one number, as the tutorial's
// test loader. Returns false and sets *evaluation->error if a logit is not finite: the weights are
// then too large for float; metrics and predictions are undefined.
bool prediction_evaluate(TrainLoop *loop, DataLoader *loader, Random *random,
                         Evaluation *evaluation);

// Predicts the digits of all images of a data set, which has at least one image and needs no
// labels. The pool has at most ENGINE_MAX_PARTS threads. Returns false and sets *error if memory is
// short or a logit is not finite.
bool prediction_run(const NetworkParameters *parameters, const Engine *engine,
                    const Dataset *dataset, ThreadPool *pool,
                    Prediction *predictions, // (dataset->count)
                    Error *error);

#endif
