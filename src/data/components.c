#include "data/components.h"

#include "base/error.h"

#include <stdlib.h>

enum { EDGE_RADIUS = 2 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

Box box_union(Box a, Box b) {
    return (Box){smaller(a.left, b.left), smaller(a.top, b.top), larger(a.right, b.right),
                 larger(a.bottom, b.bottom)};
}

size_t box_extent(Box box) {
    return larger(box.right - box.left, box.bottom - box.top);
}

// Returns the gap between two intervals, or 0.
static size_t interval_gap(size_t first, size_t end, size_t other_first, size_t other_end) {
    return first > other_end ? first - other_end : other_first > end ? other_first - end : 0;
}

size_t box_gap(Box a, Box b) {
    return larger(interval_gap(a.left, a.right, b.left, b.right),
                  interval_gap(a.top, a.bottom, b.top, b.bottom));
}

typedef struct {
    const uint8_t *mask;
    size_t width, height;
    uint32_t *labels;
    size_t *stack; // pixels whose neighbours are still to be visited; a pixel enters it once
} Search;

static void add_pixel(Component *component, const Search *search, size_t x, size_t y) {
    component->box = box_union(component->box, (Box){x, y, x + 1, y + 1});
    component->area++;
    component->contact += x == 0 || y == 0 || x + 1 == search->width || y + 1 == search->height;
}

// Labels the component of a pixel. The buffers exist, and the width is not zero.
// NOLINTBEGIN(clang-analyzer-core.NullDereference,clang-analyzer-core.DivideZero)
static Component fill(const Search *search, size_t start, uint32_t label) {
    Component component = {.box = {search->width, search->height, 0, 0}};
    size_t depth = 0;
    search->stack[depth++] = start;
    search->labels[start] = label;
    while (depth > 0) {
        size_t pixel = search->stack[--depth];
        size_t x = pixel % search->width;
        size_t y = pixel / search->width;
        add_pixel(&component, search, x, y);
        for (size_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < search->height; v++) {
            for (size_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < search->width; u++) {
                size_t neighbour = v * search->width + u;
                if (search->mask[neighbour] && search->labels[neighbour] == 0) {
                    search->labels[neighbour] = label;
                    search->stack[depth++] = neighbour;
                }
            }
        }
    }
    return component;
}
// NOLINTEND(clang-analyzer-core.NullDereference,clang-analyzer-core.DivideZero)

bool components_find(const uint8_t *mask, size_t width, size_t height, Components *components,
                     Error *error) {
    size_t pixels = width * height;
    // each component has a pixel whose right and lower neighbours belong to no other one
    size_t max_components = ((width + 1) / 2) * ((height + 1) / 2);
    *components = (Components){0};
    size_t *stack = memory_alloc(pixels, sizeof *stack, "components", error);
    if (stack)
        components->labels = memory_alloc(pixels, sizeof(uint32_t), "components", error);
    if (components->labels)
        components->items = memory_alloc(max_components, sizeof(Component), "components", error);
    bool done = components->items != NULL;
    Search search = {mask, width, height, components->labels, stack};
    for (size_t i = 0; done && i < pixels; i++) {
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): done tells that they exist
        if (mask[i] && search.labels[i] == 0) {
            components->items[components->count] =
                fill(&search, i, (uint32_t)(components->count + 1));
            components->count++;
        }
    }
    free(stack);
    if (!done)
        components_free(components);
    return done;
}

// Returns the difference between the lightest and the darkest pixel at most EDGE_RADIUS away, as a
// share of the lightest one.
static double step_at(const uint8_t *pixels, size_t width, size_t height, size_t x, size_t y) {
    unsigned lowest = UINT8_MAX;
    unsigned highest = 0;
    for (size_t v = y > EDGE_RADIUS ? y - EDGE_RADIUS : 0; v <= y + EDGE_RADIUS && v < height;
         v++) {
        for (size_t u = x > EDGE_RADIUS ? x - EDGE_RADIUS : 0; u <= x + EDGE_RADIUS && u < width;
             u++) {
            unsigned value = pixels[v * width + u];
            lowest = value < lowest ? value : lowest;
            highest = value > highest ? value : highest;
        }
    }
    return highest > 0 ? UINT8_MAX * (highest - lowest) / highest : 0;
}

void components_measure_edges(Components *components, const uint8_t *pixels, size_t width,
                              size_t height) {
    const uint32_t *labels = components->labels;
    for (size_t i = 0; i < components->count; i++) {
        Component *item = &components->items[i];
        double sum = 0, count = 0;
        for (size_t y = item->box.top; y < item->box.bottom; y++) {
            for (size_t x = item->box.left; x < item->box.right; x++) {
                const uint32_t *label = labels + y * width + x;
                if (*label == i + 1 &&
                    ((x > 0 && label[-1] == 0) || (x + 1 < width && label[1] == 0))) {
                    sum += step_at(pixels, width, height, x, y);
                    count++;
                }
            }
        }
        item->sharpness = count > 0 ? sum / count : 0;
    }
}

void components_free(Components *components) {
    free(components->labels);
    free(components->items);
    *components = (Components){0};
}
