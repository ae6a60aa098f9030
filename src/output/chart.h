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

// The run is solid with round marks, the tutorial dashed with square ones, the test of each epoch
// dotted with small round ones.
enum { CHART_RUN, CHART_TUTORIAL, CHART_TEST, CHART_CURVES };

// Writes a chart of curves, of which at least one has values. A pointer on a mark shows its value.
void chart_put(FILE *page, const char *title, const ChartCurve curves[CHART_CURVES]);

#endif
