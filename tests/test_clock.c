#include "base/clock.h"
#include "support/test_group.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_clock_never_goes_back(void **state) {
    (void)state;
    int64_t before = clock_nanoseconds();
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_nanoseconds();
        if (now < before)
            fail_msg("expected at least %lld ns, found %lld", (long long)before, (long long)now);
        before = now;
    }
}

static void a_sleep_takes_its_time(void **state) {
    (void)state;
    const struct timespec sleep = {.tv_nsec = 20000000};
    int64_t nanoseconds = clock_nanoseconds();
    double seconds = clock_seconds();
    nanosleep(&sleep, NULL);
    seconds = clock_seconds() - seconds;
    nanoseconds = clock_nanoseconds() - nanoseconds;
    assert_in_range(nanoseconds, 20000000, INT64_C(60000000000));
    // the second difference was taken within the first
    if (seconds < 0.0199 || seconds > 1e-9 * (double)nanoseconds + 1e-6)
        fail_msg("expected 0.02 s to %f s, found %f", 1e-9 * (double)nanoseconds, seconds);
}

static void both_functions_read_the_monotonic_clock(void **state) {
    (void)state;
    struct timespec before, after;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    double seconds = clock_seconds();
    int64_t nanoseconds = clock_nanoseconds();
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    assert_in_range(nanoseconds, (int64_t)before.tv_sec * 1000000000 + before.tv_nsec,
                    (int64_t)after.tv_sec * 1000000000 + after.tv_nsec);
    assert_in_range((int64_t)seconds, before.tv_sec, after.tv_sec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_never_goes_back),
        cmocka_unit_test(a_sleep_takes_its_time),
        cmocka_unit_test(both_functions_read_the_monotonic_clock),
    };
    return test_group_run(tests, NULL, NULL);
}
