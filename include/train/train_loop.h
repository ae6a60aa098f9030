// A pass over the batches of an epoch, or of the test, on all threads of a pool.
#ifndef MNIST_TRAIN_TRAIN_TRAIN_LOOP_H
#define MNIST_TRAIN_TRAIN_TRAIN_LOOP_H

#include "train/trainer.h"

#include <stdatomic.h>
#include <stddef.h>

typedef struct {
    Trainer *trainer;
    const Batches *batches;
    bool training;
    size_t first;      // batch
    atomic_size_t end; // behind the last batch
    TrainEvent event;
    Metrics *metrics; // written by thread 0
} Pass;

// Works through the batches; in training each is told to the trainer's listener. Ends early behind
// a batch whose loss is no finite number, and soon after trainer_stop. pass->event is left as of
// the last batch.
void pass_run(Pass *pass);

#endif
