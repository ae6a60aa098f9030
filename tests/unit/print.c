#include "output/print.h"
#include "support/capture.h"
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

TEST(a_line_is_printed_when_it_is_complete) {
    capture_begin(STDERR_FILENO);
    print_stderr("a%d", 1);
    print_stderr("\nb");
    assert_string_equal(capture_end(), "a1\n");
    capture_begin(STDERR_FILENO);
    print_flush();
    assert_string_equal(capture_end(), "b");
}

TEST(a_newline_begins_or_ends_a_text_and_is_nowhere_else) {
    capture_begin(STDOUT_FILENO);
    print_stdout("\n%s:\n", "a\n\nb");
    print_stdout("%s\n", "c\n");
    print_stdout("%d\n%d\n", 1, 2);
    assert_string_equal(capture_end(), "\na??b:\nc?\n1\n2\n");
}

TEST(a_failed_write_has_a_reason) {
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip_because("there is no /dev/full");
    int saved = dup(STDOUT_FILENO);
    assert_true(saved >= 0);
    dup2(full, STDOUT_FILENO);
    print_stdout("one\n");
    int code = print_flush();
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(full);
    assert_int_equal(code, ENOSPC);
    assert_int_equal(print_flush(), ENOSPC); // of the first
}
