// Names of the ten classes, for data sets other than digits.
#ifndef MNIST_TRAIN_DATA_CLASS_NAMES_H
#define MNIST_TRAIN_DATA_CLASS_NAMES_H

#include "base/dims.h"
#include "base/error.h"

#include <stdbool.h>

enum { CLASS_NAME_MAX_CHARACTERS = 40, CLASS_NAME_SIZE = 4 * CLASS_NAME_MAX_CHARACTERS + 1 };

// UTF-8 without control characters.
typedef struct {
    char names[MNIST_CLASSES][CLASS_NAME_SIZE];
} ClassNames;

// Reads a text file of ten lines, the names of the classes 0 to 9. A line ends with LF or CR LF,
// which may be missing after the last one. Returns false and sets *error if the file cannot be
// read, has fewer or more lines or an empty one, or a line has more than CLASS_NAME_MAX_CHARACTERS,
// is not UTF-8 or has a control character, or memory is short.
bool class_names_read(const char *path, ClassNames *classes, Error *error);

#endif
