// The directory of the real MNIST files, for tests that are skipped without them.
#ifndef MNIST_TRAIN_TESTS_REAL_MNIST_H
#define MNIST_TRAIN_TESTS_REAL_MNIST_H

// The first of $MNIST_DATA, data/mnist and ../shared/mnist that has the files, or NULL.
const char *real_mnist_dir(void);

// As real_mnist_dir, but skips the running test if there is none.
const char *need_real_mnist(void);

#endif
