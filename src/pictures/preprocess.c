#include "pictures/preprocess.h"

#include "base/error.h"
#include "base/number.h"
#include "steps.h"

#include <math.h>
#include <stdlib.h>

enum {
    WHITE = 255,
    // Black may be as light as this in a picture in MNIST's format that was stored with loss.
    BACKGROUND = 16,
    // Strokes of one digit are nearer to each other than a sixth of its extent, digits are not.
    GAPS_PER_EXTENT = 6,
    // The smallest part of a digit, as the bar of a 5, has a twenty-fifth of its main stroke's
    // area.
    SPECKS_PER_STROKE = 25,
};

static Box union_of(Box a, Box b) {
    return (Box){number_min(a.left, b.left), number_min(a.top, b.top), number_max(a.right, b.right),
                 number_max(a.bottom, b.bottom)};
}

static size_t extent_of(Box box) {
    return number_max(box.right - box.left, box.bottom - box.top);
}

// Returns whether a picture could be MNIST's own. In all 70,000 images the longer side of the box
// of what is not black has 20 pixels, in a few 19, and the centre of mass is at most 1 pixel right
// of and below the centre of the image. Digits that are placed exactly at the centre are at most
// half a pixel away on the other side. Black on white counts as well, and sets *is_light.
static bool is_mnist_format(const GrayImage *picture, bool *is_light) {
    Box box = {MNIST_SIDE, MNIST_SIDE, 0, 0};
    double mass = 0, x_mass = 0, y_mass = 0;
    if (picture->width != MNIST_SIDE || picture->height != MNIST_SIDE)
        return false;
    *is_light = picture->values[0] > WHITE / 2;
    for (size_t i = 0; i < MNIST_PIXELS; i++) {
        size_t x = i % MNIST_SIDE, y = i / MNIST_SIDE;
        unsigned value = *is_light ? WHITE - picture->values[i] : picture->values[i];
        mass += value;
        x_mass += value * ((double)x + 0.5);
        y_mass += value * ((double)y + 0.5);
        if (value > BACKGROUND)
            box = union_of(box, (Box){x, y, x + 1, y + 1});
    }
    const double centre = 0.5 * MNIST_SIDE;
    return box.right > 0 && (extent_of(box) == 19 || extent_of(box) == 20) &&
           fabs(x_mass / mass - centre) <= 1 && fabs(y_mass / mass - centre) <= 1;
}

static size_t area_of(Box box) {
    return (box.right - box.left) * (box.bottom - box.top);
}

// Returns the gap between two boxes, 0 if they overlap in both directions.
static size_t gap_between(Box a, Box b) {
    size_t left = number_max(a.left, b.left), right = number_min(a.right, b.right);
    size_t top = number_max(a.top, b.top), bottom = number_min(a.bottom, b.bottom);
    return number_max(left > right ? left - right : 0, top > bottom ? top - bottom : 0);
}

// A connected component of the strokes.
typedef struct {
    Box box;
    size_t area; // pixels
    bool touches_border;
    bool is_digit;
} Component;

typedef struct {
    uint32_t *labels; // (height, width): 0 outside, else the component's index plus 1
    Component *items; // in the order of their first pixel
    size_t count;
} Components;

// Finds the component of a pixel, whose eight neighbours are visited in turn. stack: (pixels).
static Component fill(const Strokes *strokes, size_t start, uint32_t label, uint32_t *labels,
                      size_t *stack) {
    const size_t width = strokes->width, height = strokes->height;
    Component component = {.box = {width, height, 0, 0}};
    size_t depth = 0;
    labels[start] = label;
    stack[depth++] = start; // each pixel is put there once
    while (depth > 0) {
        // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): a picture with a pixel has a width
        size_t pixel = stack[--depth], x = pixel % width, y = pixel / width;
        size_t left = x > 0 ? x - 1 : 0, right = x + 1 < width ? x + 1 : x;
        size_t top = y > 0 ? y - 1 : 0, bottom = y + 1 < height ? y + 1 : y;
        component.area++;
        component.touches_border |= x == 0 || y == 0 || x == right || y == bottom;
        component.box = union_of(component.box, (Box){x, y, x + 1, y + 1});
        for (size_t v = top; v <= bottom; v++) {
            for (size_t u = left; u <= right; u++) {
                size_t neighbour = v * width + u;
                if (strokes->mask[neighbour] && labels[neighbour] == 0) {
                    labels[neighbour] = label;
                    stack[depth++] = neighbour;
                }
            }
        }
    }
    return component;
}

// The caller frees *components, also after an error.
static bool find_components(const Strokes *strokes, Components *components, Error *error) {
    size_t pixels = strokes->width * strokes->height;
    // each component has a pixel whose right and lower neighbours belong to no other one
    size_t max_components = ((strokes->width + 1) / 2) * ((strokes->height + 1) / 2);
    size_t *stack = memory_alloc(pixels, sizeof *stack, "picture", error);
    uint32_t *labels = stack ? memory_alloc(pixels, sizeof *labels, "picture", error) : NULL;
    Component *items =
        labels ? memory_alloc(max_components, sizeof *items, "picture", error) : NULL;
    size_t count = 0;
    for (size_t i = 0; items && i < pixels; i++) {
        if (strokes->mask[i] && labels[i] == 0) {
            count++;
            items[count - 1] = fill(strokes, i, (uint32_t)count, labels, stack);
        }
    }
    free(stack);
    *components = (Components){.labels = labels, .items = items, .count = count};
    return items;
}

// What a picture's border cuts off is the digit only if it is much larger than all the rest.
static size_t weight_of(const Component *component) {
    return component->touches_border ? component->area / 2 : component->area;
}

// Returns the component that is the digit or its main stroke, or NULL if there is none.
static Component *find_main(const Components *components) {
    Component *main = NULL;
    for (size_t i = 0; i < components->count; i++) {
        if (!main || weight_of(&components->items[i]) > weight_of(main))
            main = &components->items[i];
    }
    return main;
}

// Marks the main component and those that are near. Returns their box.
static Box mark_digit(Components *components, Component *main) {
    Box box = main->box;
    main->is_digit = true;
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < components->count; i++) {
            Component *item = &components->items[i];
            if (item->is_digit || SPECKS_PER_STROKE * item->area < main->area ||
                (item->touches_border && !main->touches_border) ||
                GAPS_PER_EXTENT * gap_between(item->box, box) > extent_of(box))
                continue;
            box = union_of(box, item->box);
            item->is_digit = has_grown = true;
        }
    }
    return box;
}

// Counts the digit and the other components that are at least half as large.
static size_t count_digits(const Components *components, Box box) {
    size_t digits = 1;
    for (size_t i = 0; i < components->count; i++) {
        const Component *item = &components->items[i];
        digits +=
            !item->is_digit && !item->touches_border && 2 * extent_of(item->box) >= extent_of(box);
    }
    return digits;
}

static bool is_in_digit(const Components *components, size_t pixel) {
    uint32_t label = components->labels[pixel];
    return label > 0 && components->items[label - 1].is_digit;
}

// Returns whether a pixel, or one of its eight neighbours, is in the digit.
static bool is_near_digit(const Strokes *strokes, const Components *components, size_t x,
                          size_t y) {
    for (size_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < strokes->height; v++) {
        for (size_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < strokes->width; u++) {
            if (is_in_digit(components, v * strokes->width + u))
                return true;
        }
    }
    return false;
}

// Fills `digit`, (height, width), with the contrast of the digit and of its edges, on 0 and with a
// mean of 255 in the strokes. Returns how many pixels are stroke.
static size_t isolate_digit(const Strokes *strokes, const Components *components, uint8_t *digit) {
    double sum = 0, count = 0;
    size_t area = 0;
    for (size_t i = 0; i < strokes->width * strokes->height; i++) {
        if (is_in_digit(components, i)) {
            sum += (double)strokes->contrast[i] - strokes->background;
            count++;
        }
    }
    for (size_t y = 0, i = 0; y < strokes->height; y++) {
        for (size_t x = 0; x < strokes->width; x++, i++) {
            double value =
                WHITE * ((double)strokes->contrast[i] - strokes->background) * count / sum;
            bool is_zero = value < 0 || !is_near_digit(strokes, components, x, y);
            digit[i] = is_zero ? 0 : value < WHITE ? (uint8_t)value : WHITE;
            area += digit[i] > WHITE / 2;
        }
    }
    return area;
}

// The caller frees *strokes and *components, also after an error.
static bool find_digit(const char *path, const GrayImage *picture, Strokes *strokes,
                       Components *components, uint8_t *digit, Preprocessing *found, Error *error) {
    if (!strokes_find(picture, strokes, error) || !lines_remove(strokes, error) ||
        !find_components(strokes, components, error))
        return false;
    Component *main = find_main(components);
    if (!main)
        return error_set(error, "%s: expected a digit, found no strokes", path);
    GrayImage isolated = {strokes->width, strokes->height,
                          memory_alloc(strokes->width, strokes->height, "picture", error)};
    if (!isolated.values)
        return false;
    Box box = mark_digit(components, main);
    size_t area = isolate_digit(strokes, components, isolated.values);
    mnist_box_fit(&isolated, box, digit);
    gray_image_free(&isolated);
    size_t factor = strokes->factor; // blocks at the right and lower border may be smaller
    *found = (Preprocessing){
        .is_inverted = strokes->are_dark,
        .is_cropped = 2 * area_of(box) < strokes->width * strokes->height,
        .touches_border = main->touches_border,
        .has_frame = strokes->has_frame,
        .lines = strokes->lines,
        .digits = count_digits(components, box),
        .box = {box.left * factor, box.top * factor, number_min(box.right * factor, picture->width),
                number_min(box.bottom * factor, picture->height)},
        .filled = (double)area / (double)area_of(box),
    };
    return true;
}

bool preprocess_digit(const char *path, const GrayImage *picture, uint8_t digit[MNIST_PIXELS],
                      Preprocessing *found, Error *error) {
    *found = (Preprocessing){0};
    if (is_mnist_format(picture, &found->is_inverted)) {
        for (size_t i = 0; i < MNIST_PIXELS; i++)
            digit[i] =
                found->is_inverted ? (uint8_t)(WHITE - picture->values[i]) : picture->values[i];
        return true;
    }
    Strokes strokes = {0};
    Components components = {0};
    bool done = find_digit(path, picture, &strokes, &components, digit, found, error);
    free(components.labels);
    free(components.items);
    strokes_free(&strokes);
    return done;
}
