#include "strokes.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHITE = 255,
    // A digit of a twelfth of the picture still has as many pixels as MNIST's box, 20.
    MAX_SIDE = 256,
    // Noise is averaged over a pixel more on each side once the picture has this many; strokes are
    // wider than that.
    SIDE_PER_SMOOTHING = 160,
    // The edge of a stroke is blurred over two pixels by the camera and the reduction.
    EDGE_RADIUS = 2,
    // A pencil gives four fifths of the contrast of black print, a shadow half of it.
    SHARP_PERCENT = 80,
};

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

// The buffers in which strokes are looked for, each (height, width) but the last.
typedef struct {
    size_t width, height, count, side; // side: the larger one
    uint8_t *grey;                     // dark strokes on light
    uint8_t *steps;                    // of the grey levels around a pixel
    uint8_t *contrast, *mask;          // with the present window
    uint8_t *spare;
    uint8_t *scratch; // (2, side)
} Search;

// A row or a column: `count` values, `step` apart.
typedef struct {
    uint8_t *values;
    size_t count, step;
} Line;

// Calls a filter for each row and then for each column.
static void filter_lines(const Search *search, uint8_t *values,
                         void (*filter)(Line, size_t, uint8_t *), size_t radius) {
    for (size_t y = 0; y < search->height; y++)
        filter((Line){values + y * search->width, search->width, 1}, radius, search->scratch);
    for (size_t x = 0; x < search->width; x++)
        filter((Line){values + x, search->height, search->width}, radius, search->scratch);
}

// Replaces each value by the mean of those at most `radius` away. scratch: (count).
static void mean_filter(Line line, size_t radius, uint8_t *scratch) {
    size_t sum = 0, first = 0, end = 0;
    for (size_t i = 0; i < line.count; i++)
        scratch[i] = line.values[i * line.step];
    for (size_t i = 0; i < line.count; i++) {
        for (; end < line.count && end <= i + radius; end++)
            sum += scratch[end];
        for (; first + radius < i; first++)
            sum -= scratch[first];
        line.values[i * line.step] = (uint8_t)((sum + (end - first) / 2) / (end - first));
    }
}

// Replaces each value by the largest of those at most `radius` away. Windows grow on both sides:
// two windows that overlap or touch cover one of up to twice their size. scratch: (2, count).
static void maximum_filter(Line line, size_t radius, uint8_t *scratch) {
    uint8_t *ahead = scratch, *behind = scratch + line.count;
    for (size_t i = 0; i < line.count; i++)
        ahead[i] = behind[i] = line.values[i * line.step];
    for (size_t span = 1, move; span < radius + 1; span += move) {
        move = smaller(span, radius + 1 - span);
        for (size_t i = 0; i + move < line.count; i++) {
            size_t back = line.count - 1 - i;
            ahead[i] = ahead[i] > ahead[i + move] ? ahead[i] : ahead[i + move];
            behind[back] = behind[back] > behind[back - move] ? behind[back] : behind[back - move];
        }
    }
    for (size_t i = 0; i < line.count; i++)
        line.values[i * line.step] = ahead[i] > behind[i] ? ahead[i] : behind[i];
}

static void invert(uint8_t *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        values[i] = (uint8_t)(WHITE - values[i]);
}

static void dilate(const Search *search, uint8_t *values, size_t radius) {
    filter_lines(search, values, maximum_filter, radius);
}

static void erode(const Search *search, uint8_t *values, size_t radius) {
    invert(values, search->count);
    dilate(search, values, radius);
    invert(values, search->count);
}

// Returns the share of the light that is missing, from 0 to 255. Light and shadow change strokes
// and their background by the same factor, so this does not depend on them.
static uint8_t contrast_of(unsigned value, unsigned light) {
    return value < light ? (uint8_t)(WHITE * (light - value) / light) : 0;
}

// Reduces the picture by means of blocks, which are smaller at its right and lower border.
static void reduce(const GrayImage *picture, size_t factor, const Search *search) {
    for (size_t i = 0; i < search->count; i++) {
        size_t left = i % search->width * factor, right = smaller(left + factor, picture->width);
        size_t top = i / search->width * factor, bottom = smaller(top + factor, picture->height);
        size_t sum = 0, count = (right - left) * (bottom - top);
        for (size_t y = top; y < bottom; y++) {
            for (size_t x = left; x < right; x++)
                sum += picture->values[y * picture->width + x];
        }
        search->grey[i] = (uint8_t)((sum + count / 2) / count);
    }
}

// Strokes cover less than their background in any large surroundings. So the differences of the
// pixels from the mean of their surroundings are skewed towards the strokes.
static bool has_dark_strokes(const Search *search) {
    uint8_t *means = search->spare;
    double cubes = 0;
    memcpy(means, search->grey, search->count);
    filter_lines(search, means, mean_filter, search->side / 4 + 1);
    for (size_t i = 0; i < search->count; i++) {
        double difference = (double)search->grey[i] - (double)means[i];
        cubes += difference * difference * difference;
    }
    return cubes < 0;
}

// Measures how sharply the grey levels change near each pixel.
static void measure_steps(const Search *search) {
    uint8_t *darkest = search->spare;
    memcpy(search->steps, search->grey, search->count);
    memcpy(darkest, search->grey, search->count);
    dilate(search, search->steps, EDGE_RADIUS);
    erode(search, darkest, EDGE_RADIUS);
    for (size_t i = 0; i < search->count; i++)
        search->steps[i] = contrast_of(darkest[i], search->steps[i]);
}

// Returns the smallest level that at least half of the values do not exceed.
static unsigned median_of(const size_t *histogram, size_t count) {
    size_t below = 0;
    unsigned level = 0;
    while (level < WHITE && 2 * (below += histogram[level]) < count)
        level++;
    return level;
}

// Returns the mean level from `first` to `last`, or `last` if there are no values.
static double mean_level(const size_t *histogram, unsigned first, unsigned last) {
    double count = 0, sum = 0;
    for (unsigned level = first; level <= last; level++) {
        count += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    return count > 0 ? sum / count : last;
}

// Returns the contrast above which pixels are strokes, and sets *background to the median. Starts
// above the noise and moves to the middle between the means below and above until it stays (T. W.
// Ridler, S. Calvard, "Picture thresholding using an iterative selection method", IEEE Transactions
// on Systems, Man and Cybernetics 8, 1978).
static unsigned choose_threshold(const uint8_t *contrast, size_t count, unsigned *background) {
    size_t levels[WHITE + 1] = {0}, distances[WHITE + 1] = {0};
    for (size_t i = 0; i < count; i++)
        levels[contrast[i]]++;
    *background = median_of(levels, count);
    for (unsigned level = 0; level <= WHITE; level++)
        distances[abs((int)level - (int)*background)] += levels[level];
    // the median distance of normally distributed noise is 2/3 of its deviation: six deviations
    size_t noise = 9 * (size_t)median_of(distances, count);
    unsigned threshold =
        (unsigned)smaller(*background + larger(noise, GRAY_IMAGE_MIN_CONTRAST), WHITE);
    while (threshold < WHITE) {
        double middle =
            (mean_level(levels, 0, threshold) + mean_level(levels, threshold + 1, WHITE)) / 2;
        if ((unsigned)middle <= threshold) // both means rise with the threshold, so it only rises
            break;
        threshold = (unsigned)middle;
    }
    return threshold;
}

// Sets the contrast and the mask. The background is the closing of the picture with a square: this
// removes dark structures into which the square does not fit, as strokes, and keeps larger shadows
// and their edges (a black top-hat transform: J. Serra, Image Analysis and Mathematical Morphology,
// Academic Press 1982, chapter XII). Returns the background's contrast.
static unsigned find_with_window(const Search *search, size_t radius) {
    uint8_t *light = search->mask;
    unsigned background;
    memcpy(light, search->grey, search->count);
    dilate(search, light, radius);
    erode(search, light, radius);
    for (size_t i = 0; i < search->count; i++)
        search->contrast[i] = contrast_of(search->grey[i], light[i]);
    unsigned threshold = choose_threshold(search->contrast, search->count, &background);
    for (size_t i = 0; i < search->count; i++)
        search->mask[i] = search->contrast[i] > threshold;
    return background;
}

// Returns the sum over the edges of the mask of how much their steps exceed `least`, and sets
// *edges to the number of pixels in them.
static double sum_steps(const Search *search, double least, size_t *edges) {
    double sum = 0;
    *edges = 0;
    for (size_t i = 0; i < search->count; i++) {
        const uint8_t *pixel = search->mask + i;
        size_t x = i % search->width;
        bool is_edge = (x > 0 && !pixel[-1]) || (x + 1 < search->width && !pixel[1]) ||
                       (i >= search->width && !search->mask[i - search->width]) ||
                       (i + search->width < search->count && !search->mask[i + search->width]);
        if (*pixel && is_edge) {
            sum += search->steps[i] - least;
            ++*edges;
        }
    }
    return sum;
}

// Strokes as thick as half of the picture need a large window, the shadow of a finger a small one.
// The mask is right whose edges are those of the picture: the shadow of a finger has softer ones,
// and thick strokes lack theirs with a small window. So an edge counts for a mask if it is sharper
// than SHARP_PERCENT of the sharpest mask's edges, and against it otherwise.
static void find(const Search *search, Strokes *strokes) {
    const size_t windows[] = {search->side / 2, search->side / 16};
    const size_t count = sizeof windows / sizeof *windows;
    double sharpness = 0, best = 0;
    filter_lines(search, search->grey, mean_filter, search->side / SIDE_PER_SMOOTHING);
    strokes->are_dark = has_dark_strokes(search);
    if (!strokes->are_dark)
        invert(search->grey, search->count);
    measure_steps(search);
    for (size_t i = 0; i < 2 * count; i++) { // first the sharpness, then the best mask
        size_t edges;
        unsigned background = find_with_window(search, windows[i % count] / 2 + 1);
        double sum = sum_steps(search, i < count ? 0 : sharpness * SHARP_PERCENT / 100, &edges);
        if (i < count && edges > 0)
            sharpness = fmax(sharpness, sum / (double)edges);
        if (i < count || sum <= best)
            continue;
        best = sum;
        strokes->background = background;
        memcpy(strokes->contrast, search->contrast, search->count);
        memcpy(strokes->mask, search->mask, search->count);
    }
}

bool strokes_find(const GrayImage *picture, Strokes *strokes, Error *error) {
    size_t factor = (larger(picture->width, picture->height) + MAX_SIDE - 1) / MAX_SIDE;
    size_t width = (picture->width + factor - 1) / factor;
    size_t height = (picture->height + factor - 1) / factor;
    size_t count = width * height, side = larger(width, height);
    *strokes = (Strokes){.factor = factor, .width = width, .height = height};
    strokes->contrast = memory_alloc(count, 2, "picture", error);
    uint8_t *bytes =
        strokes->contrast ? memory_alloc(5 * count + 2 * side, 1, "picture", error) : NULL;
    if (!bytes)
        return false;
    strokes->mask = strokes->contrast + count;
    Search search = {
        .width = width,
        .height = height,
        .count = count,
        .side = side,
        .grey = bytes,
        .steps = bytes + count,
        .contrast = bytes + 2 * count,
        .mask = bytes + 3 * count,
        .spare = bytes + 4 * count,
        .scratch = bytes + 5 * count,
    };
    reduce(picture, factor, &search);
    find(&search, strokes);
    free(bytes);
    return true;
}

void strokes_free(Strokes *strokes) {
    free(strokes->contrast); // and the mask
    *strokes = (Strokes){0};
}
