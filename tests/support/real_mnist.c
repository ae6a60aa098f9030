#include "support/real_mnist.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *real_mnist_dir(void) {
    const char *folders[] = {getenv("MNIST_DATA"), "data/mnist", "../shared/mnist"};
    const char *last_file = "t10k-labels-idx1-ubyte.gz";
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[8192];
        if (folders[i] && *folders[i] &&
            snprintf(path, sizeof path, "%s/%s", folders[i], last_file) < (int)sizeof path &&
            access(path, R_OK) == 0)
            return folders[i];
    }
    return NULL;
}
