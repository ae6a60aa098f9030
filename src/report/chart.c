#include "report/chart.h"

#include <math.h>
#include <stdbool.h>

// In the picture's own units, which are about a pixel on a phone.
enum {
    WIDTH = 360,
    HEIGHT = 250,
    LEFT = 48,
    RIGHT = 12,
    TOP = 14,
    BOTTOM = 58,
    TICKS = 5,
    MOST_DECIMALS = 4,
    MOST_MARKS = 40,  // more would be a thick line
    MOST_POINTS = 500 // more are not seen
};

// What the picture shows: epochs from left to right, values from bottom to top.
typedef struct {
    double first, last;      // epochs
    double lowest, highest;  // values, both at ticks
    double epoch_step, step; // of the ticks
    double unit;             // of the values at the ticks: 1 or another power of ten
    int decimals;            // of these
} Range;

// 1, 2 or 5 times a power of ten, at least 1 if whole.
static double nice_step(double width, bool whole) {
    double rough = width / TICKS;
    double power = pow(10.0, floor(log10(rough)));
    double step = rough <= power ? power : rough <= 2 * power ? 2 * power : 5 * power;
    step = rough > 5 * power ? 10 * power : step;
    return whole && step < 1.0 ? 1.0 : step;
}

// Narrower ranges would show what is only rounding, and labels of many digits.
static double least_width(double lowest, double highest) {
    double largest = fmax(fabs(lowest), fabs(highest));
    return largest > 1e-30 ? 1e-3 * largest : 1e-3;
}

static int decimals_of(double step) {
    return step < 1.0 ? (int)ceil(-log10(step) - 1e-9) : 0;
}

// Where the labels would not fit at the left: their power of ten stands above them.
static void find_unit(Range *range) {
    double largest = fmax(fabs(range->lowest), fabs(range->highest));
    bool fits = largest < 1e6 && decimals_of(range->step) <= MOST_DECIMALS;
    range->unit = fits ? 1.0 : pow(10.0, floor(log10(largest)));
    range->decimals = decimals_of(range->step / range->unit);
}

static Range find_range(const Chart *chart) {
    Range range = {.first = INFINITY, .last = -INFINITY, .lowest = INFINITY, .highest = -INFINITY};
    for (size_t c = 0; c < 2; c++) {
        const ChartCurve *curve = &chart->curves[c];
        if (curve->count == 0)
            continue;
        range.first = fmin(range.first, (double)curve->first_epoch);
        range.last = fmax(range.last, (double)(curve->first_epoch + curve->count - 1));
        for (size_t i = 0; i < curve->count; i++) {
            range.lowest = fmin(range.lowest, curve->values[i]);
            range.highest = fmax(range.highest, curve->values[i]);
        }
    }
    if (range.last == range.first)
        range.last += 1.0;
    range.highest = fmax(range.highest, range.lowest + least_width(range.lowest, range.highest));
    range.epoch_step = nice_step(range.last - range.first, true);
    range.step = nice_step(range.highest - range.lowest, false);
    range.lowest = floor(range.lowest / range.step) * range.step;
    range.highest = ceil(range.highest / range.step) * range.step;
    find_unit(&range);
    return range;
}

static double x_of(const Range *range, double epoch) {
    return LEFT + (epoch - range->first) / (range->last - range->first) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const Range *range, double value) {
    return TOP +
           (range->highest - value) / (range->highest - range->lowest) * (HEIGHT - TOP - BOTTOM);
}

static void put_axes(FILE *page, const Range *range) {
    for (int i = 0; range->lowest + i * range->step < range->highest + range->step / 2; i++) {
        double value = range->lowest + i * range->step;
        double y = y_of(range, value);
        fprintf(page, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y, WIDTH - RIGHT);
        fprintf(page, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.*f</text>\n", LEFT - 6,
                y + 4, range->decimals, value / range->unit);
    }
    if (range->unit != 1.0)
        fprintf(page, "<text x=\"%d\" y=\"%d\">&#215; %.0e</text>\n", LEFT, TOP - 4, range->unit);
    double first = ceil(range->first / range->epoch_step);
    double last = floor(range->last / range->epoch_step);
    for (int i = 0; i <= (int)(last - first); i++) {
        double epoch = (first + i) * range->epoch_step;
        fprintf(page, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
                x_of(range, epoch), HEIGHT - BOTTOM + 18, epoch);
    }
    fprintf(page, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch</text>\n", WIDTH - RIGHT,
            HEIGHT - BOTTOM + 34);
}

static void put_mark(FILE *page, const char *class, bool is_round, double x, double y) {
    if (is_round)
        fprintf(page, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>", class, x, y);
    else
        fprintf(page, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\"/>", class,
                x - 3, y - 3);
}

static void put_point(FILE *page, const Range *range, const ChartCurve *curve, size_t i) {
    fprintf(page, "%s%.1f,%.1f", i > 0 ? " " : "", x_of(range, (double)(curve->first_epoch + i)),
            y_of(range, curve->values[i]));
}

static void put_curve(FILE *page, const Range *range, const ChartCurve *curve, bool is_first) {
    size_t step = (curve->count - 1) / MOST_POINTS + 1;
    fprintf(page, "<polyline class=\"%s\"%s points=\"", curve->class,
            is_first ? "" : " stroke-dasharray=\"5 4\"");
    for (size_t i = 0; i < curve->count - 1; i += step)
        put_point(page, range, curve, i);
    put_point(page, range, curve, curve->count - 1);
    fputs("\"/>\n", page);
    for (size_t i = 0; i < curve->count && curve->count <= MOST_MARKS; i++)
        put_mark(page, curve->class, is_first, x_of(range, (double)(curve->first_epoch + i)),
                 y_of(range, curve->values[i]));
}

static void put_legend(FILE *page, const Chart *chart) {
    double x = LEFT;
    for (size_t c = 0; c < 2; c++) {
        const ChartCurve *curve = &chart->curves[c];
        if (curve->count == 0)
            continue;
        int y = HEIGHT - 8;
        fprintf(page, "<path class=\"%s\"%s d=\"M%.0f %dh24\"/>", curve->class,
                c == 0 ? "" : " stroke-dasharray=\"5 4\"", x, y - 4);
        put_mark(page, curve->class, c == 0, x + 12, y - 4);
        fprintf(page, "<text x=\"%.0f\" y=\"%d\">%s</text>\n", x + 30, y, curve->name);
        x += 150;
    }
}

void chart_put(FILE *page, const Chart *chart) {
    Range range = find_range(chart);
    fprintf(page,
            "<figure><figcaption>%s</figcaption>\n"
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            chart->title, WIDTH, HEIGHT, chart->description);
    put_axes(page, &range);
    for (size_t c = 2; c-- > 0;) {
        if (chart->curves[c].count > 0)
            put_curve(page, &range, &chart->curves[c], c == 0);
    }
    put_legend(page, chart);
    fputs("</svg></figure>\n", page);
}
