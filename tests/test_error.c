#include "base/error.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_error_is_one_line_whatever_a_path_contains(void **state) {
    (void)state;
    Error error;
    assert_false(error_set(&error, "%s: expected %d", "a\nb\x1b[31mc\x7f", 3));
    assert_string_equal(error.text, "a?b?[31mc?: expected 3");
}

static void text_beyond_ascii_stays(void **state) {
    (void)state;
    Error error;
    error_set(&error, "%s", "d\xc3\xa9j\xc3\xa0");
    assert_string_equal(error.text, "d\xc3\xa9j\xc3\xa0");
}

static void a_long_error_is_cut_and_ended(void **state) {
    (void)state;
    static char path[20000];
    memset(path, 'x', sizeof path - 1);
    Error error;
    error_set(&error, "%s", path);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_one_line_whatever_a_path_contains),
        cmocka_unit_test(text_beyond_ascii_stays),
        cmocka_unit_test(a_long_error_is_cut_and_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
