// Monotonic clock. Its origin is arbitrary: only differences have a meaning.
#ifndef MNIST_TRAIN_BASE_CLOCK_H
#define MNIST_TRAIN_BASE_CLOCK_H

#include <stdint.h>

double clock_seconds(void);
int64_t clock_nanoseconds(void);

#endif
