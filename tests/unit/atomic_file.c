#define _XOPEN_SOURCE 700 // realpath, symlink
#include "io/atomic_file.h"
#include "io/temporary_file.h"
#include "support/file_checks.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

// Each test has a directory of its own.
static int set_up(void **state) {
    if (scratch_create(state) != 0)
        return -1;
    scratch_make_directory("in");
    return 0;
}

static void replace(const char *name, const char *text) {
    Error error;
    if (!atomic_file_check(scratch_path(name), &error) ||
        !atomic_file_write(scratch_path(name), text, strlen(text), &error))
        fail_msg("%s", error.text);
}

TEST_WITH(set_up, scratch_remove, atomic_file_creates_a_file) {
    replace("in/file", "text");
    check_content("in/file", "text");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_creates_an_empty_file) {
    Error error;
    assert_true(atomic_file_write(scratch_path("in/file"), NULL, 0, &error));
    check_content("in/file", "");
}

TEST_WITH(set_up, scratch_remove, atomic_file_writes_large_files) {
    enum { SIZE = 3000001 };
    Error error;
    uint8_t *bytes = test_malloc(SIZE);
    uint8_t *found = test_malloc(SIZE + 1);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * i >> 5);
    assert_true(atomic_file_write(scratch_path("in/file"), bytes, SIZE, &error));
    FILE *file = fopen(scratch_path("in/file"), "rb");
    assert_non_null(file);
    assert_int_equal(fread(found, 1, SIZE + 1, file), SIZE);
    fclose(file);
    assert_memory_equal(found, bytes, SIZE);
    test_free(found);
    test_free(bytes);
}

TEST_WITH(set_up, scratch_remove, atomic_file_replaces_a_file_and_leaves_no_other) {
    scratch_write("in/file", "older and longer", 16);
    replace("in/file", "new");
    check_content("in/file", "new");
    assert_int_equal(count_entries("in"), 1);
}

// A process that has the old file open continues to read that.
TEST_WITH(set_up, scratch_remove, atomic_file_never_writes_into_the_old_file) {
    scratch_write("in/file", "old", 3);
    assert_int_equal(link(scratch_path("in/file"), scratch_path("in/second")), 0);
    replace("in/file", "new");
    check_content("in/file", "new");
    check_content("in/second", "old");
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_the_permissions_of_the_old_file) {
    const mode_t modes[] = {0600, 0640, 0666, 0755, 0200};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        scratch_write("in/file", "old", 3);
        assert_int_equal(chmod(scratch_path("in/file"), modes[i]), 0);
        replace("in/file", "new");
        assert_int_equal(permissions_of("in/file"), modes[i]);
        scratch_delete("in/file");
    }
}

TEST_WITH(set_up, scratch_remove, atomic_file_applies_the_umask_to_a_new_file) {
    mode_t old = umask(027);
    replace("in/file", "new");
    umask(old);
    assert_int_equal(permissions_of("in/file"), 0640);
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_a_symbolic_link_and_replaces_its_target) {
    scratch_make_directory("in/elsewhere");
    scratch_write("in/elsewhere/target", "old", 3);
    assert_int_equal(symlink("elsewhere/target", scratch_path("in/link")), 0);
    assert_int_equal(symlink("link", scratch_path("in/second")), 0);
    replace("in/second", "new");
    assert_true(is_symbolic_link("in/second"));
    assert_true(is_symbolic_link("in/link"));
    assert_false(is_symbolic_link("in/elsewhere/target"));
    check_content("in/elsewhere/target", "new");
    assert_int_equal(count_entries("in"), 3);
    assert_int_equal(count_entries("in/elsewhere"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_takes_a_path_without_a_directory) {
    Error error;
    char *before = realpath(".", NULL);
    assert_non_null(before);
    assert_int_equal(chdir(scratch_path("in")), 0);
    bool is_written =
        atomic_file_check("file", &error) && atomic_file_write("file", "text", 4, &error);
    assert_int_equal(chdir(before), 0);
    free(before);
    assert_true(is_written);
    check_content("in/file", "text");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_check_removes_the_temporary_files_of_dead_processes) {
    Error error;
    scratch_write("in/.mnist-train-abcdefghij23", "half of a fi", 12);
    scratch_write("in/.mnist-train-of-a-user", "kept", 4);
    scratch_write("in/.mnist-train-abcdefghij234", "kept", 4);
    assert_int_equal(symlink("file", scratch_path("in/.mnist-train-link23456789")), 0);
    scratch_make_directory("in/.mnist-train-directory234");
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_int_equal(count_entries("in"), 4);
    assert_int_not_equal(access(scratch_path("in/.mnist-train-abcdefghij23"), F_OK), 0);
}

// Such a file has the owner of the file that it was to replace.
TEST_WITH(set_up, scratch_remove,
          atomic_file_check_removes_files_that_root_has_left_for_another_owner) {
    Error error;
    if (geteuid() != 0)
        skip_because("only root can make files of another user");
    scratch_write("in/.mnist-train-abcdefghij23", "half of a fi", 12);
    assert_int_equal(chown(scratch_path("in/.mnist-train-abcdefghij23"), 65534, 65533), 0);
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_int_equal(count_entries("in"), 0);
}

TEST_WITH(set_up, scratch_remove,
          atomic_file_check_keeps_the_temporary_files_of_running_processes) {
    Error error;
    TemporaryFile file, other;
    assert_true(temporary_file_create(scratch_path("in"), 0666, &file));
    assert_true(temporary_file_create(scratch_path("in"), 0666, &other));
    assert_string_not_equal(file.path, other.path);
    close(file.fd); // the lock stays
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_int_equal(count_entries("in"), 2);
    temporary_file_close(&file);
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_int_equal(count_entries("in"), 1);
    close(other.fd);
    temporary_file_close(&other);
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_int_equal(count_entries("in"), 0);
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_the_owner_and_the_group_of_the_old_file) {
    struct stat status;
    if (geteuid() != 0)
        skip_because("only root can make files of another user");
    scratch_write("in/file", "old", 3);
    assert_int_equal(chown(scratch_path("in/file"), 65534, 65533), 0);
    assert_int_equal(chmod(scratch_path("in/file"), 0640), 0);
    replace("in/file", "new");
    assert_int_equal(stat(scratch_path("in/file"), &status), 0);
    assert_int_equal(status.st_uid, 65534);
    assert_int_equal(status.st_gid, 65533);
    assert_int_equal(permissions_of("in/file"), 0640);
}

TEST_WITH(set_up, scratch_remove, atomic_file_check_changes_nothing) {
    Error error;
    scratch_write("in/file", "old", 3);
    assert_int_equal(chmod(scratch_path("in/file"), 0640), 0);
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_true(atomic_file_check(scratch_path("in/other"), &error));
    check_content("in/file", "old");
    assert_int_equal(permissions_of("in/file"), 0640);
    assert_int_equal(count_entries("in"), 1);
}

static bool same_target(const char *name, const char *other) {
    return atomic_file_same_target(scratch_path(name), scratch_path(other));
}

TEST_WITH(set_up, scratch_remove, atomic_file_compares_targets_and_not_spellings) {
    scratch_make_directory("in/directory");
    scratch_write("in/file", "a", 1);
    scratch_write("in/other", "b", 1);
    assert_int_equal(symlink("file", scratch_path("in/link")), 0);
    assert_true(same_target("in/file", "in/directory/../file"));
    assert_true(same_target("in/link", "in/./file"));
    assert_true(same_target("in/new", "in/directory/../new"));
    assert_false(same_target("in/file", "in/other"));
    assert_false(same_target("in/new", "in/directory/new"));
    assert_false(same_target("in/directory", "in/directory")); // cannot be written
}
