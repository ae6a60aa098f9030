#include "base/utf8.h"
#include "support/test.h"

#include <stddef.h>
#include <stdint.h>

static size_t length_of(const char *text) {
    return utf8_length((const uint8_t *)text);
}

static bool is_control(const char *text) {
    return utf8_is_control((const uint8_t *)text);
}

TEST(a_character_has_one_to_four_bytes) {
    assert_int_equal(length_of(""), 1);
    assert_int_equal(length_of("a\x80"), 1);
    assert_int_equal(length_of("\x7f"), 1);
    assert_int_equal(length_of("\xc2\x80"), 2);
    assert_int_equal(length_of("\xdf\xbf"
                               "a"),
                     2);
    assert_int_equal(length_of("\xe0\xa0\x80"), 3);
    assert_int_equal(length_of("\xed\x9f\xbf"), 3);
    assert_int_equal(length_of("\xef\xbf\xbf"), 3);
    assert_int_equal(length_of("\xf0\x90\x80\x80"), 4);
    assert_int_equal(length_of("\xf4\x8f\xbf\xbf"), 4);
}

// RFC 3629: overlong forms, surrogates, codes above U+10FFFF, bytes that begin no character, and
// characters cut short.
TEST(other_bytes_are_invalid) {
    static const char *const invalid[] = {
        "\x80",
        "\xbf",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xc2",
        "\xc2"
        "a",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xe1\x80",
        "\xe1"
        "aa",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf1\x80\x80",
        "\xff",
    };
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        assert_int_equal(length_of(invalid[i]), 0);
        assert_false(is_control(invalid[i]));
    }
}

TEST(control_characters_are_recognised) {
    static const char *const controls[] = {
        "\x01",         "\n",           "\x1b",         "\x1f",
        "\x7f",         "\xc2\x80",     "\xc2\x9b",     "\xc2\x9f",
        "\xd8\x9c",                                     // U+061C
        "\xe2\x80\x8e", "\xe2\x80\x8f",                 // U+200E, U+200F
        "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa", // U+2028 to U+202A
        "\xe2\x80\xae",                                 // U+202E
        "\xe2\x81\xa6", "\xe2\x81\xa9",                 // U+2066, U+2069
    };
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        assert_true(is_control(controls[i]));
    static const char *const others[] = {
        " ",
        "~",
        "\xc2\xa0",
        "\xd8\x9b",
        "\xd8\x9d",
        "\xe2\x80\x8d",
        "\xe2\x80\x90",
        "\xe2\x80\xa7",
        "\xe2\x80\xaf",
        "\xe2\x81\xa5",
        "\xe2\x81\xaa",
        "\xf0\x9f\x98\x80",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(is_control(others[i]));
}

TEST(a_character_has_a_code) {
    assert_int_equal(utf8_code_point((const uint8_t *)"A"), 'A');
    assert_int_equal(utf8_code_point((const uint8_t *)"\xc2\x9b"), 0x9b);
    assert_int_equal(utf8_code_point((const uint8_t *)"\xe2\x80\xae"), 0x202e);
    assert_int_equal(utf8_code_point((const uint8_t *)"\xf4\x8f\xbf\xbf"), 0x10ffff);
}
