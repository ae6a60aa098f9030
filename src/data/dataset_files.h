// Where the files of a data set lie, and what a directory holds in place of them.
#ifndef MNIST_TRAIN_DATA_DATASET_FILES_H
#define MNIST_TRAIN_DATA_DATASET_FILES_H

#include "base/error.h"
#include "data/dataset.h"

#include <stdbool.h>

// Sets the paths of a split's images and labels, which dataset_destroy frees: those of its IDX
// files, else of its image folder twice. Both splits are looked for at one place, the first that
// has images of one of them. Returns false and sets *error if there are none, which tells what the
// directory holds, or no labels, if a file cannot be accessed, or if memory is short.
bool dataset_files_find(const char *directory, DatasetSplit split, Dataset *dataset,
                        bool *is_folder, Error *error);

#endif
