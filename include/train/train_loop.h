// The loop over microbatches: forward, and in training backward and Adam, on all threads of a pool.
// Training, evaluation and prediction use this loop.
#ifndef MNIST_TRAIN_TRAIN_TRAIN_LOOP_H
#define MNIST_TRAIN_TRAIN_TRAIN_LOOP_H

#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/data_loader.h"
#include "nn/engine.h"
#include "nn/loss.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const Microbatch *microbatch;
    const float *logits;  // (classes, images)
    size_t batch_correct; // images of the batch so far whose largest logit is their label's
    double batch_loss;    // sum of their losses; 0 in evaluation
} MicrobatchResult;

// Called by thread 0 after each microbatch, in order; if it is the last of its batch, after thread
// 0's part of Adam's step. Other threads may still be at work: the callback must not read the
// network. It returns false to stop the pass; two more batches may follow.
typedef bool MicrobatchCallback(void *context, const MicrobatchResult *result);

// One pass over batches of an epoch.
typedef struct {
    const DataLoader *loader;
    size_t first_batch; // from here
    size_t end_batch;   // to before here
    Random *random;     // for transforms and masks
    const Adam *adam;   // NULL: evaluation
    Loss loss;          // in training
    uint64_t steps;     // Adam's steps before this pass
    MicrobatchCallback *on_microbatch;
    void *context;
} TrainPass;

typedef struct TrainLoop TrainLoop;

// Allocates a loop for passes on this pool, which has at most ENGINE_MAX_PARTS threads. The pool
// and the engine's network must outlive the loop. The caller frees it with train_loop_destroy.
// Returns NULL and sets *error if memory is short.
TrainLoop *train_loop_create(const Engine *engine, Network *network, ThreadPool *pool,
                             Error *error);
void train_loop_destroy(TrainLoop *loop); // NULL is allowed

// Ends the stint when the threads' waits for each other were longer than usual by so many
// nanoseconds in all, from which shorter waits are subtracted: thread 0 then trains so many batches
// alone, and twice as many each time that it happens again. Results do not depend on it.
// train_loop_create sets 3 ms and 200 batches.
void train_loop_set_patience(TrainLoop *loop, int64_t nanoseconds, size_t batches);

// Runs the pass to its end, or until the callback stops it, or until the loss of a batch is not
// finite. In the first two cases the generator has then made the draws of the batches that ran, and
// no others. Results do not depend on the number of threads.
void train_loop_run(TrainLoop *loop, const TrainPass *pass);

#endif
