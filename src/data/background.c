#include "data/background.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHITE = 255,
    FLAT_RANGE = 10,  // grey levels about the border's median
    FLAT_BORDER = 97, // percent of the border pixels within the range
    FLAT_IMAGE = 40,  // percent of all pixels
    NOISE_WEAK = 3,   // standard deviation in grey levels
    NOISE_STRONG = 12,
};

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static uint8_t block_mean(const GrayImage *image, size_t factor, size_t column, size_t row) {
    size_t right = smaller((column + 1) * factor, image->width);
    size_t bottom = smaller((row + 1) * factor, image->height);
    uint64_t sum = 0;
    for (size_t y = row * factor; y < bottom; y++) {
        for (size_t x = column * factor; x < right; x++)
            sum += image->values[y * image->width + x];
    }
    size_t count = (right - column * factor) * (bottom - row * factor);
    // A square of the reduced image has at least one pixel.
    return (uint8_t)((sum + count / 2) / count); // NOLINT(clang-analyzer-core.DivideZero)
}

bool gray_reduce(const GrayImage *image, size_t max_side, GrayImage *reduced, size_t *factor,
                 Error *error) {
    *factor = (larger(image->width, image->height) + max_side - 1) / max_side;
    *reduced = (GrayImage){.width = (image->width + *factor - 1) / *factor,
                           .height = (image->height + *factor - 1) / *factor};
    reduced->values = memory_alloc(reduced->width * reduced->height, 1, "picture", error);
    if (!reduced->values)
        return false;
    for (size_t y = 0; y < reduced->height; y++) {
        for (size_t x = 0; x < reduced->width; x++)
            reduced->values[y * reduced->width + x] = block_mean(image, *factor, x, y);
    }
    return true;
}

// A row or a column of an image: `count` values, `step` bytes apart.
typedef struct {
    uint8_t *values;
    size_t count, step;
} Line;

// Calls a filter for each row and then for each column.
static void filter_lines(GrayImage *image, void (*filter)(Line, size_t, uint8_t *), size_t radius,
                         uint8_t *scratch) {
    for (size_t y = 0; y < image->height; y++)
        filter((Line){image->values + y * image->width, image->width, 1}, radius, scratch);
    for (size_t x = 0; x < image->width; x++)
        filter((Line){image->values + x, image->height, image->width}, radius, scratch);
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

// Replaces each value by the largest of those at most `radius` away, in a time that does not depend
// on the radius. In blocks of 2 radius + 1 values, each window is the end of one block and the
// start of the next one; so its maximum is that of a suffix and a prefix (M. van Herk, "A fast
// algorithm for local minimum and maximum filters", Pattern Recognition Letters 13, 1992). scratch:
// (2, count + 4 radius + 2).
static void maximum_filter(Line line, size_t radius, uint8_t *scratch) {
    size_t block = 2 * radius + 1;
    size_t padded = (line.count + 2 * radius + block - 1) / block * block;
    uint8_t *prefix = scratch;
    uint8_t *suffix = scratch + padded;
    memset(prefix, 0, padded);
    for (size_t i = 0; i < line.count; i++)
        prefix[i + radius] = line.values[i * line.step];
    memcpy(suffix, prefix, padded);
    for (size_t i = 1; i < padded; i++) {
        size_t back = padded - 1 - i;
        if (i % block != 0 && prefix[i - 1] > prefix[i])
            prefix[i] = prefix[i - 1];
        if (i % block != 0 && suffix[back + 1] > suffix[back])
            suffix[back] = suffix[back + 1];
    }
    for (size_t i = 0; i < line.count; i++)
        line.values[i * line.step] =
            suffix[i] > prefix[i + 2 * radius] ? suffix[i] : prefix[i + 2 * radius];
}

static void close_image(GrayImage *image, size_t radius, uint8_t *scratch) {
    filter_lines(image, maximum_filter, radius, scratch);
    background_invert(image);
    filter_lines(image, maximum_filter, radius, scratch);
    background_invert(image);
}

static bool is_border(const GrayImage *image, size_t x, size_t y) {
    return x == 0 || y == 0 || x + 1 == image->width || y + 1 == image->height;
}

// Counts the grey levels of the border pixels or of all.
static size_t count_levels(const GrayImage *image, bool border_only, size_t histogram[WHITE + 1]) {
    size_t count = 0;
    memset(histogram, 0, (WHITE + 1) * sizeof *histogram);
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++) {
            if (border_only && !is_border(image, x, y))
                continue;
            histogram[image->values[y * image->width + x]]++;
            count++;
        }
    }
    return count;
}

static unsigned median_of(const size_t *histogram, size_t count) {
    size_t below = 0;
    unsigned level = 0;
    while (level < WHITE && 2 * (below += histogram[level]) < count)
        level++;
    return level;
}

static size_t count_near(const size_t *histogram, unsigned centre) {
    size_t count = 0;
    for (unsigned level = 0; level <= WHITE; level++)
        count += abs((int)level - (int)centre) <= FLAT_RANGE ? histogram[level] : 0;
    return count;
}

// Returns whether the background has one grey level, and sets *level to it.
static bool is_flat(const GrayImage *image, unsigned *level) {
    size_t border[WHITE + 1], all[WHITE + 1];
    size_t border_count = count_levels(image, true, border);
    size_t count = count_levels(image, false, all);
    *level = median_of(border, border_count);
    return 100 * count_near(border, *level) >= FLAT_BORDER * border_count &&
           100 * count_near(all, *level) >= FLAT_IMAGE * count;
}

// Returns the skewness of the differences between the pixels and the means of their surroundings.
static double local_skewness(const GrayImage *image, const GrayImage *means) {
    double square = 0, cube = 0;
    size_t count = image->width * image->height;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)image->values[i] - (double)means->values[i];
        square += difference * difference;
        cube += difference * difference * difference;
    }
    double deviation = sqrt(square / (double)count);
    return deviation > 0 ? cube / (double)count / (deviation * deviation * deviation) : 0;
}

// Returns 1.48 times the median difference of horizontal neighbours divided by the square root of
// two: the standard deviation of normally distributed noise.
static double noise_deviation(const GrayImage *image) {
    size_t histogram[WHITE + 1] = {0};
    size_t count = 0;
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 1; x < image->width; x++) {
            const uint8_t *pixel = image->values + y * image->width + x;
            histogram[abs(pixel[0] - pixel[-1])]++;
            count++;
        }
    }
    return 1.05 * median_of(histogram, count);
}

static uint8_t contrast(unsigned value, unsigned background) {
    return value < background ? (uint8_t)(WHITE * (background - value) / background) : 0;
}

static bool mean_is_below(const GrayImage *image, unsigned level) {
    uint64_t sum = 0;
    for (size_t i = 0; i < image->width * image->height; i++)
        sum += image->values[i];
    return sum < (uint64_t)level * image->width * image->height;
}

bool background_is_light(const GrayImage *image, bool *is_light, Error *error) {
    static const size_t radii_per_side[] = {16, 8, 4};
    double skewness = 0;
    size_t count = image->width * image->height;
    size_t side = larger(image->width, image->height);
    GrayImage means = {image->width, image->height, memory_alloc(count, 1, "picture", error)};
    uint8_t *scratch = means.values ? memory_alloc(side, 1, "picture", error) : NULL;
    for (size_t i = 0; scratch && i < sizeof radii_per_side / sizeof *radii_per_side; i++) {
        memcpy(means.values, image->values, count);
        filter_lines(&means, mean_filter, side / radii_per_side[i] + 1, scratch);
        skewness += local_skewness(image, &means);
    }
    *is_light = skewness < 0;
    bool done = scratch != NULL;
    free(scratch);
    gray_image_free(&means);
    return done;
}

bool background_is_flat(const GrayImage *image, unsigned *level, bool *is_light) {
    if (!is_flat(image, level))
        return false;
    *is_light = mean_is_below(image, *level);
    return true;
}

void background_invert(GrayImage *image) {
    for (size_t i = 0; i < image->width * image->height; i++)
        image->values[i] = (uint8_t)(WHITE - image->values[i]);
}

void background_remove_flat(GrayImage *image, unsigned level) {
    for (size_t i = 0; i < image->width * image->height; i++)
        image->values[i] = contrast(image->values[i], level);
}

bool background_smooth(GrayImage *image, Error *error) {
    double noise = noise_deviation(image);
    if (noise <= NOISE_WEAK)
        return true;
    uint8_t *scratch = memory_alloc(larger(image->width, image->height), 1, "picture", error);
    if (scratch)
        filter_lines(image, mean_filter, noise > NOISE_STRONG ? 2 : 1, scratch);
    free(scratch);
    return scratch != NULL;
}

bool background_remove(GrayImage *image, size_t window, Error *error) {
    size_t count = image->width * image->height;
    size_t side = larger(image->width, image->height);
    size_t radius = window / 2 + 1;
    GrayImage background = {image->width, image->height, memory_alloc(count, 1, "picture", error)};
    uint8_t *scratch =
        background.values ? memory_alloc(2, side + 4 * radius + 2, "picture", error) : NULL;
    if (scratch) {
        memcpy(background.values, image->values, count);
        filter_lines(&background, mean_filter, 1, scratch);
        close_image(&background, radius, scratch);
        for (size_t i = 0; i < count; i++)
            image->values[i] = contrast(image->values[i], background.values[i]);
    }
    free(scratch);
    gray_image_free(&background);
    return scratch != NULL;
}
