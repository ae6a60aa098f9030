// Where the real MNIST files are, for tests that skip themselves without them.
#ifndef MNIST_TRAIN_TESTS_REAL_MNIST_H
#define MNIST_TRAIN_TESTS_REAL_MNIST_H

// $MNIST_DATA, else the first of data/mnist and ../shared/mnist that has the four official files;
// NULL: none has.
const char *real_mnist_dir(void);

#endif
