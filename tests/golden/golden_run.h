// made by scripts/make-golden.py with PyTorch 1.13.0a0; do not edit
// A training run of the tutorial with torch.nn, torch.optim.Adam and DataLoader(shuffle=True).
//
// An epoch starts with the loader's two random seeds. For each batch the transforms of its images
// draw, image by image; the dropout mask draws after them. The test runs once, at the end, or after
// each epoch; the test loader then draws a number each time.
// A sha256 is the SHA-256 of the values as little-endian numbers.
// clang-format off
#ifndef MNIST_TRAIN_TESTS_GOLDEN_GOLDEN_RUN_H
#define MNIST_TRAIN_TESTS_GOLDEN_GOLDEN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *order_sha256; // of the images' indices (uint32) in their order
    double tutorial_loss; // sum of the batches' mean losses / index of the last batch, at least 1
    double tutorial_accuracy; // sum of floor(100 * right / GoldenRun.batch) / the same index
    double loss; // mean over the images
    size_t right; // images whose largest output is at their label
    size_t test_right; // in the test after this epoch, with test_every_epoch
} GoldenEpoch;

typedef struct {
    const char *name;
    uint64_t seed;
    size_t batch; // images in a batch; the last batch may have fewer
    size_t train_limit, test_limit; // the run uses the first so many images; 0: all
    size_t epochs;
    const char *loss; // "tutorial" or "logits"
    double learning_rate;
    bool test_every_epoch;
    size_t transform_count;
    struct {
        const char *name; // torchvision's
        double amount; // degrees or probability
    } transforms[3]; // of the training images only, applied in this order
    const char *initial_sha256[4]; // d1.weight, d1.bias, d2.weight, d2.bias: float32, row by row
    GoldenEpoch epoch[5];
    size_t step_count;
    double step_loss[200]; // mean losses of the run's first step_count batches
    double test_tutorial_accuracy; // as tutorial_accuracy, of the test set
    size_t test_right, test_count;
} GoldenRun;

#endif
