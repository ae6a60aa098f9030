// A summary of the network, on stdout.
#ifndef MNIST_TRAIN_REPORT_NETWORK_INFO_H
#define MNIST_TRAIN_REPORT_NETWORK_INFO_H

#include <stddef.h>

// Prints the shapes of a batch and of the network's output for it, and the network's layers.
void network_info_print(size_t batch_size);

#endif
