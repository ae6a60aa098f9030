// Short messages of the commands.
#ifndef MNIST_TRAIN_OUTPUT_NOTICES_H
#define MNIST_TRAIN_OUTPUT_NOTICES_H

#include "base/error.h"
#include "pictures/preprocess.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Prints the error on stderr, after the name of the program.
void notices_print_error(const Error *error);

// Prints on stderr one line for each decision of preprocess_digit (inverted, frame removed, ruled
// lines removed, cropped) and one for each doubt (strokes fill over 60 % of the digit's box, the
// digit touches the border, several digits).
void notices_print_preprocessing(const char *path, const Preprocessing *found);

// Prints on stderr that the images of a file are EMNIST's and were turned.
void notices_print_turned(const char *path);

// Prints the path of the picture of --show on stdout.
void notices_print_shown_picture(const char *path);

// Prints the index and the label of the image of --show on stdout.
void notices_print_shown_image(size_t index, uint8_t label);

// Prints on stderr that a reproducible run is slow, if the processor has no fused multiply-add.
void notices_print_slow_reproducible(bool has_fma);

// Prints on stderr that the checkpoint is from a run with another kernel of the BLAS library.
void notices_print_other_kernel(const char *old_kernel, const char *kernel);

#endif
