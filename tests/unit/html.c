#include "report/html.h"
#include "support/assert_near.h"
#include "support/html_written.h"
#include "support/markup.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

#define REPLACED "\xef\xbf\xbd" // U+FFFD

static void check_text(const char *text, const char *expected) {
    assert_string_equal(html_written(html_put_text, text), expected);
}

TEST(markup_characters_are_escaped) {
    check_text("<b a=\"1\">&amp;</b>", "&lt;b a=&quot;1&quot;&gt;&amp;amp;&lt;/b&gt;");
    check_text("", "");
    check_text("plain 'text' 100 %", "plain 'text' 100 %");
}

TEST(newlines_stay_and_control_characters_are_replaced) {
    check_text("a\nb\n", "a\nb\n");
    for (int character = 1; character <= 0x9f; character++) {
        if (character == '\n' || (character >= ' ' && character < 0x7f))
            continue;
        char text[4] = {(char)character, 'x'};
        if (character >= 0x80) // U+0080 to U+009F, in UTF-8
            memcpy(text, (char[]){(char)0xc2, (char)character, 'x'}, 3);
        check_text(text, REPLACED "x");
    }
}

TEST(utf_8_of_every_length_stays) {
    static const char *const texts[] = {
        "\xc2\xa0",         // U+00A0
        "\xdf\xbf",         // U+07FF
        "\xe0\xa0\x80",     // U+0800
        "\xed\x9f\xbf",     // U+D7FF, the last before the surrogates
        "\xee\x80\x80",     // U+E000, the first after them
        "\xef\xbf\xbd",     // U+FFFD itself
        "\xf0\x90\x80\x80", // U+10000
        "\xf4\x8f\xbf\xbf", // U+10FFFF
        "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_text(texts[i], texts[i]);
}

// RFC 3629, section 3: each invalid byte is replaced, and the bytes after it are kept.
TEST(invalid_utf_8_is_replaced) {
    check_text("\x80<", REPLACED "&lt;");                                // a continuation byte
    check_text("\xff\xfe", REPLACED REPLACED);                           // not used in UTF-8
    check_text("\xc0\xaf<", REPLACED REPLACED "&lt;");                   // "/", overlong
    check_text("\xc1\xbf", REPLACED REPLACED);                           // overlong
    check_text("\xe0\x9f\xbf", REPLACED REPLACED REPLACED);              // overlong
    check_text("\xf0\x8f\xbf\xbf", REPLACED REPLACED REPLACED REPLACED); // overlong
    check_text("\xed\xa0\x80<", REPLACED REPLACED REPLACED "&lt;");      // U+D800
    check_text("\xed\xbf\xbf", REPLACED REPLACED REPLACED);              // U+DFFF
    check_text("\xf4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED); // U+110000
    check_text("\xf5\x80\x80\x80<", REPLACED REPLACED REPLACED REPLACED "&lt;");
}

TEST(utf_8_cut_short_is_replaced_and_not_read_beyond) {
    static const char whole[] = "\xf0\x9f\x98\x80";
    for (size_t length = 1; length < 4; length++) {
        char *cut = calloc(length + 1, 1); // a sanitizer notices a read beyond it
        assert_non_null(cut);
        memcpy(cut, whole, length);
        const char *expected = REPLACED REPLACED REPLACED;
        check_text(cut, expected + 3 * (3 - length));
        free(cut);
    }
    check_text("\xc3<\xe2\x82&", REPLACED "&lt;" REPLACED REPLACED "&amp;");
}

static double number_of(const char *markup) {
    char *end;
    double number = strtod(text_after(markup, "<data class=\"number\" value=\""), &end);
    assert_memory_equal(end, "\">", 2);
    return number;
}

static void put_number(FILE *page, const char *text) {
    html_put_number(page, "number", 2, strtod(text, NULL));
}

TEST(numbers_are_read_back_exactly) {
    static const char *const numbers[] = {
        "0",
        "1",
        "-1",
        "0.1",
        "0x1.5555555555555p-2",
        "0x1.fffffffffffffp+0",
        "1e22",
        "1.6e-19",
        "0x1p-1074",
        "0x1p-1022",
        "0x1.fffffffffffffp+1023",
        "96.32",
        "1e-5",
        "-0.3",
        "9007199254740993",
        "2.5e15",
        "0x1.999999999999bp-4",
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_near(numbers[i], i, number_of(html_written(put_number, numbers[i])),
                   strtod(numbers[i], NULL), 0.0);
}

static void put_three_numbers(FILE *page, const char *name) {
    html_put_number(page, name, 0, 6.0);
    html_put_number(page, name, 2, 0.125);
    html_put_number(page, name, 4, 2.0);
}

TEST(numbers_have_the_requested_decimals) {
    assert_string_equal(html_written(put_three_numbers, "a"),
                        "<data class=\"a\" value=\"6\">6</data>"
                        "<data class=\"a\" value=\"0.125\">0.12</data>"
                        "<data class=\"a\" value=\"2\">2.0000</data>");
}

static void put_base64(FILE *page, const char *text) {
    html_put_base64(page, (const uint8_t *)text, strlen(text));
}

// RFC 4648, section 10.
TEST(base_64_is_as_in_rfc_4648) {
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_string_equal(html_written(put_base64, vectors[i][0]), vectors[i][1]);
}

static void put_all_bytes(FILE *page, const char *text) {
    uint8_t bytes[256];
    (void)text;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(255 - i);
    html_put_base64(page, bytes, sizeof bytes);
}

TEST(every_byte_is_decoded_from_base_64) {
    size_t size;
    uint8_t *bytes = base64_decode(html_written(put_all_bytes, ""), &size);
    assert_int_equal(size, 256);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], 255 - i);
    free(bytes);
}

static const uint8_t image_pixels[] = {0, 50, 100, 150, 200, 250};

static void put_image(FILE *page, const char *text) {
    Error error;
    (void)text;
    assert_true(html_put_png_url(page, image_pixels, 2, 3, PNG_GREY, &error));
}

TEST(the_url_of_an_image_contains_its_png) {
    static const char before[] = "data:image/png;base64,";
    const char *url = html_written(put_image, "");
    size_t size;
    assert_memory_equal(url, before, sizeof before - 1);
    assert_int_equal(strspn(url + sizeof before - 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                                     "tuvwxyz0123456789+/="),
                     strlen(url) - (sizeof before - 1));
    uint8_t *png = base64_decode(url + sizeof before - 1, &size);
    PngPicture picture = png_decode(png, size);
    assert_int_equal(picture.width, 2);
    assert_int_equal(picture.height, 3);
    assert_int_equal(picture.colours, 1);
    assert_memory_equal(picture.pixels, image_pixels, sizeof image_pixels);
    free(picture.pixels);
    free(png);
}

static void put_empty_image(FILE *page, const char *text) {
    Error error;
    (void)text;
    assert_false(html_put_png_url(page, image_pixels, 0, 3, PNG_GREY, &error));
    assert_non_null(strstr(error.text, "found 0x3 pixels"));
}

TEST(an_image_without_pixels_is_an_error_and_writes_nothing) {
    assert_string_equal(html_written(put_empty_image, ""), "");
}
