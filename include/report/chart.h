// Curves over epochs as an SVG picture in an HTML page.
#ifndef MNIST_TRAIN_REPORT_CHART_H
#define MNIST_TRAIN_REPORT_CHART_H

#include <stddef.h>
#include <stdio.h>

typedef struct {
    const char *name;   // in the legend
    const char *class;  // of its elements: the style sheet gives the colour
    size_t first_epoch; // of the first value
    size_t count;       // may be 0: the curve is left out
    const double *values;
} ChartCurve;

typedef struct {
    const char *title;
    const char *description; // for who can't see it
    ChartCurve curves[2];    // the first with round marks, the second dashed with square ones
} Chart;

// All texts are the program's own: nothing is escaped.
void chart_put(FILE *page, const Chart *chart);

#endif
