// A data set in batches, as torch.utils.data.DataLoader gives them: the order of an epoch, and the
// pixels of a batch as floats from 0 to 1 (torchvision's ToTensor).
#ifndef MNIST_TRAIN_BATCHES_H
#define MNIST_TRAIN_BATCHES_H

#include "dataset.h"
#include "error.h"
#include "random.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const Dataset *dataset; // not owned
    size_t size;            // images in a batch; the last one of an epoch may have fewer
    uint32_t *order;        // (dataset->count): the epoch's
    size_t next;            // place in the order
    float *images;          // (size, pixels): the batch's
    uint8_t *labels;        // (size): the batch's
} Batches;

// A batch larger than the data set is one short batch. False and the error: memory is short.
bool batches_create(Batches *batches, const Dataset *dataset, size_t size, Error *error);
void batches_destroy(Batches *batches);

// Begins an epoch as DataLoader(shuffle=True): two 64-bit draws from the generator, of which the
// second seeds a generator of its own for the permutation.
void batches_begin_shuffled(Batches *batches, Random *random);

// Begins an epoch as DataLoader(shuffle=False): one 64-bit draw, which is not used.
void batches_begin_in_order(Batches *batches, Random *random);

// Fills images and labels with the epoch's next batch; returns how many it has, 0 at the end.
size_t batches_next(Batches *batches);

size_t batches_per_epoch(const Batches *batches);

#endif
