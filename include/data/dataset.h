// A labelled set of 28x28 grayscale images in ten classes: MNIST, or files of the same format.
#ifndef MNIST_TRAIN_DATA_DATASET_H
#define MNIST_TRAIN_DATA_DATASET_H

#include "base/dims.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "io/gzip_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { DATASET_TRAIN, DATASET_TEST, DATASET_SPLITS } DatasetSplit;

typedef struct {
    size_t count;
    uint8_t *encoded; // the images (data/encoded_image.h): 0 is the background, 255 the strokes
    size_t *begins;   // (count): image i is at encoded + begins[i]
    size_t used;      // bytes of `encoded`
    size_t capacity;  // images for which encoded and begins have room
    uint8_t seen[MNIST_PIXELS]; // not 0 if the pixel is nonzero in some image
    uint8_t *labels;            // (count): 0 to 9; NULL if there are none
    char *images_path;
    char *labels_path; // of an image folder: equal to images_path
    bool is_turned;    // EMNIST's images, which are stored transposed, are upright here
} Dataset;

// Identifies a dataset by its content, whatever its paths are.
typedef struct {
    uint64_t images;   // count
    uint32_t checksum; // CRC-32 of the images, then the labels
} DatasetId;

// Returns `given`, or $MNIST_DATA if `given` is NULL; data/mnist if that is unset or empty.
const char *dataset_default_dir(const char *given);

// Loads both splits in parallel, and keeps the first images of each, up to its limit (0: all). A
// NULL split is skipped. docs/usage.md has the names and the directories of files that are tried,
// and their order; a split without files is loaded from an image folder, if there is one
// (data/image_folder.h). The images of files named emnist-... are transposed, and turned upright.
// The caller destroys the data sets. Returns false and sets *error if a file is missing,
// unreadable, damaged or of another format, holds no images or a label above 9, or the numbers of
// images and labels differ, or memory is short. If both splits fail, *error is that of the training
// split; after a failure both are empty.
bool dataset_load(const char *directory, const size_t limits[DATASET_SPLITS], Dataset *train,
                  Dataset *test, ThreadPool *pool, Error *error);

// Reads images without labels from an open reader; copies the path. Returns false and sets *error
// as dataset_load. The caller destroys the dataset even then.
bool dataset_read_images(GzipReader *source, const char *path, Dataset *dataset, Error *error);

// Reads the labels of the dataset's images, which has none, from a file. Returns false and sets
// *error as dataset_load; the labels are then undefined.
bool dataset_read_labels(const char *path, Dataset *dataset, Error *error);

// Adds images, (count, pixels), without labels. Returns false and sets *error if memory is short.
bool dataset_append(Dataset *dataset, const uint8_t *pixels, size_t count, Error *error);

// Returns the encoded image of this index.
static inline const uint8_t *dataset_encoded(const Dataset *dataset, size_t index) {
    return dataset->encoded + dataset->begins[index];
}

// Fills `pixels` with the image of this index.
void dataset_image(const Dataset *dataset, size_t index, uint8_t pixels[MNIST_PIXELS]);

DatasetId dataset_id(const Dataset *dataset); // the dataset has labels

void dataset_destroy(Dataset *dataset); // a zeroed one is allowed

#endif
