#include "data/threshold.h"
#include "support/test.h"

#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { COUNT = 1000 };

TEST(two_levels_are_separated_in_the_middle) {
    uint8_t values[COUNT];
    memset(values, 20, COUNT);
    memset(values, 220, 50);
    Threshold threshold = threshold_choose(values, COUNT);
    assert_int_equal(threshold.background, 20);
    assert_int_equal(threshold.strokes, 120);
}

TEST(few_strokes_have_the_same_threshold) {
    uint8_t values[COUNT] = {0};
    values[7] = 200;
    assert_int_equal(threshold_choose(values, COUNT).strokes, 100);
}

TEST(no_value_is_above_the_threshold_without_strokes) {
    uint8_t values[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        values[i] = (uint8_t)(100 + i % 5); // noise
    assert_true(threshold_choose(values, COUNT).strokes > 104);
    memset(values, 255, COUNT);
    assert_int_equal(threshold_choose(values, COUNT).strokes, 255);
}

// The median distance from 10 is 5, so the threshold is above 10 + 9 * 5.
TEST(the_threshold_is_above_the_noise) {
    uint8_t values[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        values[i] = (uint8_t)(i % 2 == 0 ? 10 : i % 4 == 1 ? 5 : 15);
    memset(values, 60, 2);
    Threshold threshold = threshold_choose(values, COUNT);
    assert_int_equal(threshold.background, 10);
    assert_true(threshold.strokes >= 10);
    assert_true(threshold.strokes < 60);
}
