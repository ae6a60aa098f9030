#include "data/ruled_lines.h"
#include "support/test.h"

#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { SIDE = 100 };

static uint8_t mask[SIDE * SIDE];

static void fill(size_t left, size_t top, size_t right, size_t bottom) {
    for (size_t y = top; y < bottom; y++)
        memset(mask + y * SIDE + left, 1, right - left);
}

static size_t count_set(void) {
    size_t count = 0;
    for (size_t i = 0; i < sizeof mask; i++)
        count += mask[i];
    return count;
}

static RuledLines remove_lines(void) {
    RuledLines removed;
    Error error;
    assert_true(ruled_lines_remove(mask, SIDE, SIDE, &removed, &error));
    return removed;
}

static int clear(void **state) {
    (void)state;
    memset(mask, 0, sizeof mask);
    return 0;
}

TEST_WITH(clear, NULL, ruled_lines_go_and_a_crossing_stroke_stays) {
    fill(50, 20, 56, 80);
    fill(0, 30, SIDE, 32);
    fill(0, 60, SIDE, 62);
    RuledLines removed = remove_lines();
    assert_int_equal(removed.lines, 2);
    assert_false(removed.has_frame);
    assert_int_equal(count_set(), 6 * 60);
}

TEST_WITH(clear, NULL, an_inclined_line_is_removed) {
    for (size_t x = 0; x < SIDE; x++)
        fill(x, 40 + x / 20, x + 1, 42 + x / 20);
    assert_int_equal(remove_lines().lines, 1);
    assert_int_equal(count_set(), 0);
}

TEST_WITH(clear, NULL, squared_paper_is_removed) {
    for (size_t i = 15; i < SIDE; i += 20) {
        fill(0, i, SIDE, i + 1);
        fill(i, 0, i + 1, SIDE);
    }
    assert_int_equal(remove_lines().lines, 10);
    assert_int_equal(count_set(), 0);
}

TEST_WITH(clear, NULL, a_stroke_that_does_not_reach_the_border_stays) {
    fill(15, 50, 85, 53);
    RuledLines removed = remove_lines();
    assert_int_equal(removed.lines, 0);
    assert_int_equal(count_set(), 70 * 3);
}

TEST_WITH(clear, NULL, a_thick_bar_stays) {
    fill(0, 40, SIDE, 52);
    assert_int_equal(remove_lines().lines, 0);
    assert_int_equal(count_set(), SIDE * 12);
}

TEST_WITH(clear, NULL, a_frame_is_removed) {
    fill(6, 6, 94, 8);
    fill(6, 92, 94, 94);
    fill(6, 6, 8, 94);
    fill(92, 6, 94, 94);
    fill(40, 40, 50, 70);
    RuledLines removed = remove_lines();
    assert_true(removed.has_frame);
    assert_int_equal(removed.lines, 0);
    assert_int_equal(count_set(), 10 * 30);
}

TEST_WITH(clear, NULL, an_empty_mask_has_no_lines) {
    RuledLines removed = remove_lines();
    assert_int_equal(removed.lines, 0);
    assert_false(removed.has_frame);
}
