#include "support/test.h"

#include <math.h>

enum { MAX_TESTS = 200 };

static struct CMUnitTest tests[MAX_TESTS];
static size_t count;
static CMFixtureFunction program_set_up, program_tear_down;

void test_register(const char *name, CMUnitTestFunction test, CMFixtureFunction set_up,
                   CMFixtureFunction tear_down) {
    if (count == MAX_TESTS)
        abort();
    tests[count++] = (struct CMUnitTest){
        .name = name, .test_func = test, .setup_func = set_up, .teardown_func = tear_down};
}

void test_register_case(const char *name, CMUnitTestFunction test, CMFixtureFunction set_up,
                        CMFixtureFunction tear_down, const void *initial_state) {
    test_register(name, test, set_up, tear_down);
    tests[count - 1].initial_state = (void *)(uintptr_t)initial_state;
}

void test_program(CMFixtureFunction set_up, CMFixtureFunction tear_down) {
    program_set_up = set_up;
    program_tear_down = tear_down;
}

void skip_because(const char *reason) {
    print_message("# skipped: %s\n", reason);
    skip();
}

const char *text_after(const char *text, const char *part) {
    const char *place = strstr(text, part);
    if (!place)
        fail_msg("expected '%s' in: %.300s", part, text);
    return place + strlen(part);
}

size_t count_of(const char *text, const char *part) {
    size_t found = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        found++;
    return found;
}

void check_near_at(const char *what, size_t index, double found, double expected, double tolerance,
                   const char *file, int line) {
    if (fabs(found - expected) <= tolerance)
        return;
    print_error("%s[%zu]: expected %.9g within %g, found %.9g\n", what, index, expected, tolerance,
                found);
    _fail(file, line);
}

// TEST_SKIP: a pattern (* and ?) of tests that do not run.
int main(void) {
    if (getenv("TEST_SKIP"))
        cmocka_set_skip_filter(getenv("TEST_SKIP"));
    return _cmocka_run_group_tests("tests", tests, count, program_set_up, program_tear_down);
}
