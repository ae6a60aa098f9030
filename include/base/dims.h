// The sizes of MNIST and of the tutorial's network, and the number of images that are computed
// together. Each stands here alone.
#ifndef MNIST_TRAIN_BASE_DIMS_H
#define MNIST_TRAIN_BASE_DIMS_H

enum {
    MNIST_SIDE = 28,
    MNIST_PIXELS = MNIST_SIDE * MNIST_SIDE, // 784: inputs of the network
    MNIST_CLASSES = 10,                     // outputs
    NETWORK_HIDDEN = 128,                   // units between them
    MICROBATCH = 32, // most images of a step's part: their activations stay in the L1 cache
};

#endif
