#include "report/network_info.h"

#include "data/mnist.h"
#include "nn/network.h"

#include <stdio.h>

static size_t print_layer(const char *name, int inputs, int outputs) {
    size_t parameters = (size_t)inputs * (size_t)outputs + (size_t)outputs;
    printf("  %-9s Linear(%d, %d)%*s %6zu parameters\n", name, inputs, outputs,
           outputs < 100 ? 2 : 1, "", parameters);
    return parameters;
}

void network_info_print(size_t batch_size) {
    printf("Batch: images [%zu, 1, %d, %d], labels [%zu]\n", batch_size, MNIST_SIDE, MNIST_SIDE,
           batch_size);
    printf("Output of the network for it: [%zu, %d]\n", batch_size, NETWORK_CLASSES);
    printf("Network:\n");
    size_t parameters = print_layer("d1", NETWORK_PIXELS, NETWORK_HIDDEN);
    printf("  relu      ReLU()\n");
    printf("  dropout   Dropout(%g)\n", NETWORK_DROPOUT);
    parameters += print_layer("d2", NETWORK_HIDDEN, NETWORK_CLASSES);
    printf("  softmax   Softmax()\n");
    printf("  in all                     %6zu parameters\n", parameters);
}
