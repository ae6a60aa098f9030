// Minibatches of a data set as torch.utils.data.DataLoader gives them: the order of an epoch, and
// pixels as floats from 0 to 1 (torchvision's ToTensor).
//
// A batch is read in microbatches of at most 32 images, without the pixel columns that are zero in
// all images of the batch: those add nothing to a product and have a zero gradient.
//
// One thread, the planner, calls data_loader_start and data_loader_next; it alone draws random
// numbers. Any thread may call data_loader_load_rows and data_loader_load_sparse. A microbatch
// stays valid until the planner has called data_loader_next DATA_LOADER_IN_FLIGHT times more.
#ifndef MNIST_TRAIN_DATA_DATA_LOADER_H
#define MNIST_TRAIN_DATA_DATA_LOADER_H

#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/mnist.h"
#include "data/sparse_images.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

enum {
    MICROBATCH_SIZE = 32, // images: OpenBLAS is fastest with small matrices
    DATA_LOADER_IN_FLIGHT = 4,
    NO_COLUMN = UINT16_MAX,
};

// The pixels that are nonzero in some image of a batch, and always pixel 0: a matrix needs a
// column.
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

// The nonzero pixels of a microbatch, by image and by column.
typedef struct {
    uint16_t image_counts[MICROBATCH_SIZE];          // (count): nonzero pixels of each image
    uint16_t pixels[MICROBATCH_SIZE * MNIST_PIXELS]; // (count, MNIST_PIXELS): ascending
    float values[MICROBATCH_SIZE * MNIST_PIXELS];    // (count, MNIST_PIXELS)
    uint16_t column_counts[MNIST_PIXELS];            // (columns->count): images of each column
    uint16_t images[MNIST_PIXELS * MICROBATCH_SIZE]; // (columns->count, MICROBATCH_SIZE): ascending
    float column_values[MNIST_PIXELS * MICROBATCH_SIZE]; // (columns->count, MICROBATCH_SIZE)
} SparseMicrobatch;

typedef struct {
    const Dataset *dataset; // not owned
    size_t batch_size;      // the last batch of an epoch may have fewer images
    SparseImages images;
    uint32_t *order;          // (dataset->count): the epoch's
    Columns seen;             // pixels that can be nonzero in some image
    float byte_to_float[256]; // byte / 255

    Transforms transforms;
    uint64_t *transformed; // (in flight, batch_size, SPARSE_IMAGE_WORDS); NULL: no transforms

    size_t batch;                           // that the planner reads
    size_t end_batch;                       // the planner stops before it
    size_t position;                        // of the next image in the order
    Columns columns[DATA_LOADER_IN_FLIGHT]; // by batch
} DataLoader;

// A batch size above the data set's makes one short batch. transforms: of each image, anew in each
// epoch. The data set must outlive the loader; without labels, labels are 0. Returns false and sets
// *error if memory is short.
bool data_loader_create(DataLoader *loader, const Dataset *dataset, size_t batch_size,
                        const Transforms *transforms, ThreadPool *pool, Error *error);
void data_loader_destroy(DataLoader *loader); // a zeroed one is allowed

size_t data_loader_batches(const DataLoader *loader); // per epoch

// The seed of an epoch's permutation, as DataLoader(shuffle=True) draws it: the second of two
// 64-bit draws from the generator.
uint64_t data_loader_draw_seed(Random *random);

// The order of DataLoader(shuffle=True): torch.randperm with a generator of this seed.
void data_loader_shuffle(DataLoader *loader, uint64_t seed);

// The order of DataLoader(shuffle=False), which draws one 64-bit number and ignores it.
void data_loader_sequential(DataLoader *loader, Random *random);

// The planner reads batches from first_batch to before end_batch of the epoch.
void data_loader_start(DataLoader *loader, size_t first_batch, size_t end_batch);

// No batch begins any more: the end comes after the batch that has begun.
void data_loader_stop(DataLoader *loader);

// Describes the next microbatch. With transforms, the first microbatch of a batch samples and
// applies the transforms of all images of the batch.
void data_loader_next(DataLoader *loader, Random *random, Microbatch *microbatch);

// Fills rows from `begin` to before `end` of the microbatch's rows.
void data_loader_load_rows(const DataLoader *loader, const Microbatch *microbatch, size_t begin,
                           size_t end,
                           float *rows); // (count, columns->count)

// The same as nonzero pixels, from column `begin` to before column `end`; the counts of the images
// belong to the last column.
void data_loader_load_sparse(const DataLoader *loader, const Microbatch *microbatch, size_t begin,
                             size_t end, SparseMicrobatch *sparse);

#endif
