// Minibatches of a data set as torch.utils.data.DataLoader gives them: the order of an epoch, and
// pixels as floats from 0 to 1 (torchvision's ToTensor).
//
// A batch is read in microbatches of at most 32 images, without the pixel columns that are zero in
// all images of the batch: those add nothing to a product and have a zero gradient.
//
// One thread, the planner, calls data_loader_start and data_loader_next; it alone draws random
// numbers. Any thread may call the functions that take a const DataLoader. A microbatch stays valid
// until the planner begins the DATA_LOADER_IN_FLIGHT-th call of data_loader_next after it.
#ifndef MNIST_TRAIN_DATA_DATA_LOADER_H
#define MNIST_TRAIN_DATA_DATA_LOADER_H

#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/mnist.h"
#include "data/sparse_images.h"
#include "data/transforms.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MICROBATCH_SIZE = 32, // images: OpenBLAS is fastest with small matrices
    DATA_LOADER_IN_FLIGHT = 4,
    NO_COLUMN = UINT16_MAX,
};

// The pixels that are nonzero in some image of a batch, and always pixel 0, since a matrix needs at
// least one column.
typedef struct {
    size_t count;
    uint16_t pixels[MNIST_PIXELS];    // (count): ascending
    uint16_t column_of[MNIST_PIXELS]; // of each pixel: its index in pixels, or NO_COLUMN
} Columns;

typedef struct {
    size_t count;        // images; 0: the end
    size_t first;        // position of the first image in the epoch's order
    size_t batch_images; // images in the whole batch
    bool is_first_of_batch;
    bool is_last_of_batch;
    const Columns *columns;          // of the batch
    uint8_t labels[MICROBATCH_SIZE]; // (count)
} Microbatch;

// The images of a microbatch in which a pixel is nonzero: one cache line.
typedef struct {
    alignas(2 * MICROBATCH_SIZE) uint8_t images[MICROBATCH_SIZE]; // ascending
    uint8_t values[MICROBATCH_SIZE];
} PixelImages;

// The nonzero pixels of a microbatch by pixel.
typedef struct {
    PixelImages pixels[MNIST_PIXELS];
    uint8_t counts[MNIST_PIXELS]; // of the images in each
} ImagesByPixel;

typedef struct {
    const Dataset *dataset; // not owned
    size_t batch_size;      // the last batch of an epoch may have fewer images
    SparseImages images;
    uint32_t *order;          // (dataset->count): image indices in the order of the epoch
    Columns seen;             // pixels that can be nonzero in some image
    float byte_to_float[256]; // byte / 255

    Transforms transforms;
    uint8_t *transformed; // (in flight, batch_size, SPARSE_IMAGE_MAX_BYTES) or NULL

    size_t batch;                           // the planner reads this batch
    size_t end_batch;                       // the planner stops before it
    size_t position;                        // index in `order` of the next image
    uint8_t marks[MNIST_PIXELS];            // 1: nonzero in a marked image of the next batch
    size_t marked;                          // images of that batch before this position are marked
    Columns columns[DATA_LOADER_IN_FLIGHT]; // by batch
} DataLoader;

// Prepares a data set, which has at least one image and must outlive the loader. A batch size above
// the number of images makes one short batch. The transforms are applied to each image with new
// random values in each epoch; they are copied. If the data set has no labels, those of
// microbatches are 0. Returns false and sets *error if there are more than UINT32_MAX images or
// memory is short.
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

// Sets the batches that data_loader_next describes: from first_batch to before end_batch.
void data_loader_start(DataLoader *loader, size_t first_batch, size_t end_batch);

// Ends the epoch after the batch that has begun; no further batch begins.
void data_loader_stop(DataLoader *loader);

// Describes the next microbatch; its count is 0 at the end. With transforms, the call for the first
// microbatch of a batch draws from `random` for all images of the batch and transforms them.
// Without transforms `random` is not used and may be NULL.
void data_loader_next(DataLoader *loader, Random *random, Microbatch *microbatch);

// Returns an image of the microbatch, encoded (see data/sparse_images.h), valid as long as it.
const uint8_t *data_loader_image(const DataLoader *loader, const Microbatch *microbatch,
                                 size_t index);

// Fills the rows of the microbatch from `begin` to before `end`.
void data_loader_load_rows(const DataLoader *loader, const Microbatch *microbatch, size_t begin,
                           size_t end,
                           float *rows); // (count, columns->count)

void data_loader_load_by_pixel(const DataLoader *loader, const Microbatch *microbatch,
                               ImagesByPixel *by_pixel);

#endif
