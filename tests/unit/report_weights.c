#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static const uint8_t white[3] = {255, 255, 255};

static PngPicture weights_image(void) {
    fixture_write_page();
    return fixture_image_before("alt=\"The weights of 128 hidden units");
}

// Sixteen units a row, tiles of 28x28 pixels with lines of one pixel between and around them.
static const uint8_t *pixel_of_unit(const PngPicture *picture, size_t unit, size_t pixel) {
    size_t tile = MNIST_SIDE + 1;
    size_t y = unit / 16 * tile + 1 + pixel / MNIST_SIDE;
    size_t x = unit % 16 * tile + 1 + pixel % MNIST_SIDE;
    return picture->pixels + 3 * (y * picture->width + x);
}

// Two weights of -w and w among 100,352: the root mean square is w / 224, and both are far above
// three times that, where the colours are full.
TEST_WITH(fixture_create, fixture_destroy,
          negative_weights_are_blue_zero_white_and_positive_orange) {
    static const uint8_t blue[3] = {0, 114, 178};
    static const uint8_t orange[3] = {213, 94, 0};
    float *weights = fixture.parameters.d1_weight;
    memset(weights, 0, sizeof fixture.parameters.d1_weight);
    weights[17 * NETWORK_PIXELS + 30] = -1.0F;
    weights[127 * NETWORK_PIXELS + 783] = 1.0F;
    PngPicture picture = weights_image();
    assert_int_equal(picture.width, 16 * 29 + 1);
    assert_int_equal(picture.height, 8 * 29 + 1);
    assert_memory_equal(pixel_of_unit(&picture, 0, 0), white, 3);
    assert_memory_equal(pixel_of_unit(&picture, 30, 17), white, 3);
    assert_memory_equal(pixel_of_unit(&picture, 17, 30), blue, 3);
    assert_memory_equal(pixel_of_unit(&picture, 127, 783), orange, 3);
    free(picture.pixels);
}

TEST_WITH(fixture_create, fixture_destroy, larger_weights_have_a_fuller_colour) {
    float *weights = fixture.parameters.d1_weight;
    for (size_t i = 0; i < sizeof fixture.parameters.d1_weight / sizeof *weights; i++)
        weights[i] = i % 2 == 0 ? 1.0F : -1.0F; // a root mean square of 1
    weights[0] = 2.0F;
    PngPicture picture = weights_image();
    const uint8_t *two = pixel_of_unit(&picture, 0, 0);
    const uint8_t *one = pixel_of_unit(&picture, 0, 2);
    assert_in_range(two[2], 1, one[2] - 1); // blue is what orange lacks
    assert_in_range(one[2], 1, 254);
    free(picture.pixels);
}

TEST_WITH(fixture_create, fixture_destroy, weights_that_are_all_zero_are_white) {
    memset(&fixture.parameters, 0, sizeof fixture.parameters);
    PngPicture picture = weights_image();
    for (size_t i = 0; i < (size_t)NETWORK_HIDDEN * NETWORK_PIXELS; i++)
        assert_memory_equal(pixel_of_unit(&picture, i / NETWORK_PIXELS, i % NETWORK_PIXELS), white,
                            3);
    free(picture.pixels);
}

// Three times the root mean square of equal weights is three times a weight.
TEST_WITH(fixture_create, fixture_destroy,
          the_largest_colour_has_three_digits_however_large_the_weights) {
    static const struct {
        float weight;
        const char *text;
    } cases[] = {
        {0.0F, "&#177;0,"}, {1.0F, "&#177;3,"}, {1e-20F, "&#177;3e-20,"}, {1e30F, "&#177;3e+30,"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float *weights = fixture.parameters.d1_weight;
        for (size_t j = 0; j < (size_t)NETWORK_HIDDEN * NETWORK_PIXELS; j++)
            weights[j] = cases[i].weight;
        text_after(fixture_write_page(), cases[i].text);
    }
}

// With weights of zero, a unit is active if its bias is above zero.
TEST_WITH(fixture_create, fixture_destroy, dead_units_are_counted_and_located) {
    memset(&fixture.parameters, 0, sizeof fixture.parameters);
    for (size_t unit = 0; unit < NETWORK_HIDDEN; unit++)
        fixture.parameters.d1_bias[unit] = 1.0F;
    text_after(fixture_write_page(), "Dead units of this network: <b>0</b> of 128.</p>");
    fixture.parameters.d1_bias[15] = -1.0F;
    fixture.parameters.d1_bias[112] = 0.0F;
    text_after(fixture_write_page(), "Dead units of this network: <b>2</b> of 128; by row and "
                                     "column, counted from 1: 1/16, 8/1.</p>");
}
