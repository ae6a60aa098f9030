// The processors of this machine.
#ifndef MNIST_TRAIN_BASE_CPU_H
#define MNIST_TRAIN_BASE_CPU_H

#include <stddef.h>

// The number of processors that this process may use (its affinity mask), at least 1.
size_t cpu_count(void);

#endif
