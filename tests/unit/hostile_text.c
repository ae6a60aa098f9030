// What leaves the program as text: messages, JSON and HTML. The names of files, classes and tensors
// in it are bytes of any kind; none may control a terminal, end a string or open a tag.
#include "base/text.h"
#include "output/html.h"
#include "support/markup.h"
#include "support/test.h"

// The first and the last byte of each class that UTF-8 (RFC 3629, section 4) and the control
// characters tell apart, and the characters with a meaning in JSON or HTML.
static const char classes[] =
    "\x01\x08\n\x1b\x1f \"&<>\\az~\x7f\x80\x8e\x8f\x90\x9b\x9c\x9f\xa0\xa6\xa8\xa9"
    "\xae\xaf\xbf\xc0\xc1\xc2\xd8\xdf\xe0\xe1\xe2\xec\xed\xee\xef\xf0\xf1\xf4\xf5\xff";

// Calls `check` for each string of three of these bytes, and for those of four whose first two
// bytes may begin a character of four.
static void for_each_text(void (*check)(const char *text)) {
    const size_t count = sizeof classes - 1;
    for (size_t i = 0; i < count * count * count; i++) {
        char text[5] = {classes[i / count / count], classes[i / count % count], classes[i % count]};
        bool may_be_long = (uint8_t)text[0] >= 0xf0 && (uint8_t)text[1] >= 0x80;
        for (size_t last = 0; last < (may_be_long ? count : 1); last++) {
            text[3] = may_be_long ? classes[last] : '\0';
            check(text);
        }
    }
}

// Writes the UTF-8 form of a code of `length` bytes.
static void encode(uint32_t code, size_t length, uint8_t *bytes) {
    static const uint8_t marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = 0x80 | (code & 0x3f);
    bytes[0] = (uint8_t)(marks[length] | code);
}

// Every character from U+0000 to U+10FFFF, apart from the surrogates, in the shortest of its forms.
TEST(every_character_has_its_length_and_code) {
    static const uint32_t first[] = {0, 0, 0x80, 0x800, 0x10000};
    static const uint32_t last[] = {0, 0x7f, 0x7ff, 0xffff, 0x1fffff};
    for (size_t length = 1; length <= 4; length++) {
        for (uint32_t code = 0; code <= last[length]; code++) {
            uint8_t bytes[5] = {0};
            bool is_character =
                code >= first[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
            encode(code, length, bytes);
            assert_int_equal(utf8_length(bytes), is_character ? length : 0);
            if (is_character)
                assert_int_equal(utf8_code_point(bytes), code);
        }
    }
}

// Fails unless the text is UTF-8 without control characters, apart from the newlines of a page.
static void check_harmless(const char *text, const char *source) {
    for (const uint8_t *c = (const uint8_t *)text; *c; c += utf8_length(c)) {
        bool is_newline_of_page = *c == '\n' && strchr(source, '\n');
        if (utf8_length(c) == 0 || (utf8_is_control(c) && !is_newline_of_page))
            fail_msg("'%s' became '%s'", source, text);
    }
}

__attribute__((format(printf, 3, 4))) static void format(char *text, size_t size,
                                                         const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    text_format(text, size, format, arguments);
    va_end(arguments);
}

static void check_message(const char *text) {
    char found[64];
    format(found, sizeof found, "%s: %.3s|%c", text, text, text[0]);
    assert_null(strchr(found, '\n'));
    check_harmless(found, text);
    format(found, 8, "%s%s", text, text); // is cut
    assert_null(strchr(found, '\n'));
    check_harmless(found, text);
}

TEST(no_argument_of_a_message_controls_a_terminal) {
    for_each_text(check_message);
}

// Undoes JSON's escapes (RFC 8259, section 7), in place. Returns false if this is no string.
static bool parse_json(char *json) {
    char *out = json;
    const char *next = json;
    if (*next++ != '"')
        return false;
    while (*next && *next != '"') {
        uint8_t bytes[5] = {(uint8_t)*next++};
        if (bytes[0] == '\\' && *next == 'u') {
            uint32_t code =
                (uint32_t)strtoul((char[]){next[1], next[2], next[3], next[4], 0}, NULL, 16);
            encode(code, code < 0x80 ? 1 : code < 0x800 ? 2 : 3, bytes);
            next += 5;
        } else if (bytes[0] == '\\') {
            bytes[0] = (uint8_t)*next++;
            if (bytes[0] != '"' && bytes[0] != '\\')
                return false;
        }
        out = stpcpy(out, (const char *)bytes);
    }
    bool is_string = strcmp(next, "\"") == 0;
    *out = '\0';
    return is_string;
}

static void check_json(const char *text) {
    char found[64] = "";
    FILE *file = fmemopen(found, sizeof found, "w");
    text_put_json(file, text);
    fclose(file);
    assert_null(strchr(found, '\n'));
    check_harmless(found, text);
    if (!parse_json(found))
        fail_msg("'%s' became '%s'", text, found);
    bool is_valid = true;
    for (const uint8_t *c = (const uint8_t *)text; *c && is_valid; c += utf8_length(c))
        is_valid = utf8_length(c) > 0;
    if (is_valid)
        assert_string_equal(found, text);
}

TEST(no_text_leaves_a_string_of_json) {
    for_each_text(check_json);
}

static void check_html(const char *text) {
    const char *found = html_written(html_put_text, text);
    assert_null(strpbrk(found, "<>\""));
    for (const char *c = found; (c = strchr(c, '&')); c++)
        assert_true(strncmp(c, "&amp;", 5) == 0 || strncmp(c, "&lt;", 4) == 0 ||
                    strncmp(c, "&gt;", 4) == 0 || strncmp(c, "&quot;", 6) == 0);
    check_harmless(found, text);
}

TEST(no_text_leaves_its_element_of_html) {
    for_each_text(check_html);
}
