#include "base/system.h"
#include "support/test.h"

#include <sys/resource.h>

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
