// A data set in batches, as torch.utils.data.DataLoader gives them: the order of an epoch, and the
// pixels of a batch as floats from 0 to 1 (torchvision's ToTensor).
//
// A batch is read in blocks of at most 32 images, and without the pixels that are zero in all of
// its images: those add nothing to a product and get no gradient.
#ifndef MNIST_TRAIN_DATA_DATA_LOADER_H
#define MNIST_TRAIN_DATA_DATA_LOADER_H

#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

enum {
    BATCHES_BLOCK = 32, // images: small matrices are OpenBLAS's fastest
    BATCHES_ABSENT = UINT16_MAX,
    BATCHES_WORDS = (MNIST_PIXELS + 63) / 64,                   // of a set of pixels, a bit each
    BATCHES_IMAGE_WORDS = BATCHES_WORDS + MNIST_PIXELS / 8 + 1, // of an image without zeros
};

// Pixels in ascending order.
typedef struct {
    size_t count;
    uint16_t pixels[MNIST_PIXELS];
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

    Transforms transforms;
    TransformParams *draws; // (size): for the batch that is opened next; NULL: no transforms
    uint64_t *transformed;  // (size, BATCHES_IMAGE_WORDS): that batch's images; or NULL
} Batches;

// A batch of an epoch, and how far it was read.
typedef struct {
    size_t images;                 // it has
    size_t next;                   // place in the order
    size_t end;                    // behind its last place
    PixelList active;              // the pixels that are not zero in some of its images
    uint16_t places[MNIST_PIXELS]; // of each pixel in `active`, or BATCHES_ABSENT
} Batch;

// A block of a batch.
typedef struct {
    const Batch *batch;
    size_t first;                  // place in the order
    size_t count;                  // of images
    bool begins;                   // the batch
    bool ends;                     // the batch
    uint8_t labels[BATCHES_BLOCK]; // (count)
    float *images;                 // (count, active pixels): the caller's, see batches_gather
} BatchBlock;

// A batch larger than the data set is one short batch. The pool shares the work. False and the
// error: memory is short.
bool batches_create(Batches *batches, const Dataset *dataset, size_t size, ThreadPool *pool,
                    Error *error);
void batches_destroy(Batches *batches);

// From now on each batch's images are transformed anew, unless there are no transforms. False and
// the error: memory is short.
bool batches_set_transforms(Batches *batches, const Transforms *transforms, Error *error);

size_t batches_per_epoch(const Batches *batches);

// The seed of an epoch's permutation, as DataLoader(shuffle=True) draws it: the second of two
// 64-bit draws from the generator.
uint64_t batches_draw_seed(Random *random);

// Begins an epoch in the order that the seed's own generator permutes.
void batches_begin_shuffled(Batches *batches, uint64_t seed);

// Begins an epoch as DataLoader(shuffle=False): one 64-bit draw, which is not used.
void batches_begin_in_order(Batches *batches, Random *random);

// With transforms, before a batch is opened, and when no block of another one is gathered any more:
// draws for all its images; then transforms the images from `begin` to before `end` of it, which
// threads may share among them.
void batches_draw_transforms(const Batches *batches, size_t number, Random *random);
void batches_transform(const Batches *batches, size_t number, size_t begin, size_t end);

// How many images the batch of this number has.
size_t batches_images(const Batches *batches, size_t number);

// Opens the epoch's batch of this number, counted from 0.
void batches_open(const Batches *batches, size_t number, Batch *batch);

// Goes to the batch's next block, and reads its labels; false at the batch's end.
bool batches_next(const Batches *batches, Batch *batch, BatchBlock *block);

// Fills the rows from `begin` to before `end` of the block's images, (BATCHES_BLOCK, pixels) at
// most. Threads may share a block's rows among them.
void batches_gather(const Batches *batches, const BatchBlock *block, size_t begin, size_t end);

#endif
