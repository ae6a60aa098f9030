// Image folders, the layout of torchvision's ImageFolder: FOLDER/CLASS/NAME.png with the classes 0
// to 9.
#ifndef MNIST_TRAIN_DATA_IMAGE_FOLDER_H
#define MNIST_TRAIN_DATA_IMAGE_FOLDER_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"

#include <stdbool.h>
#include <stddef.h>

// Sets *path to the image folder of this name in the directory, which the caller frees, or to NULL
// if there is none: a directory of the name that contains a directory "0". Returns false and sets
// *error if memory is short.
bool image_folder_find(const char *directory, const char *name, char **path, Error *error);

// Returns whether a file is in the folder of a class, or would be if it were written. Symbolic
// links of the file are followed, those of images are not.
bool image_folder_contains(const char *path, const char *file);

// Reads the first `limit` images (0: all) of the folder dataset->images_path on the pool's threads:
// by class, then in the order of the names' bytes. Files whose names do not end in .png (in any
// case), or begin with a dot, are skipped. The caller destroys the data set, even after an error.
// Returns false and sets *error if the folder of a class is missing or there are no images, if a
// file is no PNG image of 28x28 pixels (the error is that of the first such file), or if memory is
// short.
bool image_folder_load(size_t limit, ThreadPool *pool, Dataset *dataset, Error *error);

#endif
