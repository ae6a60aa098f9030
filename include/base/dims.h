// The sizes of MNIST and of the tutorial's network, its dropout, and the number of images that are
// computed together.
#ifndef MNIST_TRAIN_BASE_DIMS_H
#define MNIST_TRAIN_BASE_DIMS_H

enum {
    MNIST_SIDE = 28,
    MNIST_PIXELS = MNIST_SIDE * MNIST_SIDE, // 784: inputs of the network
    MNIST_CLASSES = 10,                     // outputs
    NETWORK_HIDDEN = 128,                   // units between them
    MICROBATCH = 32, // most images of a step's part: their activations stay in the L1 cache
};

// The probability that a training step drops a hidden unit. network_draw_mask draws which; the
// layers (src/nn/layers_template.h) scale the units that are kept, and give the others a gradient
// of zero.
#define NETWORK_DROPOUT 0.2
#define NETWORK_DROPOUT_SCALE (1.0 / (1.0 - NETWORK_DROPOUT))

#endif
