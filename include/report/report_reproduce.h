// The part of the report that says how to repeat the run.
#ifndef MNIST_TRAIN_REPORT_REPORT_REPRODUCE_H
#define MNIST_TRAIN_REPORT_REPORT_REPRODUCE_H

#include "report/report.h"

#include <stdio.h>

void report_put_reproduce(FILE *page, const Report *report);

#endif
