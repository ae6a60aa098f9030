#include "data/normalise.h"

#include "data/background.h"
#include "data/digit_candidate.h"
#include "data/mnist_box.h"

enum {
    WHITE = 255,
    MAX_SIDE = 512,
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

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

// The last column and the last row of the reduced image may be the mean of fewer than `factor`
// pixels.
static void describe(const DigitCandidate *candidate, const GrayImage *image, size_t factor,
                     Normalisation *found) {
    Box box = candidate->cluster.box;
    found->box =
        (Box){box.left * factor, box.top * factor, smaller(box.right * factor, image->width),
              smaller(box.bottom * factor, image->height)};
    found->is_cropped = 2 * (box.right - box.left) * (box.bottom - box.top) <
                        candidate->contrast.width * candidate->contrast.height;
    found->touches_border = candidate->cluster.touches_border;
    found->has_frame = candidate->lines.has_frame || candidate->cluster.has_frame;
    found->lines = candidate->lines.lines;
    found->dropped = candidate->cluster.dropped;
    found->digits = candidate->cluster.digits;
}

// Tries windows for strokes of different thickness, and keeps the best candidate.
static bool choose_candidate(const GrayImage *image, DigitCandidate *best, bool *is_found,
                             Error *error) {
    static const double windows[] = {0.06, 0.12, 0.25, 0.4}; // shares of the longer side
    static const double weights[] = {1, 1, 0.9, 0.75};       // most strokes are thin
    double side = (double)(image->width > image->height ? image->width : image->height);
    double best_score = 0;
    *is_found = false;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        DigitCandidate candidate = {0};
        bool has_digit = false;
        bool done = digit_candidate_find(image, (size_t)(side * windows[i]) + 2, 0, &candidate,
                                         &has_digit, error);
        double this_score = done && has_digit ? weights[i] * digit_candidate_score(&candidate) : 0;
        if (this_score > best_score) {
            digit_candidate_free(best);
            *best = candidate;
            best_score = this_score;
            *is_found = true;
        } else {
            digit_candidate_free(&candidate);
        }
        if (!done)
            return false;
    }
    return true;
}

// Finds the digit in an image of at most MAX_SIDE pixels a side, which may change.
static bool find_in_image(GrayImage *image, DigitCandidate *candidate, bool *is_found,
                          bool *is_inverted, Error *error) {
    unsigned level;
    bool is_flat = background_is_flat(image, &level, is_inverted);
    if (!is_flat &&
        !(background_smooth(image, error) && background_is_light(image, is_inverted, error)))
        return false;
    if (!*is_inverted)
        background_invert(image);
    if (is_flat)
        return digit_candidate_find(image, 0, *is_inverted ? level : WHITE - level, candidate,
                                    is_found, error);
    return choose_candidate(image, candidate, is_found, error);
}

static bool normalise(const GrayImage *image, DigitCandidate *candidate, uint8_t *digit,
                      bool *is_found, Normalisation *found, Error *error) {
    GrayImage reduced;
    size_t factor;
    if (!gray_reduce(image, MAX_SIDE, &reduced, &factor, error))
        return false;
    bool done = find_in_image(&reduced, candidate, is_found, &found->is_inverted, error);
    gray_image_free(&reduced);
    if (!done)
        return false;
    if (*is_found) {
        describe(candidate, image, factor, found);
        found->filled = digit_candidate_isolate(candidate);
        mnist_box_fit(&candidate->contrast, candidate->cluster.box, digit);
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
        DigitCandidate candidate = {0};
        bool done = normalise(image, &candidate, digit, &is_found, found, error);
        digit_candidate_free(&candidate);
        if (!done)
            return false;
    }
    return is_found || error_set(error, "%s: expected a digit, found no strokes", path);
}
