#include "report/print.h"
#include "support/capture.h"
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

static void begin_terminal(unsigned short columns) {
    if (!capture_begin_terminal(STDOUT_FILENO, columns))
        skip_because("there are no pseudo-terminals");
}

// The terminal writes "\r\n" for a newline.
static const char *terminal_end(void) {
    static char text[1 << 14];
    char *end = text;
    for (const char *c = capture_end(); *c; c++) {
        if (*c != '\r')
            *end++ = *c;
    }
    *end = '\0';
    return text;
}

TEST(arguments_are_printable) {
    capture_begin(STDOUT_FILENO);
    print_stdout("%s: \033[%dm%s\033[0m\n", "a\033[31m", 36, "b\xc2\x9b\xe2\x80\xae\nc");
    assert_string_equal(capture_end(), "a?[31m: \033[36mb???c\033[0m\n");
    capture_begin(STDERR_FILENO);
    print_stderr("%s\n", "a\033]0;b\007");
    assert_string_equal(capture_end(), "a?]0;b?\n");
}

TEST(a_line_is_printed_when_it_is_complete) {
    capture_begin(STDERR_FILENO);
    print_stderr("a%d", 1);
    print_stderr("\nb");
    assert_string_equal(capture_end(), "a1\n");
    capture_begin(STDERR_FILENO);
    print_flush();
    assert_string_equal(capture_end(), "b");
}

TEST(files_get_lines_as_they_are) {
    char word[3000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    capture_begin(STDOUT_FILENO);
    print_stdout("one two %s three\n", word);
    const char *found = capture_end();
    assert_int_equal(strlen(found), strlen(word) + 15);
    assert_int_equal(print_columns(), SIZE_MAX);
}

TEST(a_line_of_the_terminals_width_is_not_folded) {
    begin_terminal(20);
    size_t columns = print_columns();
    print_stdout("one two three 45678.\n");
    print_stdout("━━━━━━━━━━━━━━━━━━━━\n");
    print_stdout("\033[36mone two three 45678.\033[0m\n");
    assert_string_equal(terminal_end(), "one two three 45678.\n━━━━━━━━━━━━━━━━━━━━\n"
                                        "\033[36mone two three 45678.\033[0m\n");
    assert_int_equal(columns, 20);
}

TEST(a_wider_line_is_folded_at_spaces) {
    begin_terminal(20);
    print_stdout("one two three four five six seven eight\n");
    print_stdout("d\xc3\xa9j\xc3\xa0 vu d\xc3\xa9j\xc3\xa0 vu %s!\n", "d\xc3\xa9j\xc3\xa0");
    assert_string_equal(terminal_end(), "one two three four\n    five six seven\n    eight\n"
                                        "d\xc3\xa9j\xc3\xa0 vu d\xc3\xa9j\xc3\xa0 vu\n"
                                        "    d\xc3\xa9j\xc3\xa0!\n");
}

TEST(later_rows_are_below_the_text_after_a_label) {
    begin_terminal(20);
    print_stdout("  name:  one two three four\n");
    assert_string_equal(terminal_end(), "  name:  one two\n         three four\n");
}

TEST(a_word_wider_than_the_row_loses_its_middle) {
    begin_terminal(20);
    print_stdout("see %s: missing file\n", "/abcdefghijklmnopqrstuvwxyz");
    assert_string_equal(terminal_end(), "see\n    /abcdef...vwxyz:\n    missing file\n");
}

TEST(a_terminal_of_any_width_gets_every_line) {
    for (unsigned short columns = 1; columns < 12; columns++) {
        begin_terminal(columns);
        print_stdout("a bc def ghijklmnopqrstuvwxyz z\n");
        const char *found = terminal_end();
        assert_int_equal(found[0], 'a');
        assert_memory_equal(found + strlen(found) - 2, "z\n", 2);
    }
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
}
