// The tutorial's training loop and test. Events go to a callback; nothing is printed. Random
// numbers are drawn in the order of the tutorial's script, all from TrainProgress.random
// (train_state.h). docs/architecture.md follows a batch from here to the weights.
#ifndef MNIST_TRAIN_TRAIN_TRAINER_H
#define MNIST_TRAIN_TRAIN_TRAINER_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "train/metrics.h"
#include "train/prediction.h"
#include "train/train_state.h"

#include <stddef.h>

typedef enum { TRAIN_BATCH_DONE, TRAIN_EPOCH_DONE, TRAIN_TEST_DONE } TrainEventKind;

typedef struct {
    TrainEventKind kind;
    size_t epoch;           // counted from 0; in a test, the number of epochs trained
    size_t epochs;          // of the run
    size_t epoch_batches;   // batches of the epoch or the test
    double batch_loss;      // TRAIN_BATCH_DONE: mean over the batch
    double seconds;         // of the epoch's training or the test; 0 with TRAIN_BATCH_DONE
    const Metrics *metrics; // of the epoch so far, or of the test
    const Metrics *test;    // with TRAIN_EPOCH_DONE: of the test after the epoch, or NULL
    double test_seconds;    // of this test
} TrainEvent;

// Called by the thread that calls the trainer. With TRAIN_BATCH_DONE the callback must not read the
// parameters, since other threads may still be updating them, and can return false to stop:
// trainer_train then returns after at most two more batches, at the end of a batch.
typedef bool TrainCallback(void *context, const TrainEvent *event);

typedef struct Trainer Trainer;

// Allocates all memory of the run, seeds the generator and draws the network's initial parameters.
// The pool, of at most ENGINE_MAX_PARTS threads, and the data sets must outlive the trainer; train
// may be NULL when config->epochs is 0. Returns NULL and sets *error if memory is short.
Trainer *trainer_create(const TrainConfig *config, ThreadPool *pool, const Dataset *train,
                        const Dataset *test, TrainCallback *callback, void *context, Error *error);
void trainer_destroy(Trainer *trainer); // NULL is allowed

const TrainProgress *trainer_progress(const Trainer *trainer);
size_t trainer_epoch_batches(const Trainer *trainer); // needs a training set

void trainer_get_parameters(const Trainer *trainer, NetworkParameters *parameters);
void trainer_set_parameters(Trainer *trainer, const NetworkParameters *parameters);

// Those after progress.best_epoch, in a run with tests_every_epoch that has completed an epoch.
const NetworkParameters *trainer_best(const Trainer *trainer);

// Fills *state, except for the ids of the data sets, which the caller sets.
void trainer_capture(const Trainer *trainer, TrainState *state);

// Continues from a state that was captured with the same data and the same config, except for the
// number of epochs.
void trainer_restore(Trainer *trainer, const TrainState *state);

// Trains to the end of the epoch, but at most max_batches (0: no limit), and tests after the epoch
// if the config says so. A new epoch draws the seed of its order first. Returns false and sets
// *error if the loss of a batch, a parameter after the last one, or a logit of the test is not
// finite; the parameters are then of no use.
bool trainer_train(Trainer *trainer, size_t max_batches, Error *error);

// Evaluates the test set, without dropout, and draws one number as the tutorial's test loader does.
// The losses in *metrics are 0. predictions: (test images), or NULL. Returns false and sets *error,
// without an event, if a logit is not finite; *metrics and predictions are then undefined.
bool trainer_test(Trainer *trainer, Metrics *metrics, Prediction *predictions, Error *error);

#endif
