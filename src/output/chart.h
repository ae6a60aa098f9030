// Line charts of values by epoch, as SVG in an HTML page.
#ifndef MNIST_TRAIN_OUTPUT_CHART_H
#define MNIST_TRAIN_OUTPUT_CHART_H

#include <stddef.h>
#include <stdio.h>

typedef struct {
    size_t first_epoch;   // of values[0]
    size_t count;         // 0: the curve is omitted, also in the legend
    const double *values; // (count): finite
} ChartCurve;

// Writes a chart of a run's curve, solid with round marks, and of the tutorial's, dashed with
// square marks. At least one has values. A pointer on a mark shows its value.
void chart_put(FILE *page, const char *title, ChartCurve run, ChartCurve tutorial);

#endif
