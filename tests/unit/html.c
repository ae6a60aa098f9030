#include "output/html.h"
#include "support/markup.h"
#include "support/test.h"

#define REPLACED "\xef\xbf\xbd" // U+FFFD

// RFC 3629, section 3: each invalid byte is replaced, and the bytes after it are kept.
TEST(text_is_escaped_and_its_control_characters_are_replaced) {
    static const char *const cases[][2] = {
        {"", ""},
        {"<b a=\"1\">&amp;</b>", "&lt;b a=&quot;1&quot;&gt;&amp;amp;&lt;/b&gt;"},
        {"plain 'text' 100 %", "plain 'text' 100 %"},
        {"a\nb\n", "a\nb\n"},
        {"\x01\x1f\x7f\t\r", REPLACED REPLACED REPLACED REPLACED REPLACED},
        {"\xc2\x80\xc2\x9f", REPLACED REPLACED}, // U+0080, U+009F
        {"\xe2\x80\xae", REPLACED},              // a control of the writing direction
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\x80<\xff", REPLACED "&lt;" REPLACED},
        {"\xc0\xaf<", REPLACED REPLACED "&lt;"},              // "/", overlong
        {"\xed\xa0\x80<", REPLACED REPLACED REPLACED "&lt;"}, // U+D800
        {"\xc3<\xe2\x82&", REPLACED "&lt;" REPLACED REPLACED "&amp;"},
        {"\xf0\x9f\x98", REPLACED REPLACED REPLACED}, // cut short
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(html_written(html_put_text, cases[i][0]), cases[i][1]);
}

// The page's word, decoded, is an argument of printf in a shell.
TEST(a_shell_reads_every_word_back) {
    static const char *const words[] = {"",       "''''", "\\'\\",   "$HOME",   "`echo no`",
                                        "a\nb\n", "*",    "~root",   "a;b|c&",  "#no",
                                        "{a,b}",  "!!",   "-n",      "<&amp;>", "a=b",
                                        "%s%n%d", "if",   "  a  b ", "\"a\"",   "caf\xc3\xa9"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char command[512], answer[512];
        char *quoted = html_decode(html_written(html_put_shell_word, words[i]));
        snprintf(command, sizeof command, "printf '%%s.' %s", quoted);
        free(quoted);
        FILE *shell = popen(command, "r");
        assert_non_null(shell);
        answer[fread(answer, 1, sizeof answer - 1, shell)] = '\0';
        assert_int_equal(pclose(shell), 0);
        assert_memory_equal(answer, words[i], strlen(words[i]));
        assert_string_equal(answer + strlen(words[i]), "."); // a final newline is kept
    }
}

// As the first word of a command, a=b would set a variable.
TEST(only_words_that_need_quotes_have_them) {
    static const char *const plain[] = {"build/mnist-train", "--epochs=5", "-q", "a_b:c,d+e%@f"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        assert_string_equal(html_written(html_put_shell_word, plain[i]), plain[i]);
    assert_string_equal(html_written(html_put_shell_word, "a=b/mnist-train"), "'a=b/mnist-train'");
    assert_string_equal(html_written(html_put_shell_word, "it's"), "'it'\\''s'");
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
        {"\xff\xef\xbe", "/+++"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_string_equal(html_written(put_base64, vectors[i][0]), vectors[i][1]);
}

static void put_large_image(FILE *page, const char *text) {
    Error error;
    assert_false(html_put_png_url(page, (const uint8_t *)text, SIZE_MAX / 8, 4, PNG_GREY, &error));
    text_after(error.text, "PNG: out of memory");
}

TEST(an_image_that_is_too_large_is_an_error_and_writes_nothing) {
    assert_string_equal(html_written(put_large_image, ""), "");
}
