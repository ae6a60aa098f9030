// A made-up run with a report, for tests that change a part of it.
#ifndef MNIST_TRAIN_TESTS_REPORT_FIXTURE_H
#define MNIST_TRAIN_TESTS_REPORT_FIXTURE_H

#include "output/report.h"

#include <stddef.h>
#include <stdint.h>

enum { FIXTURE_IMAGES = 100, FIXTURE_MAX_EPOCHS = 1000 };

// 100 images, ten of each digit, which serve as training and test set; three epochs of seven
// batches of 32 images; room for 1000.
typedef struct {
    TrainConfig config;
    Environment environment;
    char *arguments[3];
    Dataset train, test, images_only; // the first two share the memory of the third
    char images_path[16], labels_path[16];
    uint8_t images[FIXTURE_IMAGES * MNIST_PIXELS]; // all pixels of image i are i
    uint8_t labels[FIXTURE_IMAGES];                // of image i: i modulo 10
    Prediction predictions[FIXTURE_IMAGES];        // correct
    NetworkParameters parameters;
    Report report; // begun; the pointers of report.run are to the members above
} ReportFixture;

extern ReportFixture fixture;

// For cmocka's set-up and tear-down.
int fixture_create(void **state);
int fixture_destroy(void **state);

// Puts the changed fixture.images into the data sets.
void fixture_set_images(void);

// Predicts the digit for an image; the other digits share the rest of the probability.
void fixture_predict(size_t image, uint8_t digit, float confidence);

// Predicts the digit after the label.
void fixture_misclassify(size_t image, float confidence);

// Metrics of equal batches, with `correct` images each and mean losses of loss, loss + 0.01 ...
Metrics fixture_metrics(size_t batch_size, size_t batches, size_t correct, double loss);

// Tells the report of one more epoch.
void fixture_add_epoch(const Metrics *metrics, double seconds);

// Writes the page and reads it; valid until the next call. Fails the test if it cannot be written.
const char *fixture_write_page(void);

#endif
