// The tutorial's network trained with KANN (https://github.com/attractivechaos/kann): 784-128-ReLU-
// dropout(0.2)-10, batches of 32, learning rate 0.001. KANN has no Adam; its optimiser is RMSprop.
// Prints JSON: the seconds of all epochs without loading, and the accuracy on the test images.
#include "kann.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PIXELS = 784, HIDDEN = 128, CLASSES = 10, BATCH = 32, TRAIN = 60000, TEST = 10000 };

// In KANN's form: a pointer to the floats of each image, and to the one-hot floats of each label.
typedef struct {
    int count;
    float **images; // (count, PIXELS), from 0 to 1
    float **labels; // (count, CLASSES)
} Data;

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Reads the bytes after the header of a raw IDX file. Returns NULL, with a message on stderr, if
// there are fewer; the caller frees them.
static uint8_t *read_idx(const char *directory, const char *name, long header_bytes, size_t size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(size);
    bool read = file && bytes && fseek(file, header_bytes, SEEK_SET) == 0 &&
                fread(bytes, 1, size, file) == size;
    if (file)
        fclose(file);
    if (read)
        return bytes;
    fprintf(stderr, "kann: %s: expected a raw IDX file with %zu values\n", path, size);
    free(bytes);
    return NULL;
}

// (count) pointers to rows of so many zeros; NULL without memory.
static float **make_rows(int count, int width) {
    float **rows = malloc((size_t)count * sizeof *rows);
    float *values = calloc((size_t)count * (size_t)width, sizeof *values);
    if (!rows || !values) {
        free(rows);
        free(values);
        return NULL;
    }
    for (int i = 0; i < count; i++)
        rows[i] = values + (size_t)i * (size_t)width;
    return rows;
}

static bool load(const char *directory, const char *images_name, const char *labels_name, int count,
                 Data *data) {
    uint8_t *pixels = read_idx(directory, images_name, 16, (size_t)count * PIXELS);
    uint8_t *labels = read_idx(directory, labels_name, 8, (size_t)count);
    *data = (Data){count, make_rows(count, PIXELS), make_rows(count, CLASSES)};
    bool loaded = pixels && labels && data->images && data->labels;
    for (int i = 0; loaded && i < count; i++) {
        for (int p = 0; p < PIXELS; p++)
            data->images[i][p] = (float)pixels[(size_t)i * PIXELS + (size_t)p] / 255.0F;
        data->labels[i][labels[i] % CLASSES] = 1.0F;
    }
    free(pixels);
    free(labels);
    return loaded;
}

static kann_t *make_network(void) {
    kad_node_t *node = kann_layer_input(PIXELS);
    node = kann_layer_dropout(kad_relu(kann_layer_dense(node, HIDDEN)), 0.2F);
    return kann_new(kann_layer_cost(node, CLASSES, KANN_C_CEM), 0);
}

static int count_correct(kann_t *network, const Data *data) {
    int correct = 0;
    for (int i = 0; i < data->count; i++) {
        const float *outputs = kann_apply1(network, data->images[i]);
        int best = 0;
        for (int c = 1; c < CLASSES; c++)
            best = outputs[c] > outputs[best] ? c : best;
        correct += data->labels[i][best] > 0.0F;
    }
    return correct;
}

int main(int argc, char **argv) {
    Data train, test;
    int epochs = argc == 3 ? atoi(argv[2]) : 0;
    if (epochs < 1) {
        fprintf(stderr, "kann: expected a directory of raw MNIST and a number of epochs\n");
        return 2;
    }
    if (!load(argv[1], "train-images-idx3-ubyte", "train-labels-idx1-ubyte", TRAIN, &train) ||
        !load(argv[1], "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", TEST, &test))
        return 1;
    kann_verbose = 0;
    kann_srand(0);
    kann_t *network = make_network();
    double begun = seconds_now();
    // No validation set, and thus no early stop.
    kann_train_fnn1(network, 0.001F, BATCH, epochs, epochs, 0.0F, train.count, train.images,
                    train.labels);
    double seconds = seconds_now() - begun;
    printf("{\"loop\": %.6f, \"epochs\": %d, \"accuracy\": %.2f}\n", seconds, epochs,
           100.0 * count_correct(network, &test) / test.count);
    kann_delete(network);
    return 0;
}
