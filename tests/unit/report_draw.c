// The canvas in the page; its script is tested in browsers by test_report_draw.sh.
#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static float float_at(const uint8_t *bytes, size_t index) {
    const uint8_t *b = bytes + 4 * index;
    uint32_t bits =
        (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

TEST_WITH(fixture_create, fixture_destroy,
          the_page_has_all_parameters_in_the_order_of_the_tensors) {
    fixture.parameters.d1_bias[0] = 0.125F;
    fixture.parameters.d2_weight[0] = -3.5F;
    fixture.parameters.d2_bias[9] = 1e-3F;
    size_t size;
    uint8_t *bytes =
        base64_decode(text_after(fixture_write_page(), "id=\"draw-parameters\">"), &size);
    assert_int_equal(size, 4 * 101770);
    for (size_t i = 0; i < 128 * 784; i++)
        assert_true(float_at(bytes, i) == fixture.parameters.d1_weight[i]);
    assert_true(float_at(bytes, 128 * 784) == 0.125F);
    assert_true(float_at(bytes, 128 * 784 + 128) == -3.5F);
    assert_true(float_at(bytes, 101769) == 1e-3F);
    free(bytes);
}

TEST_WITH(fixture_create, fixture_destroy, without_scripts_the_canvas_is_hidden) {
    text_after(fixture_write_page(), "<section id=\"draw\" hidden>");
}
