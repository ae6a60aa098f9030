#include "data/normalise.h"

#include "base/memory.h"
#include "data/background.h"
#include "data/digit_cluster.h"
#include "data/mnist_box.h"
#include "data/ruled_lines.h"
#include "data/threshold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHITE = 255,
    MAX_SIDE = 512,
    SPECK_EXTENT = 3,      // pixels
    BORDER_TOLERANCE = 16, // grey levels from black or white, for a picture in MNIST's format
};

// Returns whether all border pixels are black, or all white.
static bool is_mnist_format(const GrayImage *image, bool *is_light) {
    size_t dark = 0, light = 0, count = 0;
    if (image->width != MNIST_SIDE || image->height != MNIST_SIDE)
        return false;
    for (size_t i = 0; i < MNIST_PIXELS; i++) {
        size_t x = i % MNIST_SIDE;
        size_t y = i / MNIST_SIDE;
        if (x > 0 && y > 0 && x + 1 < MNIST_SIDE && y + 1 < MNIST_SIDE)
            continue;
        count++;
        dark += image->values[i] <= BORDER_TOLERANCE;
        light += image->values[i] >= WHITE - BORDER_TOLERANCE;
    }
    *is_light = light == count;
    return dark == count || light == count;
}

static bool copy_digit(const GrayImage *image, bool is_light, uint8_t *digit) {
    bool has_strokes = false;
    for (size_t i = 0; i < MNIST_PIXELS; i++) {
        digit[i] = is_light ? (uint8_t)(WHITE - image->values[i]) : image->values[i];
        has_strokes = has_strokes || digit[i] > WHITE / 8;
    }
    return has_strokes;
}

// A picture on its way to the digit.
typedef struct {
    GrayImage grey;     // dark strokes on light
    GrayImage contrast; // at last only that of the digit
    Threshold threshold;
    uint8_t *mask; // (height, width): 1 for strokes
    Components components;
    ComponentRole *roles; // (components.count)
    DigitCluster cluster;
    RuledLines lines;
} Picture;

static void picture_free(Picture *picture) {
    free(picture->roles);
    free(picture->mask);
    components_free(&picture->components);
    gray_image_free(&picture->contrast);
    gray_image_free(&picture->grey);
}

static void fill_mask(Picture *picture) {
    for (size_t i = 0; i < picture->contrast.width * picture->contrast.height; i++)
        picture->mask[i] = picture->contrast.values[i] > picture->threshold.strokes;
}

static bool is_speck(const Component *component) {
    return box_extent(component->box) <= SPECK_EXTENT;
}

// Removes specks, of which a row of noise may look like a line, unless there is nothing else.
static bool remove_specks(Picture *picture, Error *error) {
    Components components;
    bool has_others = false;
    if (!components_find(picture->mask, picture->contrast.width, picture->contrast.height,
                         &components, error))
        return false;
    for (size_t i = 0; i < components.count; i++)
        has_others = has_others || !is_speck(&components.items[i]);
    for (size_t i = 0; i < picture->contrast.width * picture->contrast.height; i++) {
        uint32_t label = components.labels[i];
        if (has_others && label > 0 && is_speck(&components.items[label - 1]))
            picture->mask[i] = 0;
    }
    components_free(&components);
    return true;
}

// Finds the digit in the mask. *is_found is false if the mask has only specks.
static bool find_cluster(Picture *picture, bool *is_found, Error *error) {
    size_t width = picture->contrast.width;
    size_t height = picture->contrast.height;
    components_free(&picture->components);
    free(picture->roles);
    picture->roles = NULL;
    if (!components_find(picture->mask, width, height, &picture->components, error))
        return false;
    picture->roles =
        memory_alloc(picture->components.count, sizeof *picture->roles, "components", error);
    if (!picture->roles)
        return false;
    components_measure_edges(&picture->components, picture->grey.values, width, height);
    *is_found = digit_cluster_choose(&picture->components, width, height, picture->roles,
                                     &picture->cluster);
    return true;
}

// Finds the digit without ruled lines and frames, or, if only a rest at the border remains then,
// with them: they are strokes of a digit that fills the picture.
static bool find_digit(Picture *picture, bool *is_found, Error *error) {
    picture->mask =
        memory_alloc(picture->contrast.width * picture->contrast.height, 1, "picture", error);
    if (!picture->mask)
        return false;
    fill_mask(picture);
    if (!remove_specks(picture, error) ||
        !ruled_lines_remove(picture->mask, picture->contrast.width, picture->contrast.height,
                            &picture->lines, error) ||
        !find_cluster(picture, is_found, error))
        return false;
    bool has_lines = picture->lines.has_frame || picture->lines.lines > 0;
    if (!has_lines || (*is_found && !picture->cluster.touches_border))
        return true;
    picture->lines = (RuledLines){0};
    fill_mask(picture);
    return find_cluster(picture, is_found, error);
}

static bool is_digit(const Picture *picture, size_t x, size_t y) {
    uint32_t label = picture->components.labels[y * picture->contrast.width + x];
    return label > 0 && picture->roles[label - 1] == ROLE_DIGIT;
}

// Returns whether a pixel, or one of its eight neighbours, is in the digit.
static bool is_near_digit(const Picture *picture, size_t x, size_t y) {
    size_t width = picture->contrast.width;
    size_t height = picture->contrast.height;
    for (size_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < height; v++) {
        for (size_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < width; u++) {
            if (is_digit(picture, u, v))
                return true;
        }
    }
    return false;
}

// Returns the mean contrast in the digit.
static double mean_contrast(const Picture *picture) {
    double sum = 0, count = 0;
    for (size_t i = 0; i < picture->contrast.width * picture->contrast.height; i++) {
        uint32_t label = picture->components.labels[i];
        if (label > 0 && picture->roles[label - 1] == ROLE_DIGIT) {
            sum += picture->contrast.values[i];
            count++;
        }
    }
    return sum / count;
}

// Reduces the contrast to that of the digit and of its edges, with a mean of 255 in the strokes.
static void isolate_digit(Picture *picture, Normalisation *found) {
    size_t width = picture->contrast.width;
    unsigned low = picture->threshold.background;
    unsigned range = (unsigned)mean_contrast(picture) - low;
    size_t area = 0;
    for (size_t y = 0; y < picture->contrast.height; y++) {
        for (size_t x = 0; x < width; x++) {
            uint8_t *value = &picture->contrast.values[y * width + x];
            unsigned scaled = *value > low ? WHITE * (*value - low) / range : 0;
            if (!is_near_digit(picture, x, y))
                scaled = 0;
            *value = (uint8_t)(scaled < WHITE ? scaled : WHITE);
            area += scaled > WHITE / 2;
        }
    }
    Box box = picture->cluster.box;
    found->filled = (double)area / (double)((box.right - box.left) * (box.bottom - box.top));
}

static void describe(const Picture *picture, const GrayImage *image, Normalisation *found) {
    size_t factor = (image->width + picture->contrast.width - 1) / picture->contrast.width;
    Box box = picture->cluster.box;
    found->box =
        (Box){box.left * factor, box.top * factor, box.right * factor, box.bottom * factor};
    found->is_cropped = 2 * (box.right - box.left) * (box.bottom - box.top) <
                        picture->contrast.width * picture->contrast.height;
    found->touches_border = picture->cluster.touches_border;
    found->has_frame = picture->lines.has_frame || picture->cluster.has_frame;
    found->lines = picture->lines.lines;
    found->dropped = picture->cluster.dropped;
    found->digits = picture->cluster.digits;
}

static size_t digit_area(const Picture *picture) {
    size_t area = 0;
    for (size_t i = 0; i < picture->components.count; i++)
        area += picture->roles[i] == ROLE_DIGIT ? picture->components.items[i].area : 0;
    return area;
}

static size_t mask_area(const Picture *picture) {
    size_t area = 0;
    for (size_t i = 0; i < picture->contrast.width * picture->contrast.height; i++)
        area += picture->mask[i];
    return area;
}

// Returns how likely a candidate is the digit, from 0. It has sharp edges, is large but thin, is
// within the picture, and there is little else.
static double score(const Picture *picture) {
    Box box = picture->cluster.box;
    double width = (double)(box.right - box.left);
    double height = (double)(box.bottom - box.top);
    double side = fmax((double)picture->contrast.width, (double)picture->contrast.height);
    double area = (double)digit_area(picture);
    double result = picture->cluster.sharpness * sqrt(fmin(fmax(width, height) / side, 0.3)) *
                    sqrt(area / (double)mask_area(picture));
    result /= sqrt((double)picture->cluster.strokes);
    if (2 * picture->cluster.contact > picture->contrast.width + picture->contrast.height)
        result *= 0.4;
    else if (picture->cluster.touches_border)
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

// Looks for dark strokes. `window`: of background_remove, or 0 for a flat background of this level.
static bool try_candidate(const GrayImage *image, size_t window, unsigned level, Picture *picture,
                          bool *is_found, Error *error) {
    if (!copy_image(image, &picture->grey, error) || !copy_image(image, &picture->contrast, error))
        return false;
    if (window == 0)
        background_remove_flat(&picture->contrast, level);
    else if (!background_remove(&picture->contrast, window, error))
        return false;
    picture->threshold = threshold_choose(picture->contrast.values, image->width * image->height);
    return find_digit(picture, is_found, error);
}

// Tries windows for strokes of different thickness, and keeps the best candidate.
static bool choose_candidate(const GrayImage *image, Picture *best, bool *is_found, Error *error) {
    static const double windows[] = {0.06, 0.12, 0.25, 0.4}; // shares of the longer side
    static const double weights[] = {1, 1, 0.9, 0.75};       // most strokes are thin
    double side = (double)(image->width > image->height ? image->width : image->height);
    double best_score = 0;
    *is_found = false;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        Picture picture = {0};
        bool has_digit = false;
        bool done =
            try_candidate(image, (size_t)(side * windows[i]) + 2, 0, &picture, &has_digit, error);
        double this_score = done && has_digit ? weights[i] * score(&picture) : 0;
        if (this_score > best_score) {
            picture_free(best);
            *best = picture;
            best_score = this_score;
            *is_found = true;
        } else {
            picture_free(&picture);
        }
        if (!done)
            return false;
    }
    return true;
}

// Finds the digit in an image of at most MAX_SIDE pixels a side, which may change.
static bool find_in_image(GrayImage *image, Picture *picture, bool *is_found, bool *is_inverted,
                          Error *error) {
    unsigned level;
    bool is_flat = background_is_flat(image, &level, is_inverted);
    if (!is_flat &&
        !(background_smooth(image, error) && background_is_light(image, is_inverted, error)))
        return false;
    if (!*is_inverted)
        background_invert(image);
    if (is_flat)
        return try_candidate(image, 0, *is_inverted ? level : WHITE - level, picture, is_found,
                             error);
    return choose_candidate(image, picture, is_found, error);
}

static bool normalise(const GrayImage *image, Picture *picture, uint8_t *digit, bool *is_found,
                      Normalisation *found, Error *error) {
    GrayImage reduced;
    if (!gray_reduce(image, MAX_SIDE, &reduced, error))
        return false;
    bool done = find_in_image(&reduced, picture, is_found, &found->is_inverted, error);
    gray_image_free(&reduced);
    if (!done)
        return false;
    if (*is_found) {
        describe(picture, image, found);
        isolate_digit(picture, found);
        mnist_box_fit(&picture->contrast, picture->cluster.box, digit);
    }
    return true;
}

bool normalise_digit(const char *path, const GrayImage *image, uint8_t digit[MNIST_PIXELS],
                     Normalisation *found, Error *error) {
    *found = (Normalisation){0};
    found->is_copied = is_mnist_format(image, &found->is_inverted);
    bool is_found;
    if (found->is_copied) {
        is_found = copy_digit(image, found->is_inverted, digit);
    } else {
        Picture picture = {0};
        bool done = normalise(image, &picture, digit, &is_found, found, error);
        picture_free(&picture);
        if (!done)
            return false;
    }
    return is_found || error_set(error, "%s: expected a digit, found no strokes", path);
}
