// The canvas in the page; its script is tested in browsers by test_report_draw.sh.
#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/test_group.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static float float_at(const uint8_t *bytes, size_t index) {
    const uint8_t *b = bytes + 4 * index;
    uint32_t bits =
        (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void the_page_has_all_parameters_in_the_order_of_the_tensors(void **state) {
    (void)state;
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

static void without_scripts_the_canvas_is_hidden(void **state) {
    (void)state;
    text_after(fixture_write_page(), "<section id=\"draw\" hidden>");
}

#define REPORT_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_create, fixture_destroy)

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TEST(the_page_has_all_parameters_in_the_order_of_the_tensors),
        REPORT_TEST(without_scripts_the_canvas_is_hidden),
    };
    return test_group_run(tests, NULL, NULL);
}
