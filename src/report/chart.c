#include "report/chart.h"

#include <math.h>
#include <stdbool.h>

// In SVG units, each about one pixel on a phone.
enum { WIDTH = 360, HEIGHT = 250, LEFT = 48, RIGHT = 12, TOP = 14, BOTTOM = 58 };
enum { LABEL_WIDTH = 126, LABEL_DISTANCE = 10, LINE_HEIGHT = 16 }; // of the values of an epoch

enum {
    TICKS = 5, // of each axis, approximately
    MAX_DECIMALS = 4,
    MAX_MARKS = 40,   // more would overlap
    MAX_POINTS = 500, // more would not be visible
};

typedef struct {
    double first_epoch, last_epoch; // x axis, from left to right
    double min, max;                // y axis, from bottom to top; both at ticks
    double epoch_step, value_step;  // between ticks
    double unit;                    // power of ten by which the labels of the y axis are divided
    int decimals;                   // of these labels
} Axes;

// Returns a step of 1, 2 or 5 times a power of ten; at least 1 if is_whole.
static double tick_step(double width, bool is_whole) {
    double rough = width / TICKS;
    double power = pow(10.0, floor(log10(rough)));
    double step = rough <= power ? power : rough <= 2 * power ? 2 * power : 5 * power;
    step = rough > 5 * power ? 10 * power : step;
    return is_whole && step < 1.0 ? 1.0 : step;
}

// Returns the minimal range of the y axis. A narrower one would show rounding errors, and its
// labels would need many digits.
static double min_width(double min, double max) {
    double largest = fmax(fabs(min), fabs(max));
    return largest > 1e-30 ? 1e-3 * largest : 1e-3;
}

static int decimals_of(double step) {
    return step < 1.0 ? (int)ceil(-log10(step) - 1e-9) : 0;
}

// Chooses the power of ten that divides the labels: 1 if they fit in the left margin without.
static void choose_unit(Axes *axes) {
    double largest = fmax(fabs(axes->min), fabs(axes->max));
    bool fits = largest < 1e6 && decimals_of(axes->value_step) <= MAX_DECIMALS;
    axes->unit = fits ? 1.0 : pow(10.0, floor(log10(largest)));
    axes->decimals = decimals_of(axes->value_step / axes->unit);
}

static Axes choose_axes(const Chart *chart) {
    Axes axes = {
        .first_epoch = INFINITY, .last_epoch = -INFINITY, .min = INFINITY, .max = -INFINITY};
    for (size_t c = 0; c < CHART_CURVES; c++) {
        const ChartCurve *curve = &chart->curves[c];
        if (curve->count == 0)
            continue;
        axes.first_epoch = fmin(axes.first_epoch, (double)curve->first_epoch);
        axes.last_epoch = fmax(axes.last_epoch, (double)(curve->first_epoch + curve->count - 1));
        for (size_t i = 0; i < curve->count; i++) {
            axes.min = fmin(axes.min, curve->values[i]);
            axes.max = fmax(axes.max, curve->values[i]);
        }
    }
    if (axes.last_epoch == axes.first_epoch)
        axes.last_epoch += 1.0;
    axes.max = fmax(axes.max, axes.min + min_width(axes.min, axes.max));
    axes.epoch_step = tick_step(axes.last_epoch - axes.first_epoch, true);
    axes.value_step = tick_step(axes.max - axes.min, false);
    axes.min = floor(axes.min / axes.value_step) * axes.value_step;
    axes.max = ceil(axes.max / axes.value_step) * axes.value_step;
    choose_unit(&axes);
    return axes;
}

static double x_of(const Axes *axes, double epoch) {
    return LEFT + (epoch - axes->first_epoch) / (axes->last_epoch - axes->first_epoch) *
                      (WIDTH - LEFT - RIGHT);
}

static double y_of(const Axes *axes, double value) {
    return TOP + (axes->max - value) / (axes->max - axes->min) * (HEIGHT - TOP - BOTTOM);
}

static void put_value_axis(FILE *page, const Axes *axes) {
    for (int i = 0; axes->min + i * axes->value_step < axes->max + axes->value_step / 2; i++) {
        double value = axes->min + i * axes->value_step;
        double y = y_of(axes, value);
        fprintf(page, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y, WIDTH - RIGHT);
        fprintf(page, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.*f</text>\n", LEFT - 6,
                y + 4, axes->decimals, value / axes->unit);
    }
    if (axes->unit != 1.0)
        fprintf(page, "<text x=\"%d\" y=\"%d\">&#215; %.0e</text>\n", LEFT, TOP - 4, axes->unit);
}

static void put_epoch_axis(FILE *page, const Axes *axes) {
    double first = ceil(axes->first_epoch / axes->epoch_step);
    double last = floor(axes->last_epoch / axes->epoch_step);
    for (int i = 0; i <= (int)(last - first); i++) {
        double epoch = (first + i) * axes->epoch_step;
        fprintf(page, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
                x_of(axes, epoch), HEIGHT - BOTTOM + 18, epoch);
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

static void put_point(FILE *page, const Axes *axes, const ChartCurve *curve, size_t i) {
    fprintf(page, "%s%.1f,%.1f", i > 0 ? " " : "", x_of(axes, (double)(curve->first_epoch + i)),
            y_of(axes, curve->values[i]));
}

static void put_curve(FILE *page, const Axes *axes, const ChartCurve *curve, bool is_first) {
    size_t step = (curve->count - 1) / MAX_POINTS + 1;
    fprintf(page, "<polyline class=\"%s\"%s points=\"", curve->class,
            is_first ? "" : " stroke-dasharray=\"5 4\"");
    for (size_t i = 0; i < curve->count - 1; i += step)
        put_point(page, axes, curve, i);
    put_point(page, axes, curve, curve->count - 1);
    fputs("\"/>\n", page);
    for (size_t i = 0; i < curve->count && curve->count <= MAX_MARKS; i++)
        put_mark(page, curve->class, is_first, x_of(axes, (double)(curve->first_epoch + i)),
                 y_of(axes, curve->values[i]));
}

static bool has_epoch(const ChartCurve *curve, size_t epoch) {
    return epoch >= curve->first_epoch && epoch - curve->first_epoch < curve->count;
}

// Writes the label of an epoch: a box with its number and the value of each curve.
static void put_label(FILE *page, const Axes *axes, const Chart *chart, size_t epoch) {
    double x = x_of(axes, (double)epoch) + LABEL_DISTANCE;
    if (x > WIDTH - LABEL_WIDTH)
        x -= LABEL_WIDTH + 2 * LABEL_DISTANCE;
    int lines = 1;
    for (size_t c = 0; c < CHART_CURVES; c++)
        lines += has_epoch(&chart->curves[c], epoch);
    fprintf(page, "<rect class=\"label\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>",
            x, TOP + 4, LABEL_WIDTH, lines * LINE_HEIGHT + 6);
    int y = TOP + 4 + LINE_HEIGHT;
    fprintf(page, "<text x=\"%.1f\" y=\"%d\">epoch %zu</text>", x + 8, y, epoch);
    for (size_t c = 0; c < CHART_CURVES; c++) {
        const ChartCurve *curve = &chart->curves[c];
        if (has_epoch(curve, epoch))
            fprintf(page, "<text x=\"%.1f\" y=\"%d\">%s: %.5g</text>", x + 8, y += LINE_HEIGHT,
                    curve->name, curve->values[epoch - curve->first_epoch]);
    }
}

// Writes what shows the values of an epoch when the pointer is in its strip of the chart, which is
// 2 * half_width wide, or when the strip has the focus.
static void put_values(FILE *page, const Axes *axes, const Chart *chart, size_t epoch,
                       double half_width) {
    double x = x_of(axes, (double)epoch);
    fprintf(page, "<g class=\"value\" tabindex=\"0\" role=\"img\" aria-label=\"epoch %zu", epoch);
    for (size_t c = 0; c < CHART_CURVES; c++) {
        const ChartCurve *curve = &chart->curves[c];
        if (has_epoch(curve, epoch))
            fprintf(page, ", %s: %.5g", curve->name, curve->values[epoch - curve->first_epoch]);
    }
    fprintf(page,
            "\"><rect class=\"strip\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
            "<path class=\"epoch\" d=\"M%.1f %dV%d\"/>",
            x - half_width, TOP, 2 * half_width, HEIGHT - TOP - BOTTOM, x, TOP, HEIGHT - BOTTOM);
    put_label(page, axes, chart, epoch);
    fputs("</g>\n", page);
}

// Writes the values of at most MAX_MARKS + 1 epochs, among them the first and the last one.
static void put_all_values(FILE *page, const Axes *axes, const Chart *chart) {
    size_t first = (size_t)axes->first_epoch;
    size_t last = (size_t)axes->last_epoch;
    size_t step = (last - first + MAX_MARKS - 1) / MAX_MARKS;
    double half_width = (x_of(axes, (double)(first + step)) - LEFT) / 2;
    for (size_t epoch = first; epoch <= last; epoch++) {
        bool has_values =
            has_epoch(&chart->curves[0], epoch) || has_epoch(&chart->curves[1], epoch);
        if (has_values && ((epoch - first) % step == 0 || epoch == last))
            put_values(page, axes, chart, epoch, half_width);
    }
}

static void put_legend(FILE *page, const Chart *chart) {
    double x = LEFT;
    for (size_t c = 0; c < CHART_CURVES; c++) {
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
    Axes axes = choose_axes(chart);
    fprintf(page,
            "<figure><figcaption>%s</figcaption>\n"
            "<svg viewBox=\"0 0 %d %d\" role=\"group\" aria-label=\"%s\">\n",
            chart->title, WIDTH, HEIGHT, chart->description);
    put_value_axis(page, &axes);
    put_epoch_axis(page, &axes);
    for (size_t c = CHART_CURVES; c-- > 0;) { // the first curve is drawn last, on top
        if (chart->curves[c].count > 0)
            put_curve(page, &axes, &chart->curves[c], c == 0);
    }
    put_legend(page, chart);
    put_all_values(page, &axes, chart); // above the curves, which would hide the labels
    fputs("</svg></figure>\n", page);
}
