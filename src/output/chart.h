// Line charts of values by epoch, as SVG in an HTML page.
#ifndef MNIST_TRAIN_OUTPUT_CHART_H
#define MNIST_TRAIN_OUTPUT_CHART_H

#include <stddef.h>
#include <stdio.h>

enum { CHART_CURVES = 2 };

// The strings are written to the page without escapes.
typedef struct {
    const char *name;     // in the legend
    const char *class;    // CSS class of the curve's elements
    size_t first_epoch;   // of values[0]
    size_t count;         // 0: the curve is omitted, also in the legend
    const double *values; // (count): finite
} ChartCurve;

// Writes a chart of two curves, the first solid with round marks, the second dashed with square
// marks. At least one has values.
void chart_put(FILE *page, const char *title, const ChartCurve curves[CHART_CURVES]);

#endif
