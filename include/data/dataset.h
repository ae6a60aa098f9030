// A labelled set of 28x28 grey pictures in ten classes: MNIST, or files of the same form.
#ifndef MNIST_TRAIN_DATA_DATASET_H
#define MNIST_TRAIN_DATA_DATASET_H

#include "base/error.h"
#include "data/mnist.h"
#include "io/gzip_reader.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { DATASET_TRAIN, DATASET_TEST } DatasetSplit;

typedef struct {
    size_t count;
    uint8_t *images; // (count, pixels): 0 background to 255 ink
    uint8_t *labels; // (count): 0 to 9
    char *images_path;
    char *labels_path;
} Dataset;

// Finds the split's two files in the folder or in its MNIST/raw (torchvision's place), under the
// names that MNIST and QMNIST give them, raw or .gz; reads them and checks one against the other.
// Keeps only the first `limit` images (0: all). True: the data set is the caller's, to be
// destroyed. False and the error: a file is missing, damaged, of another form, empty, or does not
// match.
bool dataset_load(const char *folder, DatasetSplit split, size_t limit, Dataset *dataset,
                  Error *error);

// The two halves of dataset_load, for other files: images from an open source, whose path is
// copied; then labels for them, from a file of that path. False and the error; the data set is to
// be destroyed either way.
bool dataset_read_images(GzipReader *source, const char *path, Dataset *dataset, Error *error);
bool dataset_read_labels(const char *path, Dataset *dataset, Error *error);

// Identifies a data set by its content.
typedef struct {
    uint64_t images;
    uint32_t checksum; // CRC-32 of the images, then the labels
} DatasetId;

DatasetId dataset_id(const Dataset *dataset);

void dataset_destroy(Dataset *dataset);

#endif
