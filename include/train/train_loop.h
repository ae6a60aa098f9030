// The loop over microbatches: forward, and in training backward and Adam, on all threads of a pool.
// Training, evaluation and prediction use this loop.
#ifndef MNIST_TRAIN_TRAIN_TRAIN_LOOP_H
#define MNIST_TRAIN_TRAIN_TRAIN_LOOP_H

#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/data_loader.h"
#include "nn/adam.h"
#include "nn/network.h"

#include <stddef.h>
#include <stdint.h>

// The result of one microbatch.
typedef struct {
    const Microbatch *microbatch;
    const float *logits; // (classes, images)
    size_t correct;      // images whose largest logit is their label's
    double loss;         // sum of the images' losses; 0 in evaluation
} MicrobatchResult;

// Called by thread 0 after each microbatch, in order; if it is the last of its batch, after thread
// 0's part of Adam's step. Other threads may still be at work: the callback must not read the
// network. It returns false to stop the pass after the batches that are already planned.
typedef bool MicrobatchCallback(void *context, const MicrobatchResult *result);

// One pass over batches of a loader.
typedef struct {
    Network *network;
    DataLoader *loader; // started: data_loader_start
    Random *random;     // for transforms and masks; may be NULL in evaluation without transforms
    Adam *adam;         // NULL: evaluation
    Loss loss;          // in training
    uint64_t steps;     // optimizer steps taken before this pass
    MicrobatchCallback *on_microbatch;
    void *context;
} TrainPass;

typedef struct TrainLoop TrainLoop;

// Allocates all buffers of the loop, for passes on this pool, which has at most NETWORK_SHARDS
// threads and must outlive the loop; unless the network is reproducible, also the buffers of the
// BLAS library. The caller frees the loop with train_loop_destroy. Returns
// NULL and sets *error if memory is short.
TrainLoop *train_loop_create(ThreadPool *pool, bool is_reproducible, Error *error);
void train_loop_destroy(TrainLoop *loop); // NULL is allowed

// Runs the pass to its end, or until the callback stops it, or until the loss of a batch is not
// finite. In the first two cases the generator has then made the draws of the batches that ran, and
// no others. Results do not depend on the number of threads.
void train_loop_run(TrainLoop *loop, const TrainPass *pass);

#endif
