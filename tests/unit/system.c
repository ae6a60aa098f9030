#include "base/system.h"
#include "support/test.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <stddef.h>
#include <stdint.h>

enum { USED_BYTES = THREAD_STACK_BYTES * 3 / 4 };

static void *use_stack(void *context) {
    volatile char bytes[USED_BYTES];
    for (size_t i = 0; i < sizeof bytes; i += 512)
        bytes[i] = 1;
    *(int *)context = bytes[512];
    return NULL;
}

// Under qemu-user a limit of the stack has no effect.
static void need_limits(void) {
    struct rlimit saved, found;
    assert_int_equal(getrlimit(RLIMIT_STACK, &saved), 0);
    struct rlimit limit = {512 << 10, saved.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_STACK, &limit), 0);
    assert_int_equal(getrlimit(RLIMIT_STACK, &found), 0);
    assert_int_equal(setrlimit(RLIMIT_STACK, &saved), 0);
    if (found.rlim_cur != limit.rlim_cur)
        skip_because("the stack cannot be limited");
}

TEST(a_thread_has_its_stack_under_every_limit) {
    need_limits();
    struct rlimit saved;
    assert_int_equal(getrlimit(RLIMIT_STACK, &saved), 0);
    const rlim_t limits[] = {16 << 10, 64 << 10, 512 << 10};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        pthread_t thread;
        int used = 0;
        struct rlimit limit = {limits[i], saved.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_STACK, &limit), 0);
        int code = thread_start(&thread, use_stack, &used);
        assert_int_equal(setrlimit(RLIMIT_STACK, &saved), 0);
        assert_int_equal(code, 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(used, 1);
    }
}

TEST(the_clock_never_goes_back) {
    int64_t before = clock_nanoseconds();
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_nanoseconds();
        if (now < before)
            fail_msg("expected at least %lld ns, found %lld", (long long)before, (long long)now);
        before = now;
    }
}

TEST(a_sleep_takes_its_time) {
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

TEST(both_functions_read_the_monotonic_clock) {
    struct timespec before, after;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    double seconds = clock_seconds();
    int64_t nanoseconds = clock_nanoseconds();
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    assert_in_range(nanoseconds, (int64_t)before.tv_sec * 1000000000 + before.tv_nsec,
                    (int64_t)after.tv_sec * 1000000000 + after.tv_nsec);
    assert_in_range((int64_t)seconds, before.tv_sec, after.tv_sec);
}
