// Charts of extreme values; tests/report_page.py reads the curves of an ordinary one.
#include "output/chart.h"
#include "support/markup.h"
#include "support/test.h"

#include <math.h>

enum { MAX_POINTS = 1000 };

typedef struct {
    double x, y;
} Point;

// Returns the chart of two curves, of which the second may have no values. The caller frees it.
static char *chart_of(const double *values, size_t count, const double *others,
                      size_t other_count) {
    char *svg;
    size_t size;
    FILE *page = open_memstream(&svg, &size);
    assert_non_null(page);
    chart_put(page, "A title",
              (ChartCurve[CHART_CURVES]){{0, count, values}, {0, other_count, others}});
    assert_int_equal(fclose(page), 0);
    check_numbers_are_finite(svg);
    return svg;
}

// Reads the points of the first curve, which lie between the axes, from left to right.
static size_t points_of(const double *values, size_t count, Point points[MAX_POINTS]) {
    char *svg = chart_of(values, count, NULL, 0);
    const char *next = text_after(svg, "<polyline class=\"run\" points=\"");
    size_t found = 0;
    while (*next != '"') {
        char *end;
        assert_true(found < MAX_POINTS);
        Point *point = &points[found++];
        point->x = strtod(next, &end);
        assert_int_equal(*end, ',');
        point->y = strtod(end + 1, &end);
        next = *end == ' ' ? end + 1 : end;
        assert_true(point->x >= 48 && point->x <= 348 && point->y >= 14 && point->y <= 192);
        assert_true(found < 2 || point->x >= point[-1].x);
    }
    assert_in_range(count_of(svg, "class=\"grid\""), 2, 12);
    free(svg);
    return found;
}

TEST(a_single_value_and_equal_values_are_a_level_line) {
    static const double levels[] = {0.0, 1.4611502, -1.0, 96.32, 1e-9, 1e-300, 1e16, 3e20, -1e38};
    Point points[MAX_POINTS];
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
        const double values[] = {levels[l], levels[l], levels[l]};
        assert_int_equal(points_of(values, 1, points), 1);
        assert_int_equal(points_of(values, 3, points), 3);
        assert_true(points[0].y == points[1].y && points[1].y == points[2].y);
        assert_true(points[0].x < points[1].x && points[1].x < points[2].x);
    }
}

TEST(ranges_of_every_size_stay_between_the_axes) {
    static const double bases[] = {0.0, 1.0, 1.4611502, 100.0, 1e9, 1e16};
    Point points[MAX_POINTS];
    for (int power = -29; power <= 30; power++) {
        for (int digit = 1; digit < 10; digit++) {
            double width = digit * pow(10.0, power);
            const double values[] = {0.3 * width, -width, width, 0.7 * width};
            assert_int_equal(points_of(values, 4, points), 4);
            assert_true(points[1].y > points[0].y && points[2].y < points[3].y);
        }
    }
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        for (double width = 1e-3; width > 1e-17; width /= 10) {
            const double values[] = {bases[b], bases[b] + width, nextafter(bases[b], INFINITY)};
            assert_int_equal(points_of(values, 3, points), 3);
        }
    }
}

TEST(many_values_are_a_line_without_marks) {
    static double values[MAX_POINTS];
    static Point points[MAX_POINTS];
    for (size_t i = 0; i < MAX_POINTS; i++)
        values[i] = 1.0 / (double)(i + 1);
    assert_int_equal(points_of(values, MAX_POINTS, points), MAX_POINTS);
    assert_true(points[0].x == 48.0 && points[MAX_POINTS - 1].x == 348.0);
    char *svg = chart_of(values, 41, NULL, 0);
    assert_int_equal(count_of(svg, "<circle"), 1); // of the legend
    free(svg);
}

TEST(a_curve_without_values_is_left_out_of_the_legend_too) {
    static const double values[] = {1, 2};
    char *svg = chart_of(values, 2, NULL, 0);
    assert_non_null(strstr(svg, ">this run<"));
    assert_null(strstr(svg, ">tutorial<"));
    free(svg);
    svg = chart_of(NULL, 0, values, 2);
    assert_null(strstr(svg, ">this run<"));
    assert_non_null(strstr(svg, ">tutorial<"));
    free(svg);
}

TEST(three_curves_are_solid_dashed_and_dotted) {
    static const double values[] = {1, 2};
    char *svg;
    size_t size;
    FILE *page = open_memstream(&svg, &size);
    assert_non_null(page);
    chart_put(page, "A title",
              (ChartCurve[CHART_CURVES]){{0, 2, values}, {0, 2, values}, {0, 2, values}});
    assert_int_equal(fclose(page), 0);
    const char *next = text_after(svg, "<polyline class=\"run\" stroke-dasharray=\"2 3\"");
    next = text_after(next, "<text x=\"288\" y=\"242\">test</text>"); // 48 + 2 * 105 + 30
    next = text_after(next, "<polyline class=\"tutorial\" stroke-dasharray=\"5 4\"");
    next = text_after(next, "<text x=\"183\" y=\"242\">tutorial</text>");
    next = text_after(next, "<polyline class=\"run\" points");
    text_after(next, "<text x=\"78\" y=\"242\">this run</text>");
    free(svg);
}
