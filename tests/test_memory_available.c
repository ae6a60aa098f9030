// Available memory as read from /proc and /sys/fs/cgroup below a directory of the test.
#include "base/memory_available.h"
#include "support/scratch.h"
#include "support/test_group.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state) {
    if (scratch_create(state) != 0)
        return -1;
    scratch_make_directory("proc/self");
    scratch_make_directory("sys/fs/cgroup/memory/a/b");
    scratch_make_directory("sys/fs/cgroup/c/d");
    return 0;
}

static void write_text(const char *name, const char *text) {
    scratch_write(name, text, strlen(text));
}

// The process uses 1000 pages of its own.
static size_t own_bytes(void) {
    write_text("proc/self/statm", "9000 3000 2000 7 0 900 0\n");
    return 1000 * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t available(void) {
    return memory_available(scratch_path("."));
}

static void nothing_is_known_without_the_files(void **state) {
    (void)state;
    assert_true(available() == SIZE_MAX);
    write_text("proc/meminfo", "MemTotal: 12 kB\n");
    write_text("proc/self/cgroup", "no colons\n0:\n:::::\n");
    assert_true(available() == SIZE_MAX);
}

static void the_machines_available_memory_is_the_limit_without_cgroups(void **state) {
    (void)state;
    write_text("proc/meminfo", "MemTotal:       99 kB\nMemFree: 3 kB\nMemAvailable:   5000 kB\n");
    assert_int_equal(available(), 5000 * 1024);
}

static void a_limit_of_cgroup_v2_holds_for_the_cgroups_below(void **state) {
    (void)state;
    size_t own = own_bytes();
    write_text("proc/self/cgroup", "0::/c/d\n");
    write_text("sys/fs/cgroup/c/d/memory.max", "max\n");
    assert_true(available() == SIZE_MAX);
    write_text("sys/fs/cgroup/c/memory.max", "67108864\n");
    assert_int_equal(available(), 67108864 - own);
    write_text("sys/fs/cgroup/c/d/memory.max", "33554432\n");
    assert_int_equal(available(), 33554432 - own);
    write_text("proc/meminfo", "MemAvailable: 8 kB\n");
    assert_int_equal(available(), 8192);
}

static void a_limit_of_cgroup_v1_holds_for_the_cgroups_below(void **state) {
    (void)state;
    size_t own = own_bytes();
    write_text("proc/self/cgroup", "7:cpu,cpuacct:/x\n4:hugetlb,memory:/a/b\n0::/\n");
    write_text("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
    write_text("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "134217728\n");
    assert_int_equal(available(), 134217728 - own);
    write_text("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "50000000\n");
    assert_int_equal(available(), 50000000 - own);
    write_text("proc/self/cgroup", "4:memory_other:/a/b\n");
    assert_true(available() == SIZE_MAX);
}

// The path in /proc is that outside of the container.
static void a_limit_at_the_mount_of_a_container_holds(void **state) {
    (void)state;
    size_t own = own_bytes();
    write_text("proc/self/cgroup", "0::/system.slice/docker-1.scope\n");
    write_text("sys/fs/cgroup/memory.max", "40000000\n");
    assert_int_equal(available(), 40000000 - own);
}

static void nothing_is_available_beyond_the_limit(void **state) {
    (void)state;
    own_bytes();
    write_text("proc/self/cgroup", "0::/c\n");
    write_text("sys/fs/cgroup/c/memory.max", "1000\n");
    assert_int_equal(available(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_known_without_the_files),
        TEST(the_machines_available_memory_is_the_limit_without_cgroups),
        TEST(a_limit_of_cgroup_v2_holds_for_the_cgroups_below),
        TEST(a_limit_of_cgroup_v1_holds_for_the_cgroups_below),
        TEST(a_limit_at_the_mount_of_a_container_holds),
        TEST(nothing_is_available_beyond_the_limit),
    };
    return test_group_run(tests, NULL, NULL);
}
