#include "report/html.h"
#include "support/html_written.h"
#include "support/markup.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

TEST(plain_words_stay_unquoted) {
    static const char *const words[] = {
        "build/mnist-train", "--epochs=5", "-q", "0.001", "a_b:c,d+e%@f", "../x/Y9",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_string_equal(html_written(html_put_shell_word, words[i]), words[i]);
}

TEST(all_other_words_are_quoted) {
    static const char special[] = " \n|&;<>()$`\\\"*?[]#~{}!^\xc3\xa4";
    assert_string_equal(html_written(html_put_shell_word, ""), "''");
    assert_string_equal(html_written(html_put_shell_word, "it's"), "'it'\\''s'");
    for (size_t i = 0; i < sizeof special - 1; i++) {
        char word[] = {'a', special[i], 'b', '\0'};
        const char *markup = html_written(html_put_shell_word, word);
        assert_int_equal(markup[0], '\'');
        assert_int_equal(markup[strlen(markup) - 1], '\'');
    }
}

// Checks that a shell reads the word on the page as `word`.
static void check_shell(const char *word) {
    char *quoted = html_decode(html_written(html_put_shell_word, word));
    size_t size = strlen(quoted) + 64;
    char *command = malloc(size);
    char answer[4096] = "";
    assert_non_null(command);
    snprintf(command, size, "printf '%%s.' %s", quoted);
    FILE *shell = popen(command, "r");
    assert_non_null(shell);
    size_t length = fread(answer, 1, sizeof answer - 1, shell);
    assert_int_equal(pclose(shell), 0);
    assert_true(length > 0 && answer[length - 1] == '.'); // a final newline is kept
    answer[length - 1] = '\0';
    assert_string_equal(answer, word);
    free(command);
    free(quoted);
}

TEST(a_shell_reads_every_word_back) {
    static const char *const words[] = {
        "",
        " ",
        "'",
        "''''",
        "\\",
        "\\'\\",
        "ends in \\",
        "$HOME",
        "${HOME}",
        "$(echo no)",
        "`echo no`",
        "\"quoted\"",
        "a\nb\n",
        "\n",
        "*",
        "/bin/?h",
        "[a-z]*",
        "~",
        "~root",
        "a;echo no",
        "a&b|c",
        "a>no<b",
        "#no comment",
        "{a,b}",
        "!!",
        "<b>&amp;</b>",
        "&lt;",
        "it's a \"test\" of `$PATH`\\",
        "-n",
        "--data=caf\xc3\xa9 \xe2\x82\xac",
        "a=b",
        "%s%n%d",
        "if",
        "  many   spaces  ",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        check_shell(words[i]);
}

// The first word of a command would set a variable.
TEST(a_word_is_never_an_assignment) {
    assert_string_equal(html_written(html_put_shell_word, "a=b/mnist-train"), "'a=b/mnist-train'");
    assert_string_equal(html_written(html_put_shell_word, "--data=a=b"), "--data=a=b");
}
