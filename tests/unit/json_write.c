#include "io/json.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static Json json_of(const char *text) {
    const uint8_t *bytes = (const uint8_t *)text;
    return (Json){.next = bytes, .end = bytes + strlen(text)};
}

static void check_written(const char *text, const char *expected) {
    char found[128];
    assert_int_equal(json_write_string(found, sizeof found, text), strlen(expected));
    assert_string_equal(found, expected);
}

TEST(json_writes_strings_in_quotes) {
    check_written("", "\"\"");
    check_written("a b/c", "\"a b/c\"");
    check_written("a\"b\\c", "\"a\\\"b\\\\c\"");
}

TEST(json_escapes_control_characters) {
    check_written("\n\x01\x1f\x7f", "\"\\u000a\\u0001\\u001f\\u007f\"");
    check_written("\xc2\x80\xc2\x9b", "\"\\u0080\\u009b\"");
    check_written("\xe2\x80\xae\xe2\x81\xa6", "\"\\u202e\\u2066\""); // writing direction
}

TEST(json_writes_utf8_as_it_is) {
    const char *texts[] = {"\xc2\xa0",     "\xdf\xbf",     "\xe0\xa0\x80",     "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "\"%s\"", texts[i]);
        check_written(texts[i], expected);
    }
}

TEST(json_replaces_invalid_utf8) {
#define REPLACED "\xef\xbf\xbd"
    check_written("a\x80z", "\"a" REPLACED "z\"");
    check_written("\xff", "\"" REPLACED "\"");
    check_written("\xc3", "\"" REPLACED "\"");
    check_written("\xc3\"", "\"" REPLACED "\\\"\"");
    check_written("\xe2\x82z", "\"" REPLACED REPLACED "z\"");
    check_written("\xc0\xaf", "\"" REPLACED REPLACED "\"");              // overlong slash
    check_written("\xe0\x9f\xbf", "\"" REPLACED REPLACED REPLACED "\""); // overlong
    check_written("\xed\xa0\x80", "\"" REPLACED REPLACED REPLACED "\""); // a surrogate
    check_written("\xf0\x8f\xbf\xbf", "\"" REPLACED REPLACED REPLACED REPLACED "\""); // overlong
    check_written("\xf4\x90\x80\x80",
                  "\"" REPLACED REPLACED REPLACED REPLACED "\""); // beyond U+10FFFF
    check_written("\xf5\x80\x80\x80", "\"" REPLACED REPLACED REPLACED REPLACED "\"");
#undef REPLACED
}

TEST(json_writes_at_most_size_bytes) {
    const char *whole = "\"ab\\\"c\"";
    for (size_t room = 1; room <= strlen(whole) + 2; room++) {
        char found[16];
        memset(found, '#', sizeof found);
        assert_int_equal(json_write_string(found, room, "ab\"c"), strlen(whole));
        size_t length = strlen(whole) < room - 1 ? strlen(whole) : room - 1;
        assert_memory_equal(found, whole, length);
        assert_int_equal(found[length], '\0');
        assert_int_equal(found[room], '#');
    }
    assert_int_equal(json_write_string(NULL, 0, "ab\"c"), strlen(whole));
}

TEST(json_reads_its_own_output) {
    char text[129];
    for (int first = 1; first < 128; first++) {
        text[first - 1] = (char)first;
        text[first] = '\0';
    }
    char written[512];
    size_t length = json_write_string(written, sizeof written, text);
    assert_true(length < sizeof written);
    Json json = json_of(written);
    char found[sizeof text];
    assert_true(json_string(&json, found, sizeof found));
    assert_string_equal(found, text);
    assert_true(json_at_end(&json));
}
