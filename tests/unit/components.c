#include "data/components.h"
#include "support/test.h"

#include <string.h>

#include <stddef.h>
#include <stdint.h>

// Finds the components of rows of text, in which '#' is set.
static Components find(const char *const *rows, size_t height) {
    uint8_t mask[256];
    size_t width = strlen(rows[0]);
    Components components;
    Error error;
    assert_true(width * height <= sizeof mask);
    for (size_t i = 0; i < width * height; i++)
        mask[i] = rows[i / width][i % width] == '#';
    assert_true(components_find(mask, width, height, &components, &error));
    return components;
}

static void check_box(Box box, size_t left, size_t top, size_t right, size_t bottom) {
    assert_int_equal(box.left, left);
    assert_int_equal(box.top, top);
    assert_int_equal(box.right, right);
    assert_int_equal(box.bottom, bottom);
}

TEST(diagonal_neighbours_are_connected) {
    const char *rows[] = {"......", ".#..#.", "..##..", "......", ".#...."};
    Components components = find(rows, 5);
    assert_int_equal(components.count, 2);
    check_box(components.items[0].box, 1, 1, 5, 3);
    assert_int_equal(components.items[0].area, 4);
    check_box(components.items[1].box, 1, 4, 2, 5);
    assert_int_equal(components.labels[1 * 6 + 4], 1);
    assert_int_equal(components.labels[4 * 6 + 1], 2);
    assert_int_equal(components.labels[0], 0);
    components_free(&components);
}

TEST(pixels_at_the_border_are_counted) {
    const char *rows[] = {"##....", "#..##.", "...##.", "......"};
    Components components = find(rows, 4);
    assert_int_equal(components.count, 2);
    assert_int_equal(components.items[0].contact, 3);
    assert_int_equal(components.items[1].contact, 0);
    components_free(&components);
}

TEST(rows_do_not_continue_at_the_other_side) {
    const char *rows[] = {"...#", "#...", "...."};
    Components components = find(rows, 3);
    assert_int_equal(components.count, 2);
    components_free(&components);
}

TEST(separate_pixels_fill_the_list) {
    const char *rows[] = {"#.#.#", ".....", "#.#.#", ".....", "#.#.#"};
    Components components = find(rows, 5);
    assert_int_equal(components.count, 9);
    components_free(&components);
}

// A step from 200 to 50 is three quarters of 200; a slope of 10 a pixel is soft.
TEST(sharpness_is_the_step_at_the_edges) {
    uint8_t mask[9 * 3] = {0};
    uint8_t pixels[9 * 3];
    Components components;
    Error error;
    memset(pixels, 200, sizeof pixels);
    for (size_t y = 0; y < 3; y++) {
        mask[y * 9 + 4] = 1;
        pixels[y * 9 + 4] = 50;
    }
    assert_true(components_find(mask, 9, 3, &components, &error));
    components_measure_edges(&components, pixels, 9, 3);
    assert_int_equal(components.items[0].sharpness, 255 * 150 / 200);
    memset(pixels, 200, sizeof pixels);
    components_measure_edges(&components, pixels, 9, 3);
    assert_int_equal(components.items[0].sharpness, 0);
    components_free(&components);
}

TEST(gaps_and_unions_of_boxes) {
    Box a = {2, 3, 10, 9};
    assert_int_equal(box_extent(a), 8);
    assert_int_equal(box_gap(a, (Box){13, 4, 15, 5}), 3);
    assert_int_equal(box_gap((Box){13, 4, 15, 5}, a), 3);
    assert_int_equal(box_gap(a, (Box){12, 20, 15, 25}), 11);
    assert_int_equal(box_gap(a, (Box){5, 5, 6, 6}), 0);
    check_box(box_union(a, (Box){1, 5, 4, 12}), 1, 3, 10, 12);
}
