// For layers.c and its tests.
#ifndef MNIST_TRAIN_NN_LAYERS_INTERNAL_H
#define MNIST_TRAIN_NN_LAYERS_INTERNAL_H

// log(x) for normal x > 0, to two units in the last place for x >= 1, and x if it is NaN or
// infinite: the same bits everywhere, while libm's differ between versions and machines.
double layers_log(double x);

#endif
