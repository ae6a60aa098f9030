#include "io/directory.h"
#include "support/scratch.h"
#include "support/test.h"

static int begins_with_a(const struct dirent *entry) {
    return entry->d_name[0] == 'a';
}

static void check_listed(const char *name, int (*filter)(const struct dirent *), size_t count,
                         const char *const *expected) {
    DirectoryNames names;
    Error error;
    if (!directory_list(scratch_path(name), filter, &names, &error))
        fail_msg("%s", error.text);
    assert_int_equal(names.count, count);
    for (size_t i = 0; i < names.count; i++)
        assert_string_equal(names.entries[i]->d_name, expected[i]);
    directory_names_free(&names);
    assert_int_equal(names.count, 0);
    directory_names_free(&names);
}

TEST(names_are_in_the_order_of_their_bytes) {
    static const char *const expected[] = {".", "..", ".hidden", "10",  "2",
                                           "B", "a",  "a.png",   "sub", "\xc3\xa9"};
    scratch_make_directory("names/sub");
    for (size_t i = 10; i-- > 2;) {
        char path[64];
        snprintf(path, sizeof path, "names/%s", expected[i]);
        if (strcmp(expected[i], "sub") != 0)
            scratch_write(path, "", 0);
    }
    check_listed("names", NULL, 10, expected);
    check_listed("names", begins_with_a, 2, expected + 6);
    check_listed("names/sub", NULL, 2, expected);
}

TEST(what_is_no_directory_is_an_error) {
    static const char *const reasons[] = {": Not a directory", ": No such file or directory"};
    scratch_write("file", "", 0);
    for (int i = 0; i < 2; i++) {
        const char *path = scratch_path(i == 0 ? "file" : "none");
        char expected[sizeof(Error)];
        DirectoryNames names;
        Error error;
        assert_false(directory_list(path, NULL, &names, &error));
        assert_int_equal(names.count, 0);
        snprintf(expected, sizeof expected, "cannot open %s%s", path, reasons[i]);
        assert_string_equal(error.text, expected);
    }
}

TEST(slashes_at_the_end_are_dropped) {
    static const char *const rows[][3] = {{"a", "", "a/c"},
                                          {"a///", "", "a/c"},
                                          {"a", "b", "a/b/c"},
                                          {"/", "", "/c"},
                                          {"a//b/", "d/e", "a//b/d/e/c"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Error error;
        char *path = directory_join(rows[i][0], rows[i][1], "c", &error);
        assert_string_equal(path, rows[i][2]);
        free(path);
    }
}

TEST_PROGRAM(scratch_create, scratch_remove)
