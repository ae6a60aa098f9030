#include "chart.h"

#include <math.h>
#include <stdbool.h>

// In SVG units, each about one pixel on a phone.
enum { WIDTH = 360, HEIGHT = 250, LEFT = 48, RIGHT = 12, TOP = 14, BOTTOM = 58 };
enum { LABEL_WIDTH = 126, LABEL_DISTANCE = 10, LINE_HEIGHT = 16 }; // of the values of an epoch

enum {
    TICKS = 5,        // of each axis, approximately
    MAX_MARKS = 40,   // more would overlap
    MAX_POINTS = 500, // more would not be visible
};

typedef struct {
    FILE *page;
    const ChartCurve *curves;
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

static const char *dashes_of(size_t curve) {
    return curve == 0 ? "" : " stroke-dasharray=\"5 4\"";
}

static void put_mark(const Chart *chart, size_t curve, double x, double y) {
    if (curve == 0)
        fprintf(chart->page, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>",
                chart->curves[curve].class, x, y);
    else
        fprintf(chart->page, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\"/>",
                chart->curves[curve].class, x - 3, y - 3);
}

// Writes a curve and its part of the legend.
static void put_curve(const Chart *chart, size_t c, double legend_x) {
    FILE *page = chart->page;
    const ChartCurve *curve = &chart->curves[c];
    size_t last = curve->count - 1;
    size_t step = last / MAX_POINTS + 1;
    fprintf(page, "<polyline class=\"%s\"%s points=\"", curve->class, dashes_of(c));
    for (size_t i = 0; i <= last; i = i < last && i + step > last ? last : i + step)
        fprintf(page, "%s%.1f,%.1f", i > 0 ? " " : "",
                x_of(chart, (double)(curve->first_epoch + i)), y_of(chart, curve->values[i]));
    fputs("\"/>\n", page);
    for (size_t i = 0; i <= last && curve->count <= MAX_MARKS; i++)
        put_mark(chart, c, x_of(chart, (double)(curve->first_epoch + i)),
                 y_of(chart, curve->values[i]));
    int y = HEIGHT - 8;
    fprintf(page, "<path class=\"%s\"%s d=\"M%.0f %dh24\"/>", curve->class, dashes_of(c), legend_x,
            y - 4);
    put_mark(chart, c, legend_x + 12, y - 4);
    fprintf(page, "<text x=\"%.0f\" y=\"%d\">%s</text>\n", legend_x + 30, y, curve->name);
}

// Returns the curve's value in an epoch, or NULL if it has none.
static const double *value_in(const ChartCurve *curve, size_t epoch) {
    bool has_value = epoch >= curve->first_epoch && epoch - curve->first_epoch < curve->count;
    return has_value ? &curve->values[epoch - curve->first_epoch] : NULL;
}

// Writes what shows the values of an epoch when the pointer is in its strip of the chart, which is
// 2 * half_width wide, or when the strip has the focus: a line, and a box with the values.
static void put_values(const Chart *chart, size_t epoch, double half_width) {
    FILE *page = chart->page;
    double x = x_of(chart, (double)epoch);
    double left = x + LABEL_DISTANCE;
    if (left > WIDTH - LABEL_WIDTH)
        left -= LABEL_WIDTH + 2 * LABEL_DISTANCE;
    int lines = 1;
    fprintf(page, "<g class=\"value\" tabindex=\"0\" role=\"img\" aria-label=\"epoch %zu", epoch);
    for (size_t c = 0; c < CHART_CURVES; c++) {
        const double *value = value_in(&chart->curves[c], epoch);
        lines += value != NULL;
        if (value)
            fprintf(page, ", %s: %.5g", chart->curves[c].name, *value);
    }
    fprintf(page,
            "\"><rect class=\"strip\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
            "<path class=\"epoch\" d=\"M%.1f %dV%d\"/>",
            x - half_width, TOP, 2 * half_width, HEIGHT - TOP - BOTTOM, x, TOP, HEIGHT - BOTTOM);
    fprintf(page, "<rect class=\"label\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>",
            left, TOP + 4, LABEL_WIDTH, lines * LINE_HEIGHT + 6);
    int y = TOP + 4 + LINE_HEIGHT;
    fprintf(page, "<text x=\"%.1f\" y=\"%d\">epoch %zu</text>", left + 8, y, epoch);
    for (size_t c = 0; c < CHART_CURVES; c++) {
        const double *value = value_in(&chart->curves[c], epoch);
        if (value)
            fprintf(page, "<text x=\"%.1f\" y=\"%d\">%s: %.5g</text>", left + 8, y += LINE_HEIGHT,
                    chart->curves[c].name, *value);
    }
    fputs("</g>\n", page);
}

// Writes the values of at most MAX_MARKS + 1 epochs, among them the first and the last one.
static void put_all_values(const Chart *chart) {
    size_t first = (size_t)chart->first_epoch;
    size_t last = (size_t)chart->last_epoch;
    size_t step = (last - first + MAX_MARKS - 1) / MAX_MARKS;
    double half_width = (x_of(chart, (double)(first + step)) - LEFT) / 2;
    for (size_t epoch = first; epoch <= last; epoch++) {
        bool has_values = value_in(&chart->curves[0], epoch) || value_in(&chart->curves[1], epoch);
        if (has_values && ((epoch - first) % step == 0 || epoch == last))
            put_values(chart, epoch, half_width);
    }
}

void chart_put(FILE *page, const char *title, const ChartCurve curves[CHART_CURVES]) {
    Chart chart = {.page = page, .curves = curves};
    choose_axes(&chart);
    fprintf(page,
            "<figure><figcaption>%s</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"group\" "
            "aria-label=\"%s by epoch; the table below has the values\">\n",
            title, WIDTH, HEIGHT, title);
    put_axes(&chart);
    for (size_t c = CHART_CURVES; c-- > 0;) { // the first curve is drawn last, on top
        if (curves[c].count > 0)
            put_curve(&chart, c, c > 0 && curves[0].count > 0 ? LEFT + 150 : LEFT);
    }
    put_all_values(&chart); // above the curves, which would hide the labels
    fputs("</svg></figure>\n", page);
}
