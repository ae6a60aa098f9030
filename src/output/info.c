#include "output/info.h"

#include "nn/network.h"
#include "output/print.h"

#include <math.h>
#include <string.h>

static void print_classes(const Dataset *dataset) {
    size_t counts[MNIST_CLASSES] = {0};
    for (size_t i = 0; i < dataset->count; i++)
        counts[dataset->labels[i]]++;
    print_stdout("  classes:   ");
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        if (c == MNIST_CLASSES / 2)
            print_stdout(",\n             ");
        else if (c > 0)
            print_stdout(",");
        print_stdout(" %zu: %zu", c, counts[c]);
    }
    print_stdout("\n");
}

// A histogram keeps the number of floating-point sums, and so their rounding error, small.
static void print_pixels(const Dataset *dataset) {
    uint64_t counts[UINT8_MAX + 1] = {0};
    size_t pixels = dataset->count * MNIST_PIXELS;
    for (size_t i = 0; i < dataset->count; i++) {
        uint8_t image[MNIST_PIXELS];
        dataset_image(dataset, i, image);
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            counts[image[p]]++;
    }
    double sum = 0.0;
    double squares = 0.0;
    for (int value = 0; value <= UINT8_MAX; value++) {
        double unit = value / 255.0;
        sum += unit * (double)counts[value];
        squares += unit * unit * (double)counts[value];
    }
    double mean = sum / (double)pixels;
    print_stdout("  pixels:     mean %.4f, standard deviation %.4f\n", mean,
                 sqrt(squares / (double)pixels - mean * mean));
}

static void print_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    int length = !slash ? 1 : slash == path ? 1 : (int)(slash - path);
    print_stdout("  folder:     %.*s\n", length, slash ? path : ".");
}

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void info_print_dataset(const char *split, const Dataset *dataset, const Transforms *transforms) {
    print_stdout("%s: %zu images of %dx%d pixels%s\n", split, dataset->count, MNIST_SIDE,
                 MNIST_SIDE, dataset->is_turned ? ", turned upright" : "");
    print_directory(dataset->images_path);
    if (strcmp(dataset->images_path, dataset->labels_path) == 0)
        print_stdout("  files:      %s/0/*.png to %s/9/*.png\n", file_name(dataset->images_path),
                     file_name(dataset->images_path));
    else
        print_stdout("  files:      %s, %s\n", file_name(dataset->images_path),
                     file_name(dataset->labels_path));
    print_classes(dataset);
    print_pixels(dataset);
    print_stdout("  transforms: ");
    for (size_t i = 0; i < transforms->count; i++) {
        const Transform *transform = &transforms->list[i];
        print_stdout("%s(%g),\n", transforms_name(transform->kind), transform->parameter);
        print_stdout("%14s", "");
    }
    print_stdout("ToTensor()\n");
}

static size_t print_layer(const char *name, int inputs, int outputs) {
    size_t parameters = (size_t)inputs * (size_t)outputs + (size_t)outputs;
    print_stdout("  %-9s Linear(%d, %d)%*s %6zu parameters\n", name, inputs, outputs,
                 outputs < 100 ? 2 : 1, "", parameters);
    return parameters;
}

void info_print_network(size_t batch_size) {
    print_stdout("Batch: images [%zu, 1, %d, %d], labels [%zu]\n", batch_size, MNIST_SIDE,
                 MNIST_SIDE, batch_size);
    print_stdout("Output of the network for it: [%zu, %d]\n", batch_size, MNIST_CLASSES);
    print_stdout("Network:\n");
    size_t parameters = print_layer("d1", MNIST_PIXELS, NETWORK_HIDDEN);
    print_stdout("  relu      ReLU()\n");
    print_stdout("  dropout   Dropout(%g)\n", NETWORK_DROPOUT);
    parameters += print_layer("d2", NETWORK_HIDDEN, MNIST_CLASSES);
    print_stdout("  softmax   Softmax()\n");
    print_stdout("  in all                     %6zu parameters\n", parameters);
}
