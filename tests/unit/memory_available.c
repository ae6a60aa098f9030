// Available memory as read from /proc and /sys/fs/cgroup below a directory of the test.
#include "base/memory_available.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

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

static size_t available(void) {
    return memory_available(scratch_path("."));
}

TEST_WITH(set_up, scratch_remove, nothing_is_known_without_the_files) {
    assert_true(available() == SIZE_MAX);
    write_text("proc/meminfo", "MemTotal: 12 kB\n");
    write_text("proc/self/cgroup", "no colons\n0:\n:::::\n");
    assert_true(available() == SIZE_MAX);
}

TEST_WITH(set_up, scratch_remove, the_machines_available_memory_is_the_limit_without_cgroups) {
    write_text("proc/meminfo", "MemTotal:       99 kB\nMemFree: 3 kB\nMemAvailable:   5000 kB\n");
    assert_int_equal(available(), 5000 * 1024);
}

TEST_WITH(set_up, scratch_remove, a_limit_of_cgroup_v2_holds_for_the_cgroups_below) {
    write_text("proc/self/cgroup", "0::/c/d\n");
    write_text("sys/fs/cgroup/c/d/memory.max", "max\n");
    write_text("sys/fs/cgroup/c/d/memory.current", "5000\n");
    assert_true(available() == SIZE_MAX);
    write_text("sys/fs/cgroup/c/memory.max", "67108864\n");
    write_text("sys/fs/cgroup/c/memory.current", "7108864\n");
    assert_int_equal(available(), 60000000);
    write_text("sys/fs/cgroup/c/d/memory.max", "33554432\n");
    assert_int_equal(available(), 33554432 - 5000);
    write_text("proc/meminfo", "MemAvailable: 8 kB\n");
    assert_int_equal(available(), 8192);
}

TEST_WITH(set_up, scratch_remove, a_limit_of_cgroup_v1_holds_for_the_cgroups_below) {
    write_text("proc/self/cgroup", "7:cpu,cpuacct:/x\n4:hugetlb,memory:/a/b\n0::/\n");
    write_text("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
    write_text("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "134217728\n");
    write_text("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "34217728\n");
    assert_int_equal(available(), 100000000);
    write_text("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "50000000\n");
    assert_int_equal(available(), 50000000);
    write_text("proc/self/cgroup", "4:memory_other:/a/b\n");
    assert_true(available() == SIZE_MAX);
}

TEST_WITH(set_up, scratch_remove, pages_of_files_do_not_count_as_used) {
    write_text("proc/self/cgroup", "0::/c\n");
    write_text("sys/fs/cgroup/c/memory.max", "1000000\n");
    write_text("sys/fs/cgroup/c/memory.current", "900000\n");
    write_text("sys/fs/cgroup/c/memory.stat", "anon 1\nfile 800000\ninactive_file 300000\n"
                                              "active_file 200000\nslab_reclaimable 50000\n");
    assert_int_equal(available(), 650000);
    write_text("proc/self/cgroup", "4:memory:/a\n");
    write_text("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1000000\n");
    write_text("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "900000\n");
    write_text("sys/fs/cgroup/memory/a/memory.stat", "cache 9\ninactive_file 7\nactive_file 8\n"
                                                     "total_inactive_file 70000\n"
                                                     "total_active_file 80000\n");
    assert_int_equal(available(), 250000);
    write_text("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "90\n");
    assert_int_equal(available(), 1000000);
}

// The path in /proc is that outside of the container.
TEST_WITH(set_up, scratch_remove, a_limit_at_the_mount_of_a_container_holds) {
    write_text("proc/self/cgroup", "0::/system.slice/docker-1.scope\n");
    write_text("sys/fs/cgroup/memory.max", "40000000\n");
    write_text("sys/fs/cgroup/memory.current", "10000000\n");
    assert_int_equal(available(), 30000000);
}

TEST_WITH(set_up, scratch_remove, nothing_is_available_beyond_the_limit) {
    write_text("proc/self/cgroup", "0::/c\n");
    write_text("sys/fs/cgroup/c/memory.max", "1000\n");
    write_text("sys/fs/cgroup/c/memory.current", "2000\n");
    assert_int_equal(available(), 0);
}
