// The sections of the report, each in a file of its own.
#ifndef MNIST_TRAIN_REPORT_REPORT_INTERNAL_H
#define MNIST_TRAIN_REPORT_REPORT_INTERNAL_H

#include "report/report.h"
#include "train/confusion.h"

#include <stdbool.h>
#include <stdio.h>

// Each function writes one section. Those with an Error return false and set *error if memory is
// short.

// Training: curves of loss and accuracy, and a table of the epochs.
bool report_put_epochs(FILE *page, const Report *report, Error *error);

// Confusion matrix with the images of its cells, in at most max_images_size bytes; precision and
// recall by digit. The names of the classes may be NULL here and below.
bool report_put_confusion(FILE *page, const Dataset *test, const Prediction *predictions,
                          const ClassNames *classes, size_t max_images_size, Error *error);

// Renders the first misclassified images of each cell, each cell as an element with the id
// cell-LABEL-PREDICTION: twelve images, or fewer if they need more than max_size bytes. *markup is
// NULL if not even one image of each cell fits; else the caller frees it. Returns false and sets
// *error if memory is short.
bool report_render_cells(const Dataset *test, const Prediction *predictions,
                         const ConfusionMatrix *confusion, const ClassNames *classes,
                         size_t max_size, char **markup, Error *error);

// The misclassified test images with the highest confidence.
bool report_put_misclassified(FILE *page, const Dataset *test, const Prediction *predictions,
                              const ClassNames *classes, Error *error);

// The first layer's weights, one image for each hidden unit, and the dead units.
bool report_put_weights(FILE *page, const NetworkParameters *parameters, const Dataset *test,
                        Error *error);

// A canvas for digits that the network recognises in the browser: the network's parameters and the
// script (draw*.js).
void report_put_draw(FILE *page, const NetworkParameters *parameters, const ClassNames *classes);

// The command, settings and environment of the run.
void report_put_reproduce(FILE *page, const RunInfo *run);

// Writes the number of a class, and its name after it if it has one, escaped for HTML.
void report_put_class(FILE *page, size_t class, const ClassNames *classes);

// Each function writes a value of the metrics with html_put_number.
void report_put_accuracy(FILE *page, const Metrics *metrics);          // percent of the images
void report_put_correct(FILE *page, const Metrics *metrics);           // "9000 of 10000"
void report_put_tutorial_accuracy(FILE *page, const Metrics *metrics); // percent

#endif
