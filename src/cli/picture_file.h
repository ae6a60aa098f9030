// A picture of one digit from a file, as --predict and --show use it.
#ifndef MNIST_TRAIN_CLI_PICTURE_FILE_H
#define MNIST_TRAIN_CLI_PICTURE_FILE_H

#include "base/dims.h"
#include "base/error.h"
#include "io/gzip_reader.h"

#include <stdbool.h>
#include <stdint.h>

// Reads a PNM or PNG image and converts it to MNIST's format. Unless is_quiet, prints what was
// decided. Returns false and sets *error if it cannot be read or has no digit.
bool picture_file_read(GzipReader *source, const char *path, bool is_quiet,
                       uint8_t digit[MNIST_PIXELS], Error *error);

#endif
