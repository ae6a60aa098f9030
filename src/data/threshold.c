#include "data/threshold.h"

enum {
    LEVELS = 256,
    MIN_CONTRAST = 24, // smaller differences are noise or the texture of paper
    MAX_STEPS = 100,
};

// Returns the smallest level that at least half of the values do not exceed.
static unsigned median_level(const size_t *histogram, size_t count) {
    size_t below = 0;
    unsigned level = 0;
    while (level + 1 < LEVELS && 2 * (below += histogram[level]) < count)
        level++;
    return level;
}

// Returns the median distance of the values from `centre`.
static unsigned median_distance(const size_t *histogram, size_t count, unsigned centre) {
    size_t distances[LEVELS] = {0};
    for (unsigned level = 0; level < LEVELS; level++)
        distances[level > centre ? level - centre : centre - level] += histogram[level];
    return median_level(distances, count);
}

// Returns the mean level from `first` to `last`, or `last` if there are no values.
static double mean_level(const size_t *histogram, unsigned first, unsigned last) {
    double count = 0;
    double sum = 0;
    for (unsigned level = first; level <= last; level++) {
        count += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    return count > 0 ? sum / count : last;
}

Threshold threshold_choose(const uint8_t *values, size_t count) {
    size_t histogram[LEVELS] = {0};
    for (size_t i = 0; i < count; i++)
        histogram[values[i]]++;
    Threshold threshold = {.background = median_level(histogram, count)};
    // six standard deviations of normally distributed noise
    unsigned noise = 9 * median_distance(histogram, count, threshold.background);
    unsigned floor = threshold.background + (noise > MIN_CONTRAST ? noise : MIN_CONTRAST);
    floor = floor < LEVELS - 1 ? floor : LEVELS - 1;
    threshold.strokes = floor;
    for (int step = 0; step < MAX_STEPS && threshold.strokes + 1 < LEVELS; step++) {
        unsigned next = (unsigned)((mean_level(histogram, 0, threshold.strokes) +
                                    mean_level(histogram, threshold.strokes + 1, LEVELS - 1)) /
                                   2);
        next = next > floor ? next : floor;
        if (next == threshold.strokes)
            break;
        threshold.strokes = next;
    }
    return threshold;
}
