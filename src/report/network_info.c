#include "report/network_info.h"

#include "data/mnist.h"
#include "nn/network.h"
#include "report/print.h"

static size_t print_layer(const char *name, int inputs, int outputs) {
    size_t parameters = (size_t)inputs * (size_t)outputs + (size_t)outputs;
    print_stdout("  %-9s Linear(%d, %d)%*s %6zu parameters\n", name, inputs, outputs,
                 outputs < 100 ? 2 : 1, "", parameters);
    return parameters;
}

void network_info_print(size_t batch_size) {
    print_stdout("Batch: images [%zu, 1, %d, %d], labels [%zu]\n", batch_size, MNIST_SIDE,
                 MNIST_SIDE, batch_size);
    print_stdout("Output of the network for it: [%zu, %d]\n", batch_size, NETWORK_CLASSES);
    print_stdout("Network:\n");
    size_t parameters = print_layer("d1", NETWORK_PIXELS, NETWORK_HIDDEN);
    print_stdout("  relu      ReLU()\n");
    print_stdout("  dropout   Dropout(%g)\n", NETWORK_DROPOUT);
    parameters += print_layer("d2", NETWORK_HIDDEN, NETWORK_CLASSES);
    print_stdout("  softmax   Softmax()\n");
    print_stdout("  in all                     %6zu parameters\n", parameters);
}
