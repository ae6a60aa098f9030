#include "data/digit_cluster.h"

enum {
    MIN_DIGIT_EXTENT = 5, // pixels
    DIGITS_PER_SIDE = 30, // a digit is at least a 30th of the longer side high or wide
    GAP_PERCENT = 16,     // of the digit's extent, between strokes of one digit
    SPECK_PERCENT = 4,    // of the main component's area
    SPECK_EXTENT = 9,     // percent of the main component's extent
    DIGIT_PERCENT = 45,   // of the main cluster's extent, for another digit
    SHARP_PERCENT = 60,   // of the main component's sharpness
    SOLID_PERCENT = 40,   // of its box, for a component that is no stroke
    CONTACT_PARTS = 4,    // a stroke covers less than a quarter of the border
    CORNERS_PER_SIDE = 8,
    NONE = -1,
};

typedef struct {
    const Components *components;
    size_t width, height;
    ComponentRole *roles;
} Choice;

static bool touches_border(const Component *component) {
    return component->contact > 0;
}

// Returns whether a component has pixels in all four corners of its box, fills little of it, and
// spans half of the mask without touching its border: a frame, also one that is inclined or thick.
static bool is_frame(const Choice *choice, size_t index) {
    const Component *item = &choice->components->items[index];
    Box box = item->box;
    size_t width = box.right - box.left;
    size_t height = box.bottom - box.top;
    if (touches_border(item) || 2 * width < choice->width || 2 * height < choice->height ||
        100 * item->area > SOLID_PERCENT * width * height)
        return false;
    size_t reach_x = width / CORNERS_PER_SIDE + 1;
    size_t reach_y = height / CORNERS_PER_SIDE + 1;
    bool has_corner[2][2] = {{false, false}, {false, false}};
    for (size_t v = 0; v < reach_y; v++) {
        for (size_t u = 0; u < reach_x; u++) {
            const size_t xs[2] = {box.left + u, box.right - 1 - u};
            const size_t ys[2] = {box.top + v, box.bottom - 1 - v};
            for (size_t i = 0; i < 4; i++) {
                size_t pixel = ys[i / 2] * choice->width + xs[i % 2];
                if (choice->components->labels[pixel] == index + 1)
                    has_corner[i / 2][i % 2] = true;
            }
        }
    }
    return has_corner[0][0] && has_corner[0][1] && has_corner[1][0] && has_corner[1][1];
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t box_area(Box box) {
    return (box.right - box.left) * (box.bottom - box.top);
}

// Large components with sharp edges are strokes.
static double weight(const Component *item) {
    return (double)item->area * item->sharpness * item->sharpness;
}

// Returns the index of the component with the largest weight, or NONE.
static long find_largest(const Choice *choice, bool at_border, size_t min_extent) {
    const Components *components = choice->components;
    long best = NONE;
    for (size_t i = 0; i < components->count; i++) {
        const Component *item = &components->items[i];
        if (touches_border(item) == at_border && box_extent(item->box) >= min_extent &&
            choice->roles[i] != ROLE_FRAME &&
            (best == NONE || weight(item) > weight(&components->items[best])))
            best = (long)i;
    }
    return best;
}

// Returns whether a component at the border is the main stroke of a digit of which another stroke
// lies inside: larger, thin, and near.
static bool is_main_stroke(const Choice *choice, const Component *border, const Component *inner) {
    size_t extent = box_extent(border->box);
    return CONTACT_PARTS * border->contact < 2 * (choice->width + choice->height) &&
           2 * extent >= 3 * box_extent(inner->box) && border->area > inner->area &&
           100 * border->area < SOLID_PERCENT * box_area(border->box) &&
           100 * box_gap(border->box, inner->box) <= GAP_PERCENT * extent;
}

static bool is_speck(const Component *item, const Component *main) {
    return 100 * item->area < SPECK_PERCENT * main->area ||
           100 * box_extent(item->box) < SPECK_EXTENT * box_extent(main->box) ||
           100 * item->sharpness < SHARP_PERCENT * main->sharpness;
}

// Adds components to the cluster until no other one is near. Returns the cluster's box.
static Box grow(const Choice *choice, size_t main, bool with_border) {
    const Component *items = choice->components->items;
    Box box = items[main].box;
    choice->roles[main] = ROLE_DIGIT;
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < choice->components->count; i++) {
            if (choice->roles[i] != ROLE_NONE || (touches_border(&items[i]) && !with_border) ||
                is_speck(&items[i], &items[main]) ||
                100 * box_gap(items[i].box, box) > GAP_PERCENT * box_extent(box))
                continue;
            choice->roles[i] = ROLE_DIGIT;
            has_grown = true;
            box = box_union(box, items[i].box);
        }
    }
    return box;
}

static void count_others(const Choice *choice, size_t main, DigitCluster *cluster) {
    const Component *items = choice->components->items;
    cluster->digits = 1;
    cluster->dropped = 0;
    for (size_t i = 0; i < choice->components->count; i++) {
        if (choice->roles[i] != ROLE_NONE || is_speck(&items[i], &items[main]))
            continue;
        cluster->dropped++;
        cluster->digits +=
            !touches_border(&items[i]) &&
            100 * box_extent(items[i].box) >= DIGIT_PERCENT * box_extent(cluster->box);
    }
}

// Finds the main component inside, the one at the border, or whatever there is.
static bool find_main(const Choice *choice, long *inner, long *border) {
    size_t side = larger(choice->width, choice->height);
    *inner = find_largest(choice, false, larger(side / DIGITS_PER_SIDE, MIN_DIGIT_EXTENT));
    *border = find_largest(choice, true, 1);
    if (*inner == NONE && *border == NONE)
        *inner = find_largest(choice, false, 1);
    return *inner != NONE || *border != NONE;
}

bool digit_cluster_choose(const Components *components, size_t width, size_t height,
                          ComponentRole *roles, DigitCluster *cluster) {
    Choice choice = {components, width, height, roles};
    long main, border;
    *cluster = (DigitCluster){0};
    for (size_t i = 0; i < components->count; i++) {
        roles[i] = is_frame(&choice, i) ? ROLE_FRAME : ROLE_NONE;
        cluster->has_frame = cluster->has_frame || roles[i] == ROLE_FRAME;
    }
    if (!find_main(&choice, &main, &border) && cluster->has_frame) {
        cluster->has_frame = false;
        for (size_t i = 0; i < components->count; i++)
            roles[i] = ROLE_NONE;
        find_main(&choice, &main, &border);
    }
    if (main == NONE && border == NONE)
        return false;
    bool with_border =
        main == NONE || (border != NONE && is_main_stroke(&choice, &components->items[border],
                                                          &components->items[main]));
    main = with_border ? border : main;
    cluster->box = grow(&choice, (size_t)main, with_border);
    cluster->touches_border = with_border;
    cluster->sharpness = components->items[main].sharpness;
    for (size_t i = 0; i < components->count; i++) {
        cluster->strokes += roles[i] == ROLE_DIGIT;
        cluster->contact += roles[i] == ROLE_DIGIT ? components->items[i].contact : 0;
    }
    count_others(&choice, (size_t)main, cluster);
    return true;
}
