#include "components.h"

#include "base/error.h"

#include <stdlib.h>

// The component of a pixel, whose neighbours are visited in turn.
static Component fill(const uint8_t *mask, size_t width, size_t height, size_t start,
                      uint32_t label, uint32_t *labels, size_t *stack) {
    Component component = {.box = {width, height, 0, 0}};
    Box *box = &component.box;
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
        *box = (Box){x < box->left ? x : box->left, y < box->top ? y : box->top,
                     x >= box->right ? x + 1 : box->right, y >= box->bottom ? y + 1 : box->bottom};
        for (size_t v = top; v <= bottom; v++) {
            for (size_t u = left; u <= right; u++) {
                size_t neighbour = v * width + u;
                if (mask[neighbour] && labels[neighbour] == 0) {
                    labels[neighbour] = label;
                    stack[depth++] = neighbour;
                }
            }
        }
    }
    return component;
}

bool components_find(const uint8_t *mask, size_t width, size_t height, Components *components,
                     Error *error) {
    size_t pixels = width * height;
    // each component has a pixel whose right and lower neighbours belong to no other one
    size_t max_components = ((width + 1) / 2) * ((height + 1) / 2);
    size_t *stack = memory_alloc(pixels, sizeof *stack, "picture", error);
    uint32_t *labels = stack ? memory_alloc(pixels, sizeof *labels, "picture", error) : NULL;
    Component *items =
        labels ? memory_alloc(max_components, sizeof *items, "picture", error) : NULL;
    size_t count = 0;
    for (size_t i = 0; items && i < pixels; i++) {
        if (mask[i] && labels[i] == 0) {
            count++;
            items[count - 1] = fill(mask, width, height, i, (uint32_t)count, labels, stack);
        }
    }
    free(stack);
    *components = (Components){.labels = labels, .items = items, .count = count};
    return items;
}

void components_free(Components *components) {
    free(components->labels);
    free(components->items);
}
