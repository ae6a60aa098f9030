#include "base/error.h"
#include "base/number.h"
#include "steps.h"

#include <stdlib.h>
#include <string.h>

enum {
    // A line is at most a fortieth of the shorter side thick; pens that write large are thicker.
    LINES_PER_SIDE = 40,
    // A line is longer than the strokes of a digit with margins: two thirds of the side.
    LENGTH_PERCENT = 65,
    // A gap ends a line if it is half as long as the line before it.
    GAP_COST = 2,
};

// A mask seen along its rows (u is x, v is y) or along its columns (u is y, v is x).
typedef struct {
    uint8_t *mask;
    size_t length, breadth; // values of u and of v
    size_t step_u, step_v;
    uint16_t *before, *after; // (length, breadth): scores of the best paths from both ends
} View;

// Sets the scores at u from those at the u before it, which is NULL at the first. A path goes from
// u to the next and moves by at most 1 in v. A pixel of the mask counts 1, another one -GAP_COST,
// and a path starts where its score would be below 0.
static void extend(const View *view, size_t u, const uint16_t *before, uint16_t *scores) {
    for (size_t v = 0; v < view->breadth; v++) {
        size_t best = 0;
        if (before) {
            best = number_max(before[v], v > 0 ? before[v - 1] : 0);
            best = number_max(best, v + 1 < view->breadth ? before[v + 1] : 0);
        }
        bool is_set = view->mask[u * view->step_u + v * view->step_v];
        scores[v] = (uint16_t)(is_set ? best + 1 : best > GAP_COST ? best - GAP_COST : 0);
    }
}

// Removes the runs along v of at most `thickness` pixels that are on a path of at least `reach`.
// Returns the number of lines: the largest number of runs at one u.
static size_t remove_runs(const View *view, size_t thickness, size_t reach) {
    size_t lines = 0;
    for (size_t u = 0; u < view->length; u++) {
        uint8_t *column = view->mask + u * view->step_u;
        size_t runs = 0;
        for (size_t first = 0, end; first < view->breadth; first = end + 1) {
            size_t longest = 0;
            for (end = first; end < view->breadth && column[end * view->step_v]; end++) {
                size_t i = u * view->breadth + end;
                longest = number_max(longest, (size_t)view->before[i] + view->after[i] - 1);
            }
            if (end == first || end - first > thickness || longest < reach)
                continue;
            runs++;
            for (size_t v = first; v < end; v++)
                column[v * view->step_v] = 0;
        }
        lines = number_max(lines, runs);
    }
    return lines;
}

static size_t remove_along(const View *view, size_t thickness) {
    for (size_t i = 0; i < view->length; i++) {
        uint16_t *before = view->before + i * view->breadth;
        uint16_t *after = view->after + (view->length - 1 - i) * view->breadth;
        extend(view, i, i > 0 ? before - view->breadth : NULL, before);
        extend(view, view->length - 1 - i, i > 0 ? after + view->breadth : NULL, after);
    }
    return remove_runs(view, thickness, view->length * LENGTH_PERCENT / 100);
}

bool lines_remove(Strokes *strokes, Error *error) {
    const size_t width = strokes->width, height = strokes->height, count = width * height;
    const size_t thickness = number_min(width, height) / LINES_PER_SIDE;
    uint16_t *scores = memory_alloc(count, 2 * sizeof *scores + 1, "picture", error);
    if (!scores)
        return false;
    uint8_t *rest = (uint8_t *)(scores + 2 * count);
    memcpy(rest, strokes->mask, count);
    View rows = {rest, width, height, 1, width, scores, scores + count};
    View columns = {rest, height, width, width, 1, scores, scores + count};
    size_t horizontal = remove_along(&rows, thickness);
    size_t vertical = remove_along(&columns, thickness);
    if (memchr(rest, 1, count)) {
        memcpy(strokes->mask, rest, count);
        strokes->has_frame = horizontal == 2 && vertical == 2;
        strokes->lines = strokes->has_frame ? 0 : horizontal + vertical;
    }
    free(scores);
    return true;
}
