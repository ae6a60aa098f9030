// The tutorial's training loop and its evaluation. It tells a listener what happens and prints
// nothing. Source of the order in which random numbers are drawn: the tutorial's script.
#ifndef MNIST_TRAIN_TRAIN_TRAINER_H
#define MNIST_TRAIN_TRAIN_TRAINER_H

#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/data_loader.h"
#include "data/dataset.h"
#include "data/transforms.h"
#include "nn/network.h"
#include "nn/optimiser.h"
#include "train/metrics.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t epochs;
    size_t batch_size;
    double learning_rate;
    uint64_t seed;
    Loss loss;
    Transforms transforms; // of the training images
} TrainConfig;

typedef enum { TRAIN_BATCH_DONE, TRAIN_EPOCH_DONE, TRAIN_TEST_DONE } TrainEventKind;

typedef struct {
    TrainEventKind kind;
    size_t epoch;           // counted from 0; after the last one in a test
    size_t epochs;          // of the run
    size_t epoch_batches;   // how many batches the epoch has
    double batch_loss;      // TRAIN_BATCH_DONE: the batch's mean loss
    double seconds;         // what the epoch or the test took; 0 with TRAIN_BATCH_DONE
    const Metrics *metrics; // of the epoch so far, or of the test
} TrainEvent;

typedef void TrainCallback(void *context, const TrainEvent *event);

enum { TRAINER_BLOCKS = 3 }; // at a time: one is prepared while the two before it may be in use

// What a thread of the pool has to itself.
typedef struct {
    Batch batches[TRAINER_BLOCKS];
    BatchBlock blocks[TRAINER_BLOCKS];
    Random random; // of the thread that draws masks: the trainer's, in an epoch
    Logits logits;
    Logits dlogits;
} TrainerThread;

// What they share of a block.
typedef struct {
    float images[NETWORK_BLOCK * NETWORK_PIXELS]; // (images, active pixels)
    float mask[NETWORK_BLOCK * NETWORK_HIDDEN];   // (images, hidden)
    Logits partial_logits[NETWORK_SHARDS];
} TrainerBlock;

// All that a run is made of; what a checkpoint keeps of it is in the second part.
typedef struct {
    TrainConfig settings;
    TrainCallback *listener;
    void *listener_context;
    Batches train;
    Batches test;
    ThreadPool *pool; // not owned
    TrainerThread *threads;
    TrainerBlock *blocks; // (TRAINER_BLOCKS)
    bool stopping;        // see trainer_stop

    Random random;        // the main generator: seed, parameters, epochs' seeds, masks
    NetworkShard *shards; // (shards)
    Optimiser optimiser;
    size_t epoch;        // that is trained, or is next; counted from 0
    size_t batch;        // of the epoch that is next; 0: the epoch has not begun
    uint64_t order_seed; // of the epoch's order, once it has begun
    Metrics metrics;     // of the epoch so far
    double seconds;      // that the epoch has taken so far
} Trainer;

// Takes all memory of the run, seeds the generator and draws the network's initial parameters. The
// pool, of at most NETWORK_SHARDS, and the data sets must outlive the trainer; train may be NULL
// when settings->epochs is 0. The results do not depend on the pool. False and the error: memory is
// short.
bool trainer_create(Trainer *trainer, const TrainConfig *settings, ThreadPool *pool,
                    const Dataset *train, const Dataset *test, TrainCallback *listener,
                    void *listener_context, Error *error);
void trainer_destroy(Trainer *trainer);

// The network's parameters as they are now, and from outside.
void trainer_parameters(const Trainer *trainer, NetworkParameters *parameters);
void trainer_set_parameters(Trainer *trainer, const NetworkParameters *parameters);

// Trains on to the end of the epoch, or at most so many batches (0: no limit) if that is less.
// False and the error: the loss is no longer a finite number.
bool trainer_train(Trainer *trainer, size_t most_batches, Error *error);

// For the listener: training ends within three batches, behind a whole one. (What the threads have
// begun they finish.)
void trainer_stop(Trainer *trainer);

// Evaluates on the test set, without dropout.
void trainer_test(Trainer *trainer);

// All epochs that are left, and the test. False and the error as trainer_train.
bool trainer_run(Trainer *trainer, Error *error);

#endif
