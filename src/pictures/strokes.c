#include "base/error.h"
#include "base/number.h"
#include "steps.h"

#include <stdlib.h>
#include <string.h>

enum {
    WHITE = 255,
    // A digit of a twenty-fifth of the picture still has as many pixels as MNIST's box, 20.
    MAX_SIDE = 512,
    // Noise is averaged over a pixel more on each side once the picture has this many; strokes are
    // wider than that.
    SIDE_PER_SMOOTHING = 160,
    // A shadow takes up to two thirds of the light, ink and a dark pencil four fifths and more.
    SHADOW_PERCENT = 80,
};

// The buffers in which strokes are looked for, each (height, width) but the last.
typedef struct {
    size_t width, height, count, side; // side: the larger one
    uint8_t *grey;                     // dark strokes on light
    uint8_t *smooth;                   // without noise
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
        move = number_min(span, radius + 1 - span);
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
        size_t left = i % search->width * factor, right = number_min(left + factor, picture->width);
        size_t top = i / search->width * factor, bottom = number_min(top + factor, picture->height);
        size_t sum = 0, count = (right - left) * (bottom - top);
        for (size_t y = top; y < bottom; y++) {
            for (size_t x = left; x < right; x++)
                sum += picture->values[y * picture->width + x];
        }
        search->grey[i] = (uint8_t)((sum + count / 2) / count); // NOLINT: count is above 0
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
        (unsigned)number_min(*background + number_max(noise, GRAY_IMAGE_MIN_CONTRAST), WHITE);
    while (threshold < WHITE) {
        double middle =
            (mean_level(levels, 0, threshold) + mean_level(levels, threshold + 1, WHITE)) / 2;
        if ((unsigned)middle <= threshold) // both means rise with the threshold, so it only rises
            break;
        threshold = (unsigned)middle;
    }
    return threshold;
}

// Sets the contrast and the mask of the strokes. The background is the closing of the picture with
// a square: this removes dark structures into which the square does not fit, as strokes, and keeps
// larger shadows and their edges (a black top-hat transform: J. Serra, Image Analysis and
// Mathematical Morphology, Academic Press 1982, chapter XII).
static void find_with_window(const Search *search, size_t window, Strokes *strokes) {
    uint8_t *light = search->spare;
    memcpy(light, search->smooth, search->count);
    dilate(search, light, window / 2 + 1);
    erode(search, light, window / 2 + 1);
    for (size_t i = 0; i < search->count; i++)
        strokes->contrast[i] = contrast_of(search->smooth[i], light[i]);
    unsigned threshold = choose_threshold(strokes->contrast, search->count, &strokes->background);
    for (size_t i = 0; i < search->count; i++) {
        strokes->mask[i] = strokes->contrast[i] > threshold;
        strokes->contrast[i] = contrast_of(search->grey[i], light[i]);
    }
}

// Returns whether what only the large window finds is shadow: it has less contrast than the rest.
// What thick strokes lose with the small window has as much.
static bool is_shadow(const Strokes *large, const Strokes *small, size_t count) {
    double lost = 0, lost_count = 0, kept = 0, kept_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_lost = large->mask[i] && !small->mask[i],
             is_kept = large->mask[i] && small->mask[i];
        lost += is_lost ? large->contrast[i] : 0;
        lost_count += is_lost;
        kept += is_kept ? large->contrast[i] : 0;
        kept_count += is_kept;
    }
    return 100 * lost * kept_count < SHADOW_PERCENT * kept * lost_count;
}

// Strokes as thick as a quarter of the picture need a large window, the shadow of a finger a small
// one.
bool strokes_find(const GrayImage *picture, Strokes *strokes, Error *error) {
    size_t factor = (number_max(picture->width, picture->height) + MAX_SIDE - 1) / MAX_SIDE;
    size_t width = (picture->width + factor - 1) / factor;
    size_t height = (picture->height + factor - 1) / factor;
    size_t count = width * height, side = number_max(width, height);
    *strokes = (Strokes){.factor = factor, .width = width, .height = height};
    uint8_t *bytes = strokes->bytes = memory_alloc(7 * count + 2 * side, 1, "picture", error);
    if (!bytes)
        return false;
    Search search = {
        width, height, count, side, bytes, bytes + count, bytes + 2 * count, bytes + 7 * count};
    reduce(picture, factor, &search);
    strokes->are_dark = has_dark_strokes(&search);
    if (!strokes->are_dark)
        invert(search.grey, count);
    memcpy(search.smooth, search.grey, count);
    filter_lines(&search, search.smooth, mean_filter, side / SIDE_PER_SMOOTHING);
    Strokes small = *strokes, large = *strokes;
    small.contrast = bytes + 3 * count;
    small.mask = bytes + 4 * count;
    large.contrast = bytes + 5 * count;
    large.mask = bytes + 6 * count;
    find_with_window(&search, side / 16, &small);
    find_with_window(&search, side / 4, &large);
    *strokes = is_shadow(&large, &small, count) ? small : large;
    return true;
}

void strokes_free(Strokes *strokes) {
    free(strokes->bytes);
    *strokes = (Strokes){0};
}
