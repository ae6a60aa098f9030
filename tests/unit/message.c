#include "base/message.h"
#include "support/test.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT = 1024 };

static char text[TEXT];

__attribute__((format(printf, 2, 3))) static const char *formatted(size_t size, const char *format,
                                                                   ...) {
    va_list arguments;
    memset(text, '#', sizeof text);
    va_start(arguments, format);
    message_format(text, size, format, arguments);
    va_end(arguments);
    assert_memory_equal(text + size, "####", size + 4 <= TEXT ? 4 : 0);
    return text;
}

// The C library is the reference for arguments without control characters.
#define CHECK_AS_PRINTF(...)                                                                       \
    do {                                                                                           \
        char expected[TEXT];                                                                       \
        snprintf(expected, sizeof expected, __VA_ARGS__);                                          \
        assert_string_equal(formatted(TEXT, __VA_ARGS__), expected);                               \
    } while (0)

TEST(numbers_are_as_in_printf) {
    CHECK_AS_PRINTF("%d %i %5d|%-5d|%+d|%05d|% d|%.3d", -1, INT32_MIN, 7, 7, 7, 7, 7, 7);
    CHECK_AS_PRINTF("%u %x %02x %08zx %#x", UINT32_MAX, 0xbeefU, 10U, (size_t)0x803, 255U);
    CHECK_AS_PRINTF("%ld %lu %lld %llu", INT32_MIN - 1L, UINT32_MAX + 1UL, INT64_MIN + 0LL,
                    UINT64_MAX + 0ULL);
    CHECK_AS_PRINTF("%zu %6zu %zd", SIZE_MAX, (size_t)5, (ptrdiff_t)-5);
    CHECK_AS_PRINTF("%" PRIu64 " %*d|%-*d|%.*f", UINT64_MAX, 6, 3, 6, 3, 2, 1.005);
    CHECK_AS_PRINTF("%f %.17g %.2f %g %e %6.2f|%-8.1f|%.0f", 0.1, 0.1, -1.005, 1e-9, 12345.6789,
                    3.14159, 2.5, 0.5);
    CHECK_AS_PRINTF("%f %g %.6f", DBL_MAX, DBL_MIN, -DBL_MAX);
}

TEST(strings_are_as_in_printf) {
    CHECK_AS_PRINTF("%s|%8s|%-8s|%.2s|%*s|%-*s|%.*s", "abc", "abc", "abc", "abc", 5, "abc", 5,
                    "abc", 1, "abc");
    CHECK_AS_PRINTF("%c%c 100 %%", 'a', '~');
    CHECK_AS_PRINTF("%s%s", "", "d\xc3\xa9j\xc3\xa0 \xe2\x94\x81 \xf0\x9f\x98\x80");
    CHECK_AS_PRINTF("no conversion");
}

// Each row: what a name may hold, and what is printed.
TEST(arguments_cannot_control_a_terminal) {
    static const struct {
        const char *argument;
        const char *printed;
    } rows[] = {
        {"a\x1b[31mb", "a?[31mb"},
        {"\x1b]0;title\x07", "?]0;title?"},
        {"a\rb\nc\td\be\x7f", "a?b?c?d?e?"},
        {"\xc2\x9b"
         "31m",
         "?31m"}, // U+009B
        {"\x9b"
         "31m",
         "?31m"},                  // the same as one byte
        {"\xc2\x9d\x90", "??"},    // U+009D and a byte
        {"x\xe2\x80\xaey", "x?y"}, // U+202E
        {"\xe2\x81\xa6z", "?z"},   // U+2066
        {"\xc0\x9b", "??"},        // overlong forms of U+001B
        {"\xe0\x80\x9b", "???"},
        {"\xf0\x80\x80\x9b", "????"},
        {"\xed\xa0\x80", "???"}, // a surrogate
        {"\xc3", "?"},           // cut short
        {"\xff\xfe", "??"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "<%s>", rows[i].printed);
        assert_string_equal(formatted(TEXT, "<%s>", rows[i].argument), expected);
    }
    assert_string_equal(formatted(TEXT, "%c%c%c", '\x1b', '\xe2', '\n'), "???");
}

TEST(a_precision_does_not_split_a_character) {
    assert_string_equal(formatted(TEXT, "%.*s", 1, "\xc3\xa9"), "?");
    assert_string_equal(formatted(TEXT, "%.*s", 2, "\xc3\xa9z"), "\xc3\xa9");
    assert_string_equal(formatted(TEXT, "%.0s", "\xc3\xa9z"), "");
}

TEST(the_format_may_control_a_terminal) {
    assert_string_equal(formatted(TEXT, "\r\x1b[%dm%s\x1b[0m", 36, "\x1b[1m"),
                        "\r\x1b[36m?[1m\x1b[0m");
}

TEST(a_text_that_fits_is_whole) {
    assert_string_equal(formatted(24, "%s: missing", "abcdefghijklmn"), "abcdefghijklmn: missing");
}

// 40 bytes: strings keep 10, of which three are the ellipsis.
TEST(a_text_that_does_not_fit_loses_the_middle_of_its_long_strings) {
    assert_string_equal(
        formatted(40, "%s: %s: %s", "/abc/def/ghi/jkl/mno/pqr/stu/vwx/yz", "no such", "file"),
        "/ab.../yz: no such: file");
    assert_string_equal(
        formatted(40, "%s %s", "0123456789", "abcdefghijklmnopqrstuvwxyz0123456789"),
        "0123456789 abc...789");
}

TEST(a_shortened_string_has_whole_characters) {
    const char *found = formatted(40, "%s!",
                                  "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                  "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                  "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
    assert_string_equal(found, "\xc3\xa9...\xc3\xa9!");
}

TEST(the_rest_is_cut_before_an_incomplete_character) {
    assert_string_equal(formatted(4, "abcdef"), "abc");
    assert_string_equal(formatted(4, "ab\xc3\xa9"), "ab");
    assert_string_equal(formatted(5, "ab\xc3\xa9z"), "ab\xc3\xa9");
    assert_string_equal(formatted(4, "a\xf0\x9f\x98\x80z"), "a");
    assert_string_equal(formatted(1, "abc"), "");
}
