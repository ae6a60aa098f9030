#include "support/real_mnist.h"

#include "support/test.h"

#include <unistd.h>

const char *real_mnist_dir(void) {
    const char *directories[] = {getenv("MNIST_DATA"), "data/mnist", "../shared/mnist"};
    const char *last_file = "t10k-labels-idx1-ubyte.gz";
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        char path[8192];
        if (directories[i] && *directories[i] &&
            snprintf(path, sizeof path, "%s/%s", directories[i], last_file) < (int)sizeof path &&
            access(path, R_OK) == 0)
            return directories[i];
    }
    return NULL;
}

const char *need_real_mnist(void) {
    const char *directory = real_mnist_dir();
    if (!directory)
        skip_because("the MNIST files are missing (scripts/fetch-mnist.sh downloads them)");
    return directory;
}
