// The report's sections about the test and the run (report_sections.c), for report.c.
#ifndef MNIST_TRAIN_OUTPUT_REPORT_SECTIONS_H
#define MNIST_TRAIN_OUTPUT_REPORT_SECTIONS_H

#include "output/report.h"

#include <stdio.h>

// A character of a name may become "&quot;".
enum { PAGE_CLASS = 6 * CLASS_NAME_MAX_CHARACTERS + 8 };

// What the sections show, and where they write. Nothing is owned.
typedef struct {
    FILE *html;
    const Report *report;
    const NetworkParameters *parameters;
    const Prediction *predictions;           // (test images)
    char classes[MNIST_CLASSES][PAGE_CLASS]; // HTML: the number, and the name if there are names
} Page;

// Confusion matrix, the first images of each wrong cell, precision and recall by digit. Returns
// false and sets *error if memory is short.
bool page_put_confusion(const Page *page, Error *error);

// The misclassified test images with the highest confidence. Returns as page_put_confusion.
bool page_put_misclassified(const Page *page, Error *error);

// The command, settings and environment of the run.
void page_put_reproduce(const Page *page);

#endif
