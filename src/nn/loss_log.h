// The logarithm of loss.c, for its template and its tests.
#ifndef MNIST_TRAIN_NN_LOSS_LOG_H
#define MNIST_TRAIN_NN_LOSS_LOG_H

// log(x) for normal x > 0, to two units in the last place for x >= 1, and x if it is NaN or
// infinite: the same bits everywhere, while libm's differ between versions and machines.
double loss_log(double x);

#endif
