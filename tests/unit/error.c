#include "base/error.h"
#include "support/test.h"

#include <errno.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

TEST(an_error_is_one_line_whatever_a_path_contains) {
    Error error;
    assert_false(error_set(&error, "%s: expected %d", "a\nb\x1b[31mc\x7f", 3));
    assert_string_equal(error.text, "a?b?[31mc?: expected 3");
}

// A terminal that reads bytes takes 0x9b for the start of a control sequence, one that reads UTF-8
// takes U+009B; U+202E turns the direction of what follows.
TEST(no_text_in_an_error_controls_a_terminal) {
    Error error;
    error_set(&error, "%s %s %s",
              "a\x9b"
              "31m",
              "b\xc2\x9b"
              "31m",
              "c\xe2\x80\xae"
              "d");
    assert_string_equal(error.text, "a?31m b?31m c?d");
}

TEST(text_beyond_ascii_is_kept) {
    Error error;
    error_set(&error, "%s", "d\xc3\xa9j\xc3\xa0");
    assert_string_equal(error.text, "d\xc3\xa9j\xc3\xa0");
}

TEST(a_long_path_is_shortened_and_the_reason_kept) {
    static char path[20000];
    memset(path, 'x', sizeof path - 1);
    memcpy(path, "/begin", 6);
    memcpy(path + sizeof path - 1 - 4, "/end", 4);
    Error error;
    const char *const reasons[] = {"no magic", "another reason"};
    for (size_t i = 0; i < 2; i++) {
        error_set(&error, "%s: expected %s, as in %s: %s", path, path, path, reasons[i]);
        assert_memory_equal(error.text, "/begin", 6);
        const char *end = strrchr(error.text, '/');
        assert_memory_equal(end, "/end: ", 6);
        assert_string_equal(end + 6, reasons[i]);
    }
}

TEST(missing_memory_is_told_with_its_size) {
    Error error;
    assert_false(error_no_memory(&error, "train-images", 47040000));
    assert_string_equal(error.text, "train-images: out of memory (47040000 bytes)");
    assert_false(error_no_memory(&error, "a\nb", SIZE_MAX));
    assert_non_null(strstr(error.text, "a?b: out of memory ("));
}

TEST(an_error_of_the_system_has_the_reason_of_errno) {
    Error error;
    const int codes[] = {ENOENT, EACCES, ENOSPC};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        errno = codes[i];
        assert_false(error_errno(&error, "open", "dir/fi\nle"));
        const char start[] = "cannot open dir/fi?le: ";
        assert_memory_equal(error.text, start, strlen(start));
        assert_string_equal(error.text + strlen(start), strerror(codes[i]));
    }
}
