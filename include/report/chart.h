// Line charts of values by epoch, as SVG in an HTML page.
#ifndef MNIST_TRAIN_REPORT_CHART_H
#define MNIST_TRAIN_REPORT_CHART_H

#include <stddef.h>
#include <stdio.h>

enum { CHART_CURVES = 2 };

// The strings are not escaped.
typedef struct {
    const char *name;     // in the legend
    const char *class;    // CSS class of the curve's elements
    size_t first_epoch;   // of values[0]
    size_t count;         // 0: the curve is omitted, also in the legend
    const double *values; // (count): finite
} ChartCurve;

typedef struct {
    const char *title;
    const char *description;         // for screen readers
    ChartCurve curves[CHART_CURVES]; // the first solid with round marks, the second dashed, square
} Chart;

// Writes the chart, of which at least one curve has values.
void chart_put(FILE *page, const Chart *chart);

#endif
