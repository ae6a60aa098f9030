// The part of the report that says how to repeat the run.
#ifndef MNIST_TRAIN_REPORT_REPEAT_H
#define MNIST_TRAIN_REPORT_REPEAT_H

#include "report.h"

#include <stdio.h>

void report_put_repeat(FILE *page, const Report *report);

#endif
