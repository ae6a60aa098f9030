#include "chart.h"

#include <math.h>
#include <stdbool.h>

// In SVG units, each about one pixel on a phone.
enum { WIDTH = 360, HEIGHT = 250, LEFT = 48, RIGHT = 12, TOP = 14, BOTTOM = 58 };
enum {
    TICKS = 5,      // of each axis, approximately
    MAX_MARKS = 40, // more would overlap
};

static const char *const names[CHART_CURVES] = {"this run", "tutorial", "test"};
static const char *const classes[CHART_CURVES] = {"run", "tutorial", "run"};
static const char *const dashes[CHART_CURVES] = {"", " stroke-dasharray=\"5 4\"",
                                                 " stroke-dasharray=\"2 3\""};

typedef struct {
    FILE *page;
    const ChartCurve *curves;       // (CHART_CURVES)
    double first_epoch, last_epoch; // x axis, from left to right
    double min, max;                // y axis, from bottom to top; both at ticks
    double epoch_step, value_step;  // between ticks
} Chart;

// Returns a step of 1, 2 or 5 times a power of ten; at least 1 if is_whole.
static double tick_step(double width, bool is_whole) {
    double rough = width / TICKS;
    double power = pow(10.0, floor(log10(rough)));
    double step = rough <= power       ? power
                  : rough <= 2 * power ? 2 * power
                  : rough <= 5 * power ? 5 * power
                                       : 10 * power;
    return is_whole && step < 1.0 ? 1.0 : step;
}

// Sets the ranges of the axes. A y axis below a thousandth of its largest value would show rounding
// errors.
static void choose_axes(Chart *chart) {
    chart->first_epoch = chart->min = INFINITY;
    chart->last_epoch = chart->max = -INFINITY;
    for (size_t c = 0; c < CHART_CURVES; c++) {
        const ChartCurve *curve = &chart->curves[c];
        if (curve->count == 0)
            continue;
        chart->first_epoch = fmin(chart->first_epoch, (double)curve->first_epoch);
        chart->last_epoch =
            fmax(chart->last_epoch, (double)(curve->first_epoch + curve->count - 1));
        for (size_t i = 0; i < curve->count; i++) {
            chart->min = fmin(chart->min, curve->values[i]);
            chart->max = fmax(chart->max, curve->values[i]);
        }
    }
    if (chart->last_epoch == chart->first_epoch)
        chart->last_epoch += 1.0;
    double largest = fmax(fabs(chart->min), fabs(chart->max));
    chart->max = fmax(chart->max, chart->min + (largest > 1e-30 ? 1e-3 * largest : 1e-3));
    chart->epoch_step = tick_step(chart->last_epoch - chart->first_epoch, true);
    chart->value_step = tick_step(chart->max - chart->min, false);
    chart->min = floor(chart->min / chart->value_step) * chart->value_step;
    chart->max = ceil(chart->max / chart->value_step) * chart->value_step;
}

static double x_of(const Chart *chart, double epoch) {
    return LEFT + (epoch - chart->first_epoch) / (chart->last_epoch - chart->first_epoch) *
                      (WIDTH - LEFT - RIGHT);
}

static double y_of(const Chart *chart, double value) {
    return TOP + (chart->max - value) / (chart->max - chart->min) * (HEIGHT - TOP - BOTTOM);
}

static void put_axes(const Chart *chart) {
    FILE *page = chart->page;
    double step = chart->value_step;
    double largest = fmax(fabs(chart->min), fabs(chart->max));
    int decimals = step < 1.0 ? (int)ceil(-log10(step) - 1e-9) : 0;
    bool is_plain = largest < 1e6 && decimals <= 4; // fits in the left margin
    for (int i = 0; chart->min + i * step < chart->max + step / 2; i++) {
        double value = chart->min + i * step;
        double y = y_of(chart, value);
        fprintf(page, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y, WIDTH - RIGHT);
        fprintf(page, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 6, y + 4);
        if (is_plain)
            fprintf(page, "%.*f</text>\n", decimals, value);
        else
            fprintf(page, "%.2g</text>\n", value);
    }
    size_t first = (size_t)ceil(chart->first_epoch / chart->epoch_step);
    size_t last = (size_t)floor(chart->last_epoch / chart->epoch_step);
    for (size_t i = first; i <= last; i++) {
        double epoch = (double)i * chart->epoch_step;
        fprintf(page, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
                x_of(chart, epoch), HEIGHT - BOTTOM + 18, epoch);
    }
    fprintf(page, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch</text>\n", WIDTH - RIGHT,
            HEIGHT - BOTTOM + 34);
}

// Writes a mark with a title, which browsers show beside the pointer.
static void put_mark(const Chart *chart, size_t curve, double x, double y, const char *title) {
    const char *shape = curve == CHART_TUTORIAL ? "rect" : "circle";
    fprintf(chart->page, "<%s class=\"%s\" ", shape, classes[curve]);
    if (curve == CHART_TUTORIAL)
        fprintf(chart->page, "x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\"", x - 3, y - 3);
    else
        fprintf(chart->page, "cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"", x, y,
                curve == CHART_RUN ? "3.5" : "2");
    fprintf(chart->page, "><title>%s</title></%s>", title, shape);
}

// Writes a curve and its part of the legend.
static void put_curve(const Chart *chart, size_t c, double legend_x) {
    FILE *page = chart->page;
    const ChartCurve *curve = &chart->curves[c];
    const int y = HEIGHT - 8;
    fprintf(page, "<polyline class=\"%s\"%s points=\"", classes[c], dashes[c]);
    for (size_t i = 0; i < curve->count; i++)
        fprintf(page, "%s%.1f,%.1f", i > 0 ? " " : "",
                x_of(chart, (double)(curve->first_epoch + i)), y_of(chart, curve->values[i]));
    fputs("\"/>\n", page);
    for (size_t i = 0; i < curve->count && curve->count <= MAX_MARKS; i++) {
        size_t epoch = curve->first_epoch + i;
        char title[64];
        snprintf(title, sizeof title, "epoch %zu, %s: %.5g", epoch, names[c], curve->values[i]);
        put_mark(chart, c, x_of(chart, (double)epoch), y_of(chart, curve->values[i]), title);
    }
    fprintf(page, "<path class=\"%s\"%s d=\"M%.0f %dh24\"/>", classes[c], dashes[c], legend_x,
            y - 4);
    put_mark(chart, c, legend_x + 12, y - 4, names[c]);
    fprintf(page, "<text x=\"%.0f\" y=\"%d\">%s</text>\n", legend_x + 30, y, names[c]);
}

void chart_put(FILE *page, const char *title, const ChartCurve curves[CHART_CURVES]) {
    Chart chart = {.page = page, .curves = curves};
    choose_axes(&chart);
    fprintf(page,
            "<figure><figcaption>%s</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"group\" "
            "aria-label=\"%s by epoch; the table below has the values\">\n",
            title, WIDTH, HEIGHT, title);
    put_axes(&chart);
    const double legend_width = curves[CHART_TEST].count > 0 ? 105 : 150;
    for (size_t c = CHART_CURVES; c-- > 0;) { // the run is drawn last, on top
        size_t before = 0;                    // in the legend
        for (size_t i = 0; i < c; i++)
            before += curves[i].count > 0;
        if (curves[c].count > 0)
            put_curve(&chart, c, LEFT + (double)before * legend_width);
    }
    fputs("</svg></figure>\n", page);
}
