// A loaded microbatch as the network's input.
#ifndef MNIST_TRAIN_TRAIN_NETWORK_INPUT_H
#define MNIST_TRAIN_TRAIN_NETWORK_INPUT_H

#include "data/data_loader.h"
#include "nn/network.h"

// The sparse rows that a reproducible network's input points to.
typedef struct {
    SparseRow by_image[NETWORK_BANDS][NETWORK_MAX_IMAGES];
    SparseRow by_column[NETWORK_PIXELS];
} NetworkInputRows;

// For a network on the BLAS library. rows: (count, columns->count).
NetworkInput network_input_dense(const Microbatch *microbatch, const float *rows);

// For a reproducible network. by_pixel is NULL in evaluation, which needs no gradient. The result
// points to sparse_rows, which this function sets, to by_pixel and to the loader's images.
NetworkInput network_input_sparse(const DataLoader *loader, const Microbatch *microbatch,
                                  const ImagesByPixel *by_pixel, NetworkInputRows *sparse_rows);

#endif
