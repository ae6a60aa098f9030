// The tutorial's training loop and its evaluation. It tells a listener what happens and prints
// nothing. Source of the order in which random numbers are drawn: the tutorial's script.
#ifndef MNIST_TRAIN_TRAINER_H
#define MNIST_TRAIN_TRAINER_H

#include "adam.h"
#include "batches.h"
#include "dataset.h"
#include "error.h"
#include "figures.h"
#include "network.h"
#include "random.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t epochs;
    size_t batch_size;
    double learning_rate;
    uint64_t seed;
    Loss loss;
} TrainerSettings;

typedef enum { TRAINER_BATCH_DONE, TRAINER_EPOCH_DONE, TRAINER_TEST_DONE } TrainerEventKind;

typedef struct {
    TrainerEventKind kind;
    size_t epoch;           // counted from 0; after the last one in a test
    size_t epoch_batches;   // how many batches the epoch has
    double batch_loss;      // TRAINER_BATCH_DONE: the batch's mean loss
    double seconds;         // what the epoch or the test took; 0 with TRAINER_BATCH_DONE
    const Figures *figures; // of the epoch so far, or of the test
} TrainerEvent;

typedef void TrainerListener(void *context, const TrainerEvent *event);

typedef struct {
    TrainerSettings settings;
    TrainerListener *listener;
    void *listener_context;
    Random random; // the main generator: seed, parameters, epochs' seeds, masks
    Network network;
    Adam adam;
    Batches train;
    Batches test;
    float *mask;  // (batch, hidden)
    size_t epoch; // the next to train, counted from 0
} Trainer;

// Takes all memory of the run, seeds the generator and draws the network's initial parameters. The
// data sets must outlive the trainer; train may be NULL when settings->epochs is 0. False and the
// error: memory is short.
bool trainer_create(Trainer *trainer, const TrainerSettings *settings, const Dataset *train,
                    const Dataset *test, TrainerListener *listener, void *listener_context,
                    Error *error);
void trainer_destroy(Trainer *trainer);

// Trains the next epoch. False and the error: the loss is no longer a finite number.
bool trainer_train_epoch(Trainer *trainer, Error *error);

// Evaluates on the test set, without dropout.
void trainer_test(Trainer *trainer);

// All epochs and the test. False and the error as trainer_train_epoch.
bool trainer_run(Trainer *trainer, Error *error);

#endif
