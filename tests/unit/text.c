#include "base/text.h"
#include "support/test.h"

// Rows: the bytes of one character, its code, and what a message and a JSON string show of it. The
// lengths and codes of all characters are in tests/unit/hostile_text.c.
static const struct {
    const char *bytes;
    uint32_t code;
    const char *printed; // NULL: the character
    const char *json;    // NULL: the character
} characters[] = {
    {"\x01", 0x01, "?", "\\u0001"},
    {"\n", '\n', "?", "\\u000a"},
    {"\x1b", 0x1b, "?", "\\u001b"},
    {"\x1f", 0x1f, "?", "\\u001f"},
    {" ", ' ', NULL, NULL},
    {"\"", '"', NULL, "\\\""},
    {"\\", '\\', NULL, "\\\\"},
    {"A", 'A', NULL, NULL},
    {"~", '~', NULL, NULL},
    {"\x7f", 0x7f, "?", "\\u007f"},
    {"\xc2\x80", 0x80, "?", "\\u0080"},
    {"\xc2\x9b", 0x9b, "?", "\\u009b"},
    {"\xc2\x9f", 0x9f, "?", "\\u009f"},
    {"\xc2\xa0", 0xa0, NULL, NULL},
    {"\xd8\x9b", 0x61b, NULL, NULL},
    {"\xd8\x9c", 0x61c, "?", "\\u061c"},
    {"\xe2\x80\x8d", 0x200d, NULL, NULL},
    {"\xe2\x80\x8e", 0x200e, "?", "\\u200e"},
    {"\xe2\x80\x8f", 0x200f, "?", "\\u200f"},
    {"\xe2\x80\xa7", 0x2027, NULL, NULL},
    {"\xe2\x80\xa8", 0x2028, "?", "\\u2028"},
    {"\xe2\x80\xae", 0x202e, "?", "\\u202e"},
    {"\xe2\x80\xaf", 0x202f, NULL, NULL},
    {"\xe2\x81\xa5", 0x2065, NULL, NULL},
    {"\xe2\x81\xa6", 0x2066, "?", "\\u2066"},
    {"\xe2\x81\xa9", 0x2069, "?", "\\u2069"},
    {"\xe2\x81\xaa", 0x206a, NULL, NULL},
    {"\xf4\x8f\xbf\xbf", 0x10ffff, NULL, NULL},
};

// RFC 3629: bytes that begin no character, overlong forms, surrogates, codes above U+10FFFF, and
// characters cut short. No byte of them is part of a character.
static const char *const invalid[] = {
    "\x80",         "\xbf",         "\xc0\xaf", "\xc1\xbf",         "\xc2",
    "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe1\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
    "\xf5\x80\x80", "\xf1\x80\x80", "\xff",
};

enum { CHARACTERS = sizeof characters / sizeof *characters, TEXT = 1024 };

static char text[TEXT];

__attribute__((format(printf, 2, 3))) static const char *formatted(size_t size, const char *format,
                                                                   ...) {
    va_list arguments;
    memset(text, '#', sizeof text);
    va_start(arguments, format);
    text_format(text, size, format, arguments);
    va_end(arguments);
    assert_memory_equal(text + size, "####", size + 4 <= TEXT ? 4 : 0);
    return text;
}

static void check_json(const char *argument, const char *expected) {
    char *json;
    size_t size;
    FILE *file = open_memstream(&json, &size);
    text_put_json(file, argument);
    fclose(file);
    assert_string_equal(json, expected);
    free(json);
}

TEST(characters_have_lengths_codes_and_printable_forms) {
    for (size_t i = 0; i < CHARACTERS; i++) {
        const char *bytes = characters[i].bytes;
        const char *printed = characters[i].printed ? characters[i].printed : bytes;
        const char *json = characters[i].json ? characters[i].json : bytes;
        char expected[64];
        assert_int_equal(utf8_length((const uint8_t *)bytes), strlen(bytes));
        assert_int_equal(utf8_code_point((const uint8_t *)bytes), characters[i].code);
        assert_int_equal(utf8_is_control((const uint8_t *)bytes), characters[i].printed != NULL);
        snprintf(expected, sizeof expected, "<%s|%s>", printed, printed);
        assert_string_equal(formatted(TEXT, "<%s|%s>", bytes, bytes), expected);
        snprintf(expected, sizeof expected, "\"%sa%s\"", json, json);
        snprintf(text, sizeof text, "%sa%s", bytes, bytes);
        check_json(text, expected);
    }
    assert_int_equal(utf8_length((const uint8_t *)""), 1);
}

TEST(invalid_bytes_have_a_mark_each) {
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        const uint8_t *bytes = (const uint8_t *)invalid[i];
        char expected[64] = "", json[64] = "\"";
        for (size_t j = 0; j < strlen(invalid[i]); j++) {
            strcat(expected, "?");
            strcat(json, "\xef\xbf\xbd");
        }
        assert_int_equal(utf8_length(bytes), 0);
        assert_false(utf8_is_control(bytes));
        assert_string_equal(formatted(TEXT, "%s", invalid[i]), expected);
        check_json(invalid[i], strcat(json, "\""));
    }
}

TEST(a_format_may_control_a_terminal_before_and_after_its_arguments) {
    assert_string_equal(formatted(TEXT, "\r\x1b[%dm%s\x1b[0m\n", 36, "\x1b[1m"),
                        "\r\x1b[36m?[1m\x1b[0m\n");
    assert_string_equal(formatted(TEXT, "\r\x1b[J\n"), "\r\x1b[J\n");
    assert_string_equal(formatted(TEXT, "%d %%\n", 5), "5 %\n");
    assert_string_equal(formatted(TEXT, "\n%s", "\n"), "\n?");
    assert_string_equal(formatted(TEXT, "%s\n", "\n"), "?\n");
    assert_string_equal(formatted(TEXT, "%s\n", ""), "\n");
    assert_string_equal(formatted(TEXT, "%c%c%c", '\x1b', '\xe2', '\n'), "???");
}

TEST(a_precision_does_not_split_a_character) {
    assert_string_equal(formatted(TEXT, "%.*s", 1, "\xc3\xa9"), "?");
    assert_string_equal(formatted(TEXT, "%.*s", 2, "\xc3\xa9z"), "\xc3\xa9");
}

TEST(a_text_that_is_too_long_is_cut_after_a_character) {
    static const struct {
        size_t size;
        const char *argument;
        const char *expected;
    } rows[] = {{1, "abc", ""},
                {4, "abc", "abc"},
                {4, "abcdef", "abc"},
                {4, "ab\xc3\xa9", "ab"},
                {5, "ab\xc3\xa9z", "ab\xc3\xa9"},
                {4, "a\xf0\x9f\x98\x80z", "a"},
                {4, "a\x1b\x1b\x1b", "a??"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(formatted(rows[i].size, "%s", rows[i].argument), rows[i].expected);
    assert_string_equal(formatted(5, "\x1b[1m%s\n", "a"), "\x1b[1m");
    assert_string_equal(formatted(4, "%s\n", "abc"), "abc");
}
