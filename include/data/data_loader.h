// Minibatches of a data set as torch.utils.data.DataLoader gives them: the order of an epoch, and
// the transforms of each image. A batch is read in microbatches of at most MICROBATCH encoded
// images.
//
// The threads of a pass share a DataLoader, which does not change during the pass. Each thread
// walks through the pass with a DataIterator and a generator of its own; all find the same
// microbatches, draw the same numbers, and share only the work of transforming images.
#ifndef MNIST_TRAIN_DATA_DATA_LOADER_H
#define MNIST_TRAIN_DATA_DATA_LOADER_H

#include "base/dims.h"
#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/encoded_image.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const Dataset *dataset; // not owned
    size_t batch_size;      // the last batch of an epoch may have fewer images
    Transforms transforms;
    uint32_t *order;            // (dataset->count): image indices in the order of the epoch
    TransformParams *params;    // (threads, batch_size): each thread's draws for a batch; NULL
                                // without transforms
    uint8_t *transformed;       // (2, batch_size, ENCODED_IMAGE_MAX): the transformed images of
                                // two batches; NULL without transforms
    uint8_t seen[MNIST_PIXELS]; // not 0 if the pixel can be nonzero in some image
} DataLoader;

// Creates the loader of a data set for passes on the pool's threads. The data set must have at
// least one image and outlive the loader. A batch size above the number of images makes one short
// batch. The transforms, which are copied, are applied to each image with new random values in each
// epoch. Returns false and sets *error if there are more than UINT32_MAX images or memory is short.
bool data_loader_create(DataLoader *loader, const Dataset *dataset, size_t batch_size,
                        const Transforms *transforms, ThreadPool *pool, Error *error);
void data_loader_destroy(DataLoader *loader); // a zeroed one is allowed

size_t data_loader_batches(const DataLoader *loader); // per epoch

// Returns the seed of an epoch's permutation, as DataLoader(shuffle=True) draws it: the second of
// two 64-bit draws from the generator, without the sign bit.
uint64_t data_loader_draw_seed(Random *random);

// Sets the order of DataLoader(shuffle=True): torch.randperm with a generator of this seed.
void data_loader_shuffle(DataLoader *loader, uint64_t seed);

// Sets the order of DataLoader(shuffle=False), which draws one 64-bit number and ignores it.
void data_loader_sequential(DataLoader *loader, Random *random);

// Returns the encoded image at this position of the epoch's order.
const uint8_t *data_loader_image(const DataLoader *loader, size_t position);

// Fetches the image at this position, before its transforms, into the cache: images lie at random
// places in memory.
static inline void data_loader_prefetch(const DataLoader *loader, size_t position) {
    enum { USUAL_LINES = 5 }; // of an encoded image
    if (position >= loader->dataset->count)
        return;
    const uint8_t *image = dataset_encoded(loader->dataset, loader->order[position]);
    for (size_t line = 0; line < USUAL_LINES; line++)
        __builtin_prefetch(image + line * CACHE_LINE);
    __asm__ volatile(""); // gcc removes calls of functions that do nothing but prefetch
}

typedef struct {
    const DataLoader *loader;
    size_t number;       // of the microbatch in its pass, from 0
    size_t count;        // images; 0: the pass is over
    size_t first;        // position of the first image in the epoch's order
    size_t batch;        // of the epoch
    size_t batch_first;  // position of the batch's first image
    size_t batch_images; // images in the whole batch
    bool is_first_of_batch;
    bool is_last_of_batch;
    const uint8_t *images[MICROBATCH]; // (count): encoded
    uint8_t labels[MICROBATCH];        // (count): 0 if the data set has none
} Microbatch;

// One thread's place in a pass.
typedef struct {
    const DataLoader *loader;
    size_t share;  // the thread transforms image i of a batch if i % shares == share
    size_t shares; // threads of the pass
    size_t batch;  // of the next microbatch
    size_t position;
    size_t number;
} DataIterator;

// Begins a pass at a batch of the epoch, for thread `share` of `shares`.
DataIterator data_iterator(const DataLoader *loader, size_t first_batch, size_t share,
                           size_t shares);

// Describes the next microbatch; its count is 0 from end_batch on. With transforms, the call for
// the first microbatch of a batch draws from `random` for all images of the batch, and transforms
// the thread's share of them: they are complete after a barrier. The images of a batch stay valid
// until the first thread reaches the next batch but one.
void data_iterator_next(DataIterator *iterator, size_t end_batch, Random *random,
                        Microbatch *microbatch);

// Fetches the images of the next microbatch while the thread computes something else.
static inline void data_iterator_prefetch(const DataIterator *iterator) {
    for (size_t i = 0; i < MICROBATCH; i++)
        data_loader_prefetch(iterator->loader, iterator->position + i);
}

#endif
