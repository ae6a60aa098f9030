// Processors of this machine.
#ifndef MNIST_TRAIN_BASE_CPU_H
#define MNIST_TRAIN_BASE_CPU_H

#include <stddef.h>

// Returns the number of processors that the calling thread may use (its affinity mask on Linux,
// else the processors online), at least 1.
size_t cpu_count(void);

#endif
