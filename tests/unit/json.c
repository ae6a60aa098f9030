#include "io/json.h"
#include "support/test.h"

#include <string.h>

#include <stddef.h>
#include <stdint.h>

static Json json_of(const char *text) {
    const uint8_t *bytes = (const uint8_t *)text;
    return (Json){.next = bytes, .end = bytes + strlen(text)};
}

static void check_string(const char *text, const char *expected) {
    Json json = json_of(text);
    char found[64];
    assert_true(json_string(&json, found, sizeof found));
    assert_string_equal(found, expected);
    assert_true(json_at_end(&json));
}

static void check_invalid_string(const char *text) {
    Json json = json_of(text);
    char found[64];
    if (json_string(&json, found, sizeof found))
        fail_msg("expected to refuse: %s", text);
}

static void check_number(const char *text, uint64_t expected) {
    Json json = json_of(text);
    uint64_t number;
    assert_true(json_uint(&json, &number));
    assert_int_equal(number, expected);
    assert_true(json_at_end(&json));
}

// Not an unsigned integer, or something follows it.
static void check_invalid_number(const char *text) {
    Json json = json_of(text);
    uint64_t number;
    if (json_uint(&json, &number) && json_at_end(&json))
        fail_msg("expected to refuse: %s", text);
}

TEST(json_accept_skips_white_space) {
    Json json = json_of(" \t\r\n{ \n}");
    assert_true(json_accept(&json, '{'));
    assert_false(json_at_end(&json));
    assert_true(json_accept(&json, '}'));
    assert_true(json_at_end(&json));
    assert_false(json_accept(&json, '}'));
}

TEST(json_accept_leaves_another_character) {
    Json json = json_of(" ,]");
    assert_false(json_accept(&json, ']'));
    assert_true(json_accept(&json, ','));
    assert_true(json_accept(&json, ']'));
}

TEST(json_knows_four_white_space_characters) {
    const char *others[] = {"\v", "\f", "\xa0", "\b", "/"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        Json json = json_of(others[i]);
        assert_false(json_at_end(&json));
    }
    const uint8_t zero[] = {' ', 0};
    Json json = {.next = zero, .end = zero + 2};
    assert_false(json_at_end(&json));
    json.end = zero + 1;
    assert_true(json_at_end(&json));
}

TEST(json_reads_nothing_beyond_its_end) {
    const char *texts[] = {"{", "\"a\"", "\"\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\n\"", "12"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t size = strlen(texts[i]);
        for (size_t cut = 0; cut < size; cut++) {
            // memory of exactly this size, so that a sanitizer notices a read beyond it
            uint8_t *bytes = test_malloc(cut > 0 ? cut : 1);
            memcpy(bytes, texts[i], cut);
            Json json = {.next = bytes, .end = bytes + cut};
            char text[16];
            assert_false(json_string(&json, text, sizeof text));
            assert_in_range(json.end - json.next, 0, cut);
            test_free(bytes);
        }
    }
    Json cut_number = json_of("12");
    cut_number.end--;
    uint64_t number;
    assert_true(json_uint(&cut_number, &number));
    assert_int_equal(number, 1);
}

TEST(json_string_reads_plain_and_empty_strings) {
    check_string("\"\"", "");
    check_string(" \"a b\" ", "a b");
    check_string("\"{}[]:,'\"", "{}[]:,'");
    check_string("\"\x7f\"", "\x7f");
}

TEST(json_string_keeps_utf8) {
    check_string("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                 "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(json_string_knows_all_escapes) {
    check_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
}

TEST(json_string_encodes_code_points_as_utf8) {
    check_string("\"\\u0041\\u007f\"", "A\x7f");
    check_string("\"\\u0080\\u00e9\\u07ff\"", "\xc2\x80\xc3\xa9\xdf\xbf");
    check_string("\"\\u0800\\u20AC\\u20ac\\uffff\"",
                 "\xe0\xa0\x80\xe2\x82\xac\xe2\x82\xac\xef\xbf\xbf");
    check_string("\"\\ud7ff\\ue000\"", "\xed\x9f\xbf\xee\x80\x80");
}

TEST(json_string_joins_surrogate_pairs) {
    check_string("\"\\ud800\\udc00\"", "\xf0\x90\x80\x80");
    check_string("\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80");
    check_string("\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf");
}

TEST(json_string_replaces_an_unpaired_surrogate) {
    check_string("\"\\ud83d\"", "\xef\xbf\xbd");
    check_string("\"\\ude00\"", "\xef\xbf\xbd");
    check_string("\"\\ud83dx\"", "\xef\xbf\xbdx");
    check_string("\"\\ud83d\\n\"", "\xef\xbf\xbd\n");
    check_string("\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
                                       "A");
    check_string("\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80");
    check_string("\"\\ude00\\ud83d\"", "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(json_string_rejects_other_tokens_and_malformed_strings) {
    const char *wrong[] = {"",
                           "a",
                           "'a'",
                           "\"",
                           "\"a",
                           "1",
                           "\"\\\"",
                           "\"\\x41\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\",
                           "\"\\u",
                           "\"\\U0041\"",
                           "\"\n\"",
                           "\"\x01\"",
                           "\"\x1f\"",
                           "\"\\ud83d\\u12\"",
                           "\"\\u 041\"",
                           "\"\\u+041\"",
                           "\"\\0\""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_invalid_string(wrong[i]);
    const uint8_t zero[] = {'"', 0, '"'};
    const uint8_t escaped[] = {'"', '\\', 0, '"'};
    char text[8];
    assert_false(json_string(&(Json){zero, zero + 3}, text, sizeof text));
    assert_false(json_string(&(Json){escaped, escaped + 4}, text, sizeof text));
}

TEST(json_string_truncates_a_long_string) {
    char text[6];
    memset(text, 'z', sizeof text);
    Json json = json_of("\"abcdefgh\",");
    assert_true(json_string(&json, text, 4));
    assert_string_equal(text, "abc");
    assert_int_equal(text[4], 'z');
    assert_true(json_accept(&json, ','));
    json = json_of("\"abc\"");
    assert_true(json_string(&json, text, 4));
    assert_string_equal(text, "abc");
    json = json_of("\"abc\"");
    assert_true(json_string(&json, text, 1));
    assert_string_equal(text, "");
}

TEST(json_string_truncates_before_an_escaped_character) {
    char text[8];
    // The escaped character does not fit; the one after it, which would, is dropped too.
    Json json = json_of("\"abc\\u20acx\"");
    assert_true(json_string(&json, text, 6));
    assert_string_equal(text, "abc");
    assert_true(json_at_end(&json));
}

TEST(json_string_truncates_before_a_utf8_character) {
    char text[8];
    Json json = json_of("\"abc\xe2\x82\xacx\"");
    assert_true(json_string(&json, text, 6));
    assert_string_equal(text, "abc");
    assert_true(json_at_end(&json));
}

TEST(json_string_validates_the_truncated_rest) {
    char text[4];
    Json json = json_of("\"abcdef\\x\"");
    assert_false(json_string(&json, text, sizeof text));
    json = json_of("\"abcdef\n\"");
    assert_false(json_string(&json, text, sizeof text));
}

TEST(json_string_ends_at_a_zero) {
    check_string("\"ab\\u0000cd\"", "ab");
}

TEST(json_uint_reads_integers) {
    check_number("0", 0);
    check_number(" 7 ", 7);
    check_number("4294967296", 4294967296);
    check_number("9223372036854775808", (uint64_t)1 << 63);
    check_number("18446744073709551615", UINT64_MAX);
}

TEST(json_uint_rejects_other_numbers_and_tokens) {
    const char *wrong[] = {"",
                           "-1",
                           "+1",
                           "00",
                           "01",
                           "1.5",
                           "1e3",
                           "0x10",
                           ".5",
                           "a",
                           "\"1\"",
                           "- 1",
                           "1 2",
                           "1_0",
                           "NaN",
                           "-0",
                           "true",
                           "18446744073709551616",
                           "99999999999999999999",
                           "184467440737095516150",
                           "340282366920938463463374607431768211456"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_invalid_number(wrong[i]);
}
