#include "support/test_group.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { MAX_TESTS = 200, DEFAULT_LIMIT = 120 };

// The tests as they were given, and the running one. cmocka runs them in their order.
static const struct CMUnitTest *given;
static size_t started;
static unsigned limit; // seconds
static char late[512]; // the line to print at the limit: a signal handler must not format it

static void on_alarm(int signal_number) {
    (void)signal_number;
    ssize_t written = write(STDOUT_FILENO, late, strlen(late));
    _exit(written < 0 ? 2 : 1);
}

static int begin_test(void **state) {
    const struct CMUnitTest *test = &given[started++];
    snprintf(late, sizeof late, "not ok %zu - %s: no result after %u s\n", started, test->name,
             limit);
    alarm(limit);
    return test->setup_func ? test->setup_func(state) : 0;
}

static int end_test(void **state) {
    const struct CMUnitTest *test = &given[started - 1];
    int result = test->teardown_func ? test->teardown_func(state) : 0;
    alarm(0);
    return result;
}

static unsigned find_limit(void) {
    const char *text = getenv("TEST_TIMEOUT");
    unsigned long seconds = text ? strtoul(text, NULL, 10) : 0;
    return seconds > 0 && seconds < 1000000 ? (unsigned)seconds : DEFAULT_LIMIT;
}

int test_group_run_named(const char *group, const struct CMUnitTest *tests, size_t count,
                         int (*set_up)(void **state), int (*tear_down)(void **state)) {
    static struct CMUnitTest kept[MAX_TESTS];
    struct CMUnitTest limited[MAX_TESTS];
    const char *left_out = getenv("TEST_LEAVE_OUT");
    size_t kept_count = 0;
    if (count > MAX_TESTS) {
        print_error("%s: expected at most %d tests, found %zu\n", group, MAX_TESTS, count);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        if (left_out && strstr(tests[i].name, left_out))
            continue;
        kept[kept_count] = limited[kept_count] = tests[i];
        limited[kept_count].setup_func = begin_test;
        limited[kept_count++].teardown_func = end_test;
    }
    given = kept;
    started = 0;
    limit = find_limit();
    signal(SIGALRM, on_alarm);
    return _cmocka_run_group_tests(group, limited, kept_count, set_up, tear_down);
}

void skip_because(const char *reason) {
    print_message("# skipped: %s\n", reason);
    skip();
}
