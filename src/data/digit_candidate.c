#include "data/digit_candidate.h"

#include "base/error.h"
#include "data/background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHITE = 255,
    SPECK_EXTENT = 3, // pixels
};

void digit_candidate_free(DigitCandidate *candidate) {
    free(candidate->roles);
    free(candidate->mask);
    components_free(&candidate->components);
    gray_image_free(&candidate->contrast);
    gray_image_free(&candidate->grey);
}

static void fill_mask(DigitCandidate *candidate) {
    for (size_t i = 0; i < candidate->contrast.width * candidate->contrast.height; i++)
        candidate->mask[i] = candidate->contrast.values[i] > candidate->threshold.strokes;
}

static bool is_speck(const Component *component) {
    return box_extent(component->box) <= SPECK_EXTENT;
}

// Removes specks, of which a row of noise may look like a line, unless there is nothing else.
static bool remove_specks(DigitCandidate *candidate, Error *error) {
    Components components;
    bool has_others = false;
    if (!components_find(candidate->mask, candidate->contrast.width, candidate->contrast.height,
                         &components, error))
        return false;
    for (size_t i = 0; i < components.count; i++)
        has_others = has_others || !is_speck(&components.items[i]);
    for (size_t i = 0; i < candidate->contrast.width * candidate->contrast.height; i++) {
        uint32_t label = components.labels[i];
        if (has_others && label > 0 && is_speck(&components.items[label - 1]))
            candidate->mask[i] = 0;
    }
    components_free(&components);
    return true;
}

// Finds the digit in the mask. *is_found is false if the mask has only specks.
static bool find_cluster(DigitCandidate *candidate, bool *is_found, Error *error) {
    size_t width = candidate->contrast.width;
    size_t height = candidate->contrast.height;
    components_free(&candidate->components);
    free(candidate->roles);
    candidate->roles = NULL;
    if (!components_find(candidate->mask, width, height, &candidate->components, error))
        return false;
    candidate->roles =
        memory_alloc(candidate->components.count, sizeof *candidate->roles, "components", error);
    if (!candidate->roles)
        return false;
    components_measure_edges(&candidate->components, candidate->grey.values, width, height);
    *is_found = digit_cluster_choose(&candidate->components, width, height, candidate->roles,
                                     &candidate->cluster);
    return true;
}

// Finds the digit without ruled lines and frames, or, if only a rest at the border remains then,
// with them: they are strokes of a digit that fills the picture.
static bool find_digit(DigitCandidate *candidate, bool *is_found, Error *error) {
    candidate->mask =
        memory_alloc(candidate->contrast.width * candidate->contrast.height, 1, "picture", error);
    if (!candidate->mask)
        return false;
    fill_mask(candidate);
    if (!remove_specks(candidate, error) ||
        !ruled_lines_remove(candidate->mask, candidate->contrast.width, candidate->contrast.height,
                            &candidate->lines, error) ||
        !find_cluster(candidate, is_found, error))
        return false;
    bool has_lines = candidate->lines.has_frame || candidate->lines.lines > 0;
    if (!has_lines || (*is_found && !candidate->cluster.touches_border))
        return true;
    candidate->lines = (RuledLines){0};
    fill_mask(candidate);
    return find_cluster(candidate, is_found, error);
}

static bool is_digit(const DigitCandidate *candidate, size_t x, size_t y) {
    uint32_t label = candidate->components.labels[y * candidate->contrast.width + x];
    return label > 0 && candidate->roles[label - 1] == ROLE_DIGIT;
}

// Returns whether a pixel, or one of its eight neighbours, is in the digit.
static bool is_near_digit(const DigitCandidate *candidate, size_t x, size_t y) {
    size_t width = candidate->contrast.width;
    size_t height = candidate->contrast.height;
    for (size_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < height; v++) {
        for (size_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < width; u++) {
            if (is_digit(candidate, u, v))
                return true;
        }
    }
    return false;
}

// Returns the mean contrast in the digit.
static double mean_contrast(const DigitCandidate *candidate) {
    double sum = 0, count = 0;
    for (size_t i = 0; i < candidate->contrast.width * candidate->contrast.height; i++) {
        uint32_t label = candidate->components.labels[i];
        if (label > 0 && candidate->roles[label - 1] == ROLE_DIGIT) {
            sum += candidate->contrast.values[i];
            count++;
        }
    }
    return sum / count;
}

double digit_candidate_isolate(DigitCandidate *candidate) {
    size_t width = candidate->contrast.width;
    unsigned low = candidate->threshold.background;
    unsigned range = (unsigned)mean_contrast(candidate) - low;
    size_t area = 0;
    for (size_t y = 0; y < candidate->contrast.height; y++) {
        for (size_t x = 0; x < width; x++) {
            uint8_t *value = &candidate->contrast.values[y * width + x];
            unsigned scaled = *value > low ? WHITE * (*value - low) / range : 0;
            if (!is_near_digit(candidate, x, y))
                scaled = 0;
            *value = (uint8_t)(scaled < WHITE ? scaled : WHITE);
            area += scaled > WHITE / 2;
        }
    }
    Box box = candidate->cluster.box;
    return (double)area / (double)((box.right - box.left) * (box.bottom - box.top));
}

static size_t digit_area(const DigitCandidate *candidate) {
    size_t area = 0;
    for (size_t i = 0; i < candidate->components.count; i++)
        area += candidate->roles[i] == ROLE_DIGIT ? candidate->components.items[i].area : 0;
    return area;
}

static size_t mask_area(const DigitCandidate *candidate) {
    size_t area = 0;
    for (size_t i = 0; i < candidate->contrast.width * candidate->contrast.height; i++)
        area += candidate->mask[i];
    return area;
}

double digit_candidate_score(const DigitCandidate *candidate) {
    Box box = candidate->cluster.box;
    double width = (double)(box.right - box.left);
    double height = (double)(box.bottom - box.top);
    double side = fmax((double)candidate->contrast.width, (double)candidate->contrast.height);
    double area = (double)digit_area(candidate);
    double result = candidate->cluster.sharpness * sqrt(fmin(fmax(width, height) / side, 0.3)) *
                    sqrt(area / (double)mask_area(candidate));
    result /= sqrt((double)candidate->cluster.strokes);
    if (2 * candidate->cluster.contact > candidate->contrast.width + candidate->contrast.height)
        result *= 0.4;
    else if (candidate->cluster.touches_border)
        result *= 0.9;
    if (area > 0.6 * width * height && width < 3 * height && height < 3 * width)
        result *= 0.4;
    return result;
}

static bool copy_image(const GrayImage *image, GrayImage *copy, Error *error) {
    size_t count = image->width * image->height;
    *copy = (GrayImage){image->width, image->height, memory_alloc(count, 1, "picture", error)};
    if (copy->values)
        memcpy(copy->values, image->values, count);
    return copy->values != NULL;
}

bool digit_candidate_find(const GrayImage *image, size_t window, unsigned level,
                          DigitCandidate *candidate, bool *is_found, Error *error) {
    if (!copy_image(image, &candidate->grey, error) ||
        !copy_image(image, &candidate->contrast, error))
        return false;
    if (window == 0)
        background_remove_flat(&candidate->contrast, level);
    else if (!background_remove(&candidate->contrast, window, error))
        return false;
    candidate->threshold =
        threshold_choose(candidate->contrast.values, image->width * image->height);
    return find_digit(candidate, is_found, error);
}
