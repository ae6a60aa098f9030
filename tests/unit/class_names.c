#include "data/class_names.h"
#include "support/scratch.h"
#include "support/test.h"

// The literal's bytes without its final zero.
#define BYTES(literal) (literal), sizeof(literal) - 1

#define TEN_LINES ": expected 10 lines, the names of the classes, found "
#define EMPTY_LINE ": expected the name of a class, found an empty line"

static void check_names(const char *text, size_t size, const char *const *names) {
    ClassNames classes;
    Error error;
    scratch_write("names", text, size);
    if (!class_names_read(scratch_path("names"), &classes, &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < MNIST_CLASSES; i++)
        assert_string_equal(classes.names[i], names[i]);
}

static void check_rejected(const char *text, size_t size, const char *expected) {
    ClassNames classes;
    Error error;
    scratch_write("names", text, size);
    assert_false(class_names_read(scratch_path("names"), &classes, &error));
    assert_string_equal(error.text + strlen(scratch_path("names")), expected);
}

TEST(ten_lines_are_the_names) {
    static const char *const names[] = {"T-shirt/top", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    check_names(BYTES("T-shirt/top\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"), names);
    check_names(BYTES("T-shirt/top\nb\nc\nd\ne\nf\ng\nh\ni\nj"), names);
    check_names(BYTES("T-shirt/top\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj\r\n"), names);
    check_names(BYTES("\xef\xbb\xbfT-shirt/top\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\r\n\n"), names);
    check_rejected(BYTES("\xef\xbb\xbf"), TEN_LINES "0");
}

TEST(a_file_of_another_kind_is_named) {
    check_rejected(BYTES("\xff\xfez\0\r\0\n\0o\0\r\0\n\0"),
                   ": expected 10 lines in UTF-8, the names of the classes, found UTF-16 text");
    check_rejected(BYTES("\x89PNG\r\n\x1a\n"),
                   ": expected 10 lines in UTF-8, the names of the classes, found PNG");
}

// KMNIST's hiragana.
TEST(names_are_utf8) {
    static const char *const names[] = {"お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"};
    check_names(BYTES("お\nき\nす\nつ\nな\nは\nま\nや\nれ\nを\n"), names);
}

TEST(fewer_or_more_lines_are_rejected) {
    check_rejected(BYTES(""), TEN_LINES "0");
    check_rejected(BYTES("0\n1\n2\n3\n4\n5\n6\n7\n8\n"), TEN_LINES "9");
    check_rejected(BYTES("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10"), TEN_LINES "11");
}

TEST(an_empty_line_is_rejected) {
    check_rejected(BYTES("0\n1\n2\n\n4\n5\n6\n7\n8\n9\n"), ": line 4" EMPTY_LINE);
    check_rejected(BYTES("\r\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"), ": line 1" EMPTY_LINE);
}

TEST(a_name_has_at_most_40_characters) {
    char text[1024], longest[41 * 3 + 1] = "";
    for (int i = 0; i < 40; i++)
        strcat(longest, "を");
    const char *names[] = {longest, "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    snprintf(text, sizeof text, "%s\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", longest);
    check_names(text, strlen(text), names);
    strcat(longest, "x");
    snprintf(text, sizeof text, "%s\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", longest);
    check_rejected(text, strlen(text), ": line 1: expected at most 40 characters, found 41");
}

TEST(control_characters_and_other_encodings_are_rejected) {
    static const char *const wrong[] = {"a\tb", "\x1b[1m", "\xc2\x9b", "\xe2\x80\xae",
                                        "\xff", "caf\xe9", "\xc3",     "a\rb"};
    const char expected[] =
        ": line 10: expected UTF-8 without control characters, found other bytes";
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[64];
        snprintf(text, sizeof text, "0\n1\n2\n3\n4\n5\n6\n7\n8\n%s", wrong[i]);
        check_rejected(text, strlen(text), expected);
    }
    check_rejected(BYTES("0\n1\n2\n3\n4\n5\n6\n7\n8\na\0b"), expected);
}

TEST(files_that_are_missing_or_far_too_long_are_rejected) {
    ClassNames classes;
    Error error;
    static char zeros[100000];
    assert_false(class_names_read(scratch_path("none"), &classes, &error));
    text_after(error.text, "cannot open ");
    check_rejected(zeros, sizeof zeros, ": expected at most 65536 bytes, found more");
    check_rejected(zeros, 65536, TEN_LINES "1");
}

TEST_PROGRAM(scratch_create, scratch_remove)
