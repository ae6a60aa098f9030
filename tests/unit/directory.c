#include "io/directory.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

TEST(names_are_in_the_order_of_their_bytes) {
    static const char *const expected[] = {".hidden", "10",    "2",   "B",
                                           "a",       "a.png", "sub", "\xc3\xa9"};
    DirectoryNames names;
    Error error;
    scratch_make_directory("names/sub");
    for (size_t i = 8; i-- > 0;) {
        char path[64];
        snprintf(path, sizeof path, "names/%s", expected[i]);
        if (strcmp(expected[i], "sub") != 0)
            scratch_write(path, "", 0);
    }
    if (!directory_list(scratch_path("names"), &names, &error))
        fail_msg("%s", error.text);
    assert_int_equal(names.count, 8);
    for (size_t i = 0; i < names.count; i++)
        assert_string_equal(names.names[i], expected[i]);
    directory_names_free(&names);
    assert_null(names.names);
    directory_names_free(&names);
}

// Longer than the first buffer.
TEST(a_directory_may_hold_many_names) {
    DirectoryNames names;
    Error error;
    scratch_make_directory("many");
    for (int i = 0; i < 1000; i++) {
        char path[64];
        snprintf(path, sizeof path, "many/image-%04d", 999 - i);
        scratch_write(path, "", 0);
    }
    assert_true(directory_list(scratch_path("many"), &names, &error));
    assert_int_equal(names.count, 1000);
    for (int i = 0; i < 1000; i++) {
        char name[64];
        snprintf(name, sizeof name, "image-%04d", i);
        assert_string_equal(names.names[i], name);
    }
    directory_names_free(&names);
}

TEST(an_empty_directory_has_no_names) {
    DirectoryNames names;
    Error error;
    scratch_make_directory("empty");
    assert_true(directory_list(scratch_path("empty"), &names, &error));
    assert_int_equal(names.count, 0);
    directory_names_free(&names);
}

TEST(what_is_no_directory_is_an_error) {
    DirectoryNames names;
    Error error;
    scratch_write("file", "", 0);
    assert_false(directory_list(scratch_path("file"), &names, &error));
    assert_null(names.names);
    assert_non_null(strstr(error.text, "cannot open "));
    assert_false(directory_list(scratch_path("none"), &names, &error));
    assert_non_null(strstr(error.text, "No such file"));
}

static void check_joined(const char *directory, const char *subdir, const char *expected) {
    Error error;
    char *path = directory_join(directory, subdir, "c", &error);
    assert_string_equal(path, expected);
    free(path);
}

TEST(slashes_at_the_end_are_dropped) {
    check_joined("a", "", "a/c");
    check_joined("a///", "", "a/c");
    check_joined("a", "b", "a/b/c");
    check_joined("/", "", "/c");
    check_joined("a//b/", "d/e", "a//b/d/e/c");
}

TEST_PROGRAM(scratch_create, scratch_remove)
