// The files of a dataset directory, under the names that MNIST, torchvision and QMNIST use.
#ifndef MNIST_TRAIN_DATA_DATASET_FILES_H
#define MNIST_TRAIN_DATA_DATASET_FILES_H

#include "base/error.h"

#include <stdbool.h>

typedef enum { DATASET_TRAIN, DATASET_TEST, DATASET_SPLITS } DatasetSplit;

typedef struct {
    char *images_path;
    char *labels_path;
} DatasetFiles;

// Finds the two files of a split, each raw or .gz, in the directory or in its MNIST/raw, where
// torchvision stores them. The caller frees both paths. Returns false and sets *error if the
// directory or a file cannot be accessed, the images or their labels are missing, or memory is
// short; both paths are then NULL.
bool dataset_files_find(const char *directory, DatasetSplit split, DatasetFiles *files,
                        Error *error);

#endif
