#include "data/ruled_lines.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum {
    CROSSING_PERCENT = 65, // of the pixels along a line from border to border
    FRAME_PERCENT = 60,    // of the pixels along the side of a frame
    END_PERCENT = 40,      // of the pixels in the first and the last twentieth of a line
    ENDS_PER_LINE = 20,
    THINNEST_PER_SIDE = 25, // a line is at most a 25th of the shorter side thick, or MIN_THICK
    MIN_THICK = 3,
    DRIFT_PER_SIDE = 10, // a line rises by at most a tenth of its length
};

// A mask seen along its rows (u is x, v is y) or along its columns (u is y, v is x).
typedef struct {
    uint8_t *mask;
    size_t length, lines; // values of u and of v
    size_t step_u, step_v;
    size_t max_thickness;
    size_t *starts; // (length + 1): of the part of `near` that belongs to u
    uint32_t *near; // (length * lines)
} View;

typedef struct {
    size_t middle; // v at length / 2
    long drift;    // of v over the length
    size_t hits;   // values of u at which the mask has a pixel at most 1 away from the line
    size_t thickness;
} RuledLine;

static bool at(const View *view, size_t u, long v) {
    return v >= 0 && v < (long)view->lines &&
           view->mask[u * view->step_u + (size_t)v * view->step_v] != 0;
}

// Returns the distance of a line from its middle at u, rounded to the nearest pixel.
static long offset_at(const View *view, long drift, size_t u) {
    long length = (long)view->length;
    long twice = 2 * drift * ((long)u - length / 2);
    return (twice + (twice < 0 ? -length : length)) / (2 * length);
}

// Counts the votes of one drift: for each middle, the number of u at which the mask is set at most
// 1 away from the line.
static void count_votes(const View *view, long drift, uint32_t *votes) {
    memset(votes, 0, view->lines * sizeof *votes);
    for (size_t u = 0; u < view->length; u++) {
        long offset = offset_at(view, drift, u);
        for (size_t i = view->starts[u]; i < view->starts[u + 1]; i++) {
            long middle = (long)view->near[i] - offset;
            if (middle >= 0 && middle < (long)view->lines)
                votes[middle]++;
        }
    }
}

// Lists for each u the values of v at most 1 away from a pixel of the mask.
static void list_pixels(View *view) {
    size_t count = 0;
    for (size_t u = 0; u < view->length; u++) {
        view->starts[u] = count;
        for (long v = 0; v < (long)view->lines; v++) {
            if (at(view, u, v - 1) || at(view, u, v) || at(view, u, v + 1))
                view->near[count++] = (uint32_t)v;
        }
    }
    view->starts[view->length] = count;
}

// Returns the length of the run of pixels along v that contains v, and sets *first to its start.
static size_t run_at(const View *view, size_t u, long v, long *first) {
    long last = v;
    *first = v;
    while (at(view, u, *first - 1))
        --*first;
    while (at(view, u, last + 1))
        last++;
    return (size_t)(last - *first + 1);
}

// Finds a pixel of the mask at most 1 away from the line.
static bool hit_at(const View *view, const RuledLine *line, size_t u, long *v) {
    long centre = (long)line->middle + offset_at(view, line->drift, u);
    static const long order[] = {0, -1, 1};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        *v = centre + order[i];
        if (at(view, u, *v))
            return true;
    }
    return false;
}

// Sets the median thickness of a line. Returns whether it is thin.
static bool measure_thickness(const View *view, RuledLine *line) {
    size_t histogram[64] = {0};
    size_t count = 0, below = 0;
    for (size_t u = 0; u < view->length; u++) {
        long v, first;
        if (hit_at(view, line, u, &v)) {
            size_t run = run_at(view, u, v, &first);
            histogram[run < 63 ? run : 63]++;
            count++;
        }
    }
    line->thickness = 0;
    while (line->thickness < 63 && 2 * (below += histogram[line->thickness]) < count)
        line->thickness++;
    return line->thickness <= view->max_thickness;
}

// Returns whether the mask has most pixels of both ends of a line.
static bool reaches_border(const View *view, const RuledLine *line) {
    size_t end = view->length / ENDS_PER_LINE + 1;
    size_t hits[2] = {0, 0};
    for (size_t i = 0; i < end; i++) {
        long v;
        hits[0] += hit_at(view, line, i, &v);
        hits[1] += hit_at(view, line, view->length - 1 - i, &v);
    }
    return 100 * hits[0] >= END_PERCENT * end && 100 * hits[1] >= END_PERCENT * end;
}

static void erase(const View *view, const RuledLine *line) {
    for (size_t u = 0; u < view->length; u++) {
        long v, first;
        if (!hit_at(view, line, u, &v))
            continue;
        size_t run = run_at(view, u, v, &first);
        for (size_t i = 0; run <= line->thickness + line->thickness / 2 + 1 && i < run; i++)
            view->mask[u * view->step_u + ((size_t)first + i) * view->step_v] = 0;
    }
}

// Finds for each middle the drift with the most hits.
static void find_lines(View *view, RuledLine *lines, uint32_t *votes) {
    list_pixels(view);
    long max_drift = (long)view->length / DRIFT_PER_SIDE;
    memset(lines, 0, view->lines * sizeof *lines);
    for (long drift = -max_drift; drift <= max_drift; drift += 2) {
        count_votes(view, drift, votes);
        for (size_t v = 0; v < view->lines; v++) {
            if (votes[v] > lines[v].hits)
                lines[v] = (RuledLine){.middle = v, .drift = drift, .hits = votes[v]};
        }
    }
}

// Returns the line with the most hits in a range of middles that can be the side of a frame, or
// NULL.
static const RuledLine *find_side(const View *view, RuledLine *lines, size_t first, size_t end) {
    RuledLine *best = NULL;
    for (size_t v = first; v < end; v++) {
        if (100 * lines[v].hits >= FRAME_PERCENT * view->length &&
            (!best || lines[v].hits > best->hits) && measure_thickness(view, &lines[v]))
            best = &lines[v];
    }
    return best;
}

typedef struct {
    View view;
    RuledLine *lines;     // (view.lines)
    const RuledLine *low; // side of a frame, or NULL
    const RuledLine *high;
} Direction;

static void find_direction(Direction *direction, uint32_t *votes) {
    View *view = &direction->view;
    find_lines(view, direction->lines, votes);
    size_t quarter = (view->lines + 3) / 4;
    direction->low = find_side(view, direction->lines, 0, quarter);
    direction->high = find_side(view, direction->lines, view->lines - quarter, view->lines);
}

// Marks the middles of the lines that cross the picture, and returns their number. Neighbouring
// middles describe the same line.
static size_t find_crossing(const Direction *direction, bool *is_crossing) {
    const View *view = &direction->view;
    size_t count = 0;
    for (size_t v = 0; v < view->lines; v++) {
        RuledLine *line = &direction->lines[v];
        is_crossing[v] = 100 * line->hits >= CROSSING_PERCENT * view->length &&
                         measure_thickness(view, line) && reaches_border(view, line) &&
                         v > line->thickness && v + line->thickness + 1 < view->lines;
    }
    for (size_t v = 0; v < view->lines; v++) {
        count += is_crossing[v] && (v == 0 || !is_crossing[v - 1]);
    }
    return count;
}

static size_t erase_crossing(const Direction *direction, bool *is_crossing) {
    size_t count = find_crossing(direction, is_crossing);
    for (size_t v = 0; v < direction->view.lines; v++) {
        if (is_crossing[v])
            erase(&direction->view, &direction->lines[v]);
    }
    return count;
}

static void erase_frame(const Direction *direction) {
    if (direction->low)
        erase(&direction->view, direction->low);
    if (direction->high)
        erase(&direction->view, direction->high);
}

static void remove_lines(Direction rows, Direction columns, uint32_t *votes, bool *is_crossing,
                         RuledLines *removed) {
    find_direction(&rows, votes);
    find_direction(&columns, votes);
    size_t crossing = find_crossing(&rows, is_crossing);
    crossing += find_crossing(&columns, is_crossing);
    int sides =
        (rows.low != NULL) + (rows.high != NULL) + (columns.low != NULL) + (columns.high != NULL);
    removed->has_frame = sides >= 3 && crossing <= 4; // more lines are squared paper
    if (removed->has_frame) {
        erase_frame(&rows);
        erase_frame(&columns);
        find_lines(&rows.view, rows.lines, votes);
        find_lines(&columns.view, columns.lines, votes);
    }
    removed->lines = erase_crossing(&rows, is_crossing);
    removed->lines += erase_crossing(&columns, is_crossing);
}

bool ruled_lines_remove(uint8_t *mask, size_t width, size_t height, RuledLines *removed,
                        Error *error) {
    size_t side = width > height ? width : height;
    size_t thick = (width < height ? width : height) / THINNEST_PER_SIDE;
    thick = thick > MIN_THICK ? thick : MIN_THICK;
    *removed = (RuledLines){0};
    RuledLine *lines = memory_alloc(width + height, sizeof *lines, "lines", error);
    uint32_t *votes = lines ? memory_alloc(side, sizeof *votes, "lines", error) : NULL;
    bool *is_crossing = votes ? memory_alloc(side, sizeof *is_crossing, "lines", error) : NULL;
    size_t *starts = is_crossing ? memory_alloc(side + 1, sizeof *starts, "lines", error) : NULL;
    uint32_t *near = starts ? memory_alloc(width * height, sizeof *near, "lines", error) : NULL;
    if (near)
        remove_lines((Direction){.view = {mask, width, height, 1, width, thick, starts, near},
                                 .lines = lines},
                     (Direction){.view = {mask, height, width, width, 1, thick, starts, near},
                                 .lines = lines + height},
                     votes, is_crossing, removed);
    free(near);
    free(starts);
    free(is_crossing);
    free(votes);
    free(lines);
    return near != NULL;
}
