#include "report/chart.h"
#include "support/assert_near.h"
#include "support/markup.h"
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { MAX_POINTS = 501 };

// An SVG, its size, and the area between its axes.
typedef struct {
    char *svg;
    double width, height;
    double left, right, top, bottom;
} Drawn;

typedef struct {
    double x, y;
} Point;

static double attribute(const char *element, const char *name) {
    char pattern[32];
    snprintf(pattern, sizeof pattern, " %s=\"", name);
    const char *place = strstr(element, pattern);
    assert_non_null(place);
    assert_null(memchr(element, '>', (size_t)(place - element)));
    return strtod(place + strlen(pattern), NULL);
}

// Finds the area from the horizontal lines of the grid.
static void find_grid(Drawn *drawn) {
    const char *line = drawn->svg;
    size_t lines = 0;
    drawn->top = INFINITY;
    drawn->bottom = -INFINITY;
    for (; (line = strstr(line, "class=\"grid\" d=\"M")); lines++) {
        char *end;
        line += strlen("class=\"grid\" d=\"M");
        drawn->left = strtod(line, &end);
        double y = strtod(end, &end);
        assert_int_equal(*end, 'H');
        drawn->right = strtod(end + 1, NULL);
        drawn->top = fmin(drawn->top, y);
        drawn->bottom = fmax(drawn->bottom, y);
    }
    assert_true(lines >= 2 && lines <= 12);
    assert_true(drawn->left >= 0 && drawn->left < drawn->right && drawn->right <= drawn->width);
    assert_true(drawn->top >= 0 && drawn->top < drawn->bottom && drawn->bottom <= drawn->height);
}

// Checks that all texts lie within the SVG, and that the labels of the y axis, which end at x, fit
// into the left margin: a digit is about 6 units wide.
static void check_labels(const Drawn *drawn) {
    const char *text = drawn->svg;
    for (; (text = strstr(text, "<text ")); text++) {
        double x = attribute(text, "x");
        double y = attribute(text, "y");
        const char *label = strchr(text, '>') + 1;
        size_t length = strcspn(label, "<");
        assert_true(x >= 0 && x <= drawn->width && y >= 0 && y <= drawn->height);
        if (x < drawn->left)
            assert_true((double)length * 6.0 <= x);
    }
}

static Drawn draw(const Chart *chart) {
    Drawn drawn = {0};
    size_t size;
    FILE *page = open_memstream(&drawn.svg, &size);
    assert_non_null(page);
    chart_put(page, chart);
    assert_int_equal(fclose(page), 0);
    const char *box = strstr(drawn.svg, "viewBox=\"0 0 ");
    assert_non_null(box);
    char *end;
    drawn.width = strtod(box + strlen("viewBox=\"0 0 "), &end);
    drawn.height = strtod(end, NULL);
    assert_true(drawn.width > 0 && drawn.height > 0);
    check_numbers_are_finite(drawn.svg);
    find_grid(&drawn);
    check_labels(&drawn);
    return drawn;
}

// Reads the points of the curve of a class. Checks that they lie between the axes, from left to
// right.
static size_t points_of(const Drawn *drawn, const char *class, Point points[MAX_POINTS]) {
    char pattern[64];
    snprintf(pattern, sizeof pattern, "<polyline class=\"%s\"", class);
    const char *line = strstr(drawn->svg, pattern);
    if (!line)
        return 0;
    const char *next = strstr(line, "points=\"") + strlen("points=\"");
    size_t count = 0;
    while (*next != '"') {
        char *end;
        assert_true(count < MAX_POINTS);
        Point *point = &points[count++];
        point->x = strtod(next, &end);
        assert_int_equal(*end, ',');
        point->y = strtod(end + 1, &end);
        next = *end == ' ' ? end + 1 : end;
        assert_ptr_not_equal(next, line);
        assert_true(point->x >= drawn->left && point->x <= drawn->right);
        assert_true(point->y >= drawn->top && point->y <= drawn->bottom);
        assert_true(count < 2 || point->x >= point[-1].x);
    }
    return count;
}

static Chart chart_of(const double *values, size_t count) {
    return (Chart){
        .title = "A title",
        .description = "a description",
        .curves = {{.name = "one", .class = "run", .count = count, .values = values},
                   {.name = "two", .class = "tutorial"}},
    };
}

static size_t draw_values(const double *values, size_t count, Point points[MAX_POINTS]) {
    Chart chart = chart_of(values, count);
    Drawn drawn = draw(&chart);
    size_t found = points_of(&drawn, "run", points);
    free(drawn.svg);
    return found;
}

TEST(a_single_value_is_a_point) {
    static const double values[] = {0.0, 1.0, -1.0, 96.32, 1e-9, 1e-300, 1e12, 1e16, 3e20, -1e38};
    Point points[MAX_POINTS];
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_int_equal(draw_values(&values[i], 1, points), 1);
}

TEST(equal_values_have_equal_heights) {
    static const double levels[] = {0.0, 1.4611502, 100.0, 1e-7, 1e30};
    Point points[MAX_POINTS];
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
        double values[30];
        for (size_t i = 0; i < 30; i++)
            values[i] = levels[l];
        assert_int_equal(draw_values(values, 30, points), 30);
        for (size_t i = 1; i < 30; i++) {
            check_near("y", i, points[i].y, points[0].y, 0.0);
            assert_true(points[i].x > points[i - 1].x);
        }
    }
}

TEST(a_larger_value_lies_higher) {
    static const double values[] = {2.0, 1.0, 1.5, 0.5};
    Point points[MAX_POINTS];
    assert_int_equal(draw_values(values, 4, points), 4);
    assert_true(points[0].y < points[2].y && points[2].y < points[1].y);
    assert_true(points[1].y < points[3].y);
    // Equal steps are equal distances; coordinates have one decimal.
    check_near("y", 1, points[1].y - points[2].y, points[2].y - points[0].y, 0.25);
    check_near("x", 1, points[1].x - points[0].x, points[3].x - points[2].x, 0.25);
}

TEST(values_that_hardly_differ_stay_between_the_axes) {
    static const double bases[] = {0.0, 1.0, 1.4611502, 100.0, 1e9, 1e16};
    static const double widths[] = {1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-16};
    Point points[MAX_POINTS];
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            const double values[] = {bases[b], bases[b] + widths[w], bases[b] + widths[w] / 2};
            assert_int_equal(draw_values(values, 3, points), 3);
        }
    }
}

TEST(neighbouring_doubles_stay_between_the_axes) {
    static const double bases[] = {0.0, 0.1, 0.5, 1.0, 1.6167, 2.3025850929940459, 99.99, 1e300};
    Point points[MAX_POINTS];
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        const double values[] = {bases[i], nextafter(bases[i], INFINITY)};
        assert_int_equal(draw_values(values, 2, points), 2);
    }
}

TEST(ranges_of_every_size_stay_between_the_axes) {
    Point points[MAX_POINTS];
    for (int power = -29; power <= 30; power++) {
        for (int digit = 1; digit < 10; digit++) {
            double width = digit * pow(10.0, power);
            const double values[] = {0.3 * width, -width, width, 0.7 * width};
            assert_int_equal(draw_values(values, 4, points), 4);
            assert_true(points[1].y > points[0].y && points[2].y < points[3].y);
        }
    }
}

TEST(the_labels_of_the_lines_increase) {
    static const double pairs[][2] = {
        {1.5, 1.6}, {0.0, 1e-9}, {86.0, 96.0}, {0.0, 3e20}, {-2, 7e5}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        Chart chart = chart_of(pairs[i], 2);
        Drawn drawn = draw(&chart);
        double last = -INFINITY;
        for (const char *line = drawn.svg; (line = strstr(line, "class=\"grid\"")); line++) {
            double number = strtod(strchr(strstr(line, "<text "), '>') + 1, NULL);
            assert_true(number > last);
            last = number;
        }
        free(drawn.svg);
    }
}

TEST(many_values_are_at_most_500_points_from_the_first_to_the_last) {
    static const size_t counts[] = {499, 500, 501, 502, 999, 1000, 1001, 99999, 100000};
    static Point points[MAX_POINTS];
    double *values = calloc(100000, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < 100000; i++)
        values[i] = 1.0 / (double)(i + 1);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        Chart chart = chart_of(values, counts[c]);
        Drawn drawn = draw(&chart);
        size_t found = points_of(&drawn, "run", points);
        assert_true(found >= 250);
        check_near("x", 0, points[0].x, drawn.left, 0.0);
        check_near("x", found - 1, points[found - 1].x, drawn.right, 0.0);
        assert_true(strlen(drawn.svg) < 40000);
        free(drawn.svg);
    }
    free(values);
}

// One curve has epochs 0 to 4, the other 3 to 12; in epochs 3 and 4 the values are equal.
TEST(curves_share_their_axes) {
    static const double first[] = {5, 4, 3, 2, 1};
    static const double second[] = {2, 1, 1, 1, 1, 1, 1, 1, 1, 0.5};
    Point ones[MAX_POINTS], others[MAX_POINTS];
    Chart chart = chart_of(first, 5);
    chart.curves[1].values = second;
    chart.curves[1].count = 10;
    chart.curves[1].first_epoch = 3;
    Drawn drawn = draw(&chart);
    assert_int_equal(points_of(&drawn, "run", ones), 5);
    assert_int_equal(points_of(&drawn, "tutorial", others), 10);
    check_near("x", 0, ones[0].x, drawn.left, 0.0);
    check_near("x", 9, others[9].x, drawn.right, 0.0);
    for (size_t i = 0; i < 2; i++) {
        check_near("x", i, others[i].x, ones[3 + i].x, 0.0);
        check_near("y", i, others[i].y, ones[3 + i].y, 0.0);
    }
    assert_true(others[9].y > ones[4].y);
    free(drawn.svg);
}

TEST(a_curve_without_values_is_left_out_of_the_legend_too) {
    static const double values[] = {1, 2};
    Chart chart = chart_of(values, 2);
    Drawn drawn = draw(&chart);
    assert_non_null(strstr(drawn.svg, ">one<"));
    assert_null(strstr(drawn.svg, ">two<"));
    assert_null(strstr(drawn.svg, "\"tutorial\""));
    free(drawn.svg);
    chart.curves[1] =
        (ChartCurve){.name = "two", .class = "tutorial", .count = 2, .values = values};
    chart.curves[0].count = 0;
    drawn = draw(&chart);
    assert_null(strstr(drawn.svg, ">one<"));
    assert_non_null(strstr(drawn.svg, ">two<"));
    assert_null(strstr(drawn.svg, "<circle class=\"run\""));
    free(drawn.svg);
}

TEST(few_points_have_marks_and_many_none) {
    static double values[200];
    Chart chart = chart_of(values, 10);
    Drawn drawn = draw(&chart);
    assert_int_equal(count_of(drawn.svg, "<circle class=\"run\""), 10 + 1); // and the legend's
    free(drawn.svg);
    chart.curves[0].count = 200;
    drawn = draw(&chart);
    assert_int_equal(count_of(drawn.svg, "<circle class=\"run\""), 1);
    free(drawn.svg);
}

// A strip with the focus or below the pointer shows its values; its name is read aloud.
TEST(each_epoch_has_its_values) {
    static const double values[] = {1.61667, 1.5299, 96.025};
    static const double others[] = {2.5};
    Chart chart = chart_of(values, 3);
    chart.curves[1] = (ChartCurve){
        .name = "two", .class = "tutorial", .first_epoch = 1, .count = 1, .values = others};
    Drawn drawn = draw(&chart);
    assert_int_equal(count_of(drawn.svg, "<g class=\"value\" tabindex=\"0\""), 3);
    assert_non_null(strstr(drawn.svg, "aria-label=\"epoch 0, one: 1.6167\""));
    assert_non_null(strstr(drawn.svg, "aria-label=\"epoch 1, one: 1.5299, two: 2.5\""));
    assert_non_null(strstr(drawn.svg, ">epoch 2</text>"));
    assert_non_null(strstr(drawn.svg, ">one: 96.025</text>"));
    assert_int_equal(count_of(drawn.svg, ">two: 2.5</text>"), 1);
    free(drawn.svg);
}

TEST(a_long_curve_has_the_values_of_at_most_41_epochs) {
    static double values[1000];
    static const size_t counts[] = {1, 2, 40, 41, 42, 80, 81, 82, 999, 1000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        char last[32];
        Chart chart = chart_of(values, counts[c]);
        Drawn drawn = draw(&chart);
        snprintf(last, sizeof last, ">epoch %zu</text>", counts[c] - 1);
        size_t found = count_of(drawn.svg, "<g class=\"value\"");
        assert_in_range(found, counts[c] < 20 ? counts[c] : 20, counts[c] < 41 ? counts[c] : 41);
        assert_int_equal(count_of(drawn.svg, ">epoch 0</text>"), 1);
        assert_int_equal(count_of(drawn.svg, last), 1);
        free(drawn.svg);
    }
}

TEST(title_and_description_are_in_the_figure) {
    static const double value = 1.0;
    Chart chart = chart_of(&value, 1);
    Drawn drawn = draw(&chart);
    assert_non_null(strstr(drawn.svg, "<figcaption>A title</figcaption>"));
    assert_non_null(strstr(drawn.svg, "role=\"group\" aria-label=\"a description\""));
    free(drawn.svg);
}
