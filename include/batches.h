// A data set in batches, as torch.utils.data.DataLoader gives them: the order of an epoch, and the
// pixels of a batch as floats from 0 to 1 (torchvision's ToTensor).
//
// A batch is read in blocks of at most 32 images, and without the pixels that are zero in all of
// its images: those add nothing to a product and get no gradient.
#ifndef MNIST_TRAIN_BATCHES_H
#define MNIST_TRAIN_BATCHES_H

#include "dataset.h"
#include "error.h"
#include "random.h"
#include "team.h"

#include <stddef.h>
#include <stdint.h>

enum {
    BATCHES_BLOCK = 32, // images: small matrices are OpenBLAS's fastest
    BATCHES_ABSENT = UINT16_MAX,
    BATCHES_WORDS = (DATASET_PIXELS + 63) / 64, // of a set of pixels, a bit each
};

// Pixels in ascending order.
typedef struct {
    size_t count;
    uint16_t pixels[DATASET_PIXELS];
} PixelList;

// Images without their zeros: four fifths of MNIST's pixels are, and memory is what is slow.
typedef struct {
    uint64_t *words;              // image behind image: the set of its pixels that are not zero
                                  // (words), then those pixels' values, a byte each
    uint64_t used[BATCHES_WORDS]; // the pixels that are not zero in some image
} InkedImages;

// Shared by all who read; they write nothing in it.
typedef struct {
    const Dataset *dataset; // not owned
    size_t size;            // images in a batch; the last one of an epoch may have fewer
    uint32_t *order;        // (dataset->count): the epoch's
    const uint64_t **inked; // (dataset->count): where each image begins in its part
    InkedImages *parts;     // (part_count): as each thread wrote them
    size_t part_count;
    PixelList used;  // the pixels that are not zero in some image, and the first
    float unit[256]; // a byte as a float from 0 to 1
} Batches;

// A batch of an epoch, and how far it was read. Each thread has its own.
typedef struct {
    size_t images;                   // it has
    size_t next;                     // place in the order
    size_t end;                      // behind its last place
    PixelList active;                // the pixels that are not zero in some of its images
    uint16_t places[DATASET_PIXELS]; // of each pixel in `active`, or BATCHES_ABSENT
} Batch;

// A block of a batch.
typedef struct {
    size_t batch_images;
    size_t count;                                 // of its images
    size_t pixels;                                // that are active in the batch
    float images[BATCHES_BLOCK * DATASET_PIXELS]; // (count, pixels)
    uint8_t labels[BATCHES_BLOCK];                // (count)
} BatchBlock;

// A batch larger than the data set is one short batch. The team shares the work. False and the
// error: memory is short.
bool batches_create(Batches *batches, const Dataset *dataset, size_t size, Team *team,
                    Error *error);
void batches_destroy(Batches *batches);

size_t batches_per_epoch(const Batches *batches);

// Begins an epoch as DataLoader(shuffle=True): two 64-bit draws from the generator, of which the
// second seeds a generator of its own for the permutation.
void batches_begin_shuffled(Batches *batches, Random *random);

// Begins an epoch as DataLoader(shuffle=False): one 64-bit draw, which is not used.
void batches_begin_in_order(Batches *batches, Random *random);

// Opens the epoch's batch of this number, counted from 0.
void batches_open(const Batches *batches, size_t number, Batch *batch);

// Reads the batch's next block; false at the batch's end.
bool batches_read(const Batches *batches, Batch *batch, BatchBlock *block);

#endif
