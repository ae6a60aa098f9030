#include "support/markup.h"
#include "support/test.h"

#include <ctype.h>

const char *html_written(HtmlWriter *put, const char *text) {
    static char markup[1 << 16];
    memset(markup, 0, sizeof markup);
    FILE *page = fmemopen(markup, sizeof markup - 1, "w");
    assert_non_null(page);
    put(page, text);
    assert_int_equal(fclose(page), 0);
    return markup;
}

char *html_decode(const char *markup) {
    static const char *const escapes[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    static const char characters[] = "&<>\"";
    char *text = malloc(strlen(markup) + 1);
    size_t used = 0;
    assert_non_null(text);
    while (*markup && *markup != '<' && *markup != '"') {
        size_t i = 0;
        while (i < 4 && strncmp(markup, escapes[i], strlen(escapes[i])) != 0)
            i++;
        assert_true(i < 4 || *markup != '&');
        text[used++] = i < 4 ? characters[i] : *markup;
        markup += i < 4 ? strlen(escapes[i]) : 1;
    }
    text[used] = '\0';
    return text;
}

void check_numbers_are_finite(const char *markup) {
    static const char png[] = "base64,";
    for (const char *c = markup; *c; c++) {
        if (strncmp(c, png, sizeof png - 1) == 0)
            c += strcspn(c, "\"");
        // SVG paths have numbers directly after M and H.
        bool is_word = c > markup && isalpha((unsigned char)c[-1]) && c[-1] != 'M' && c[-1] != 'H';
        if (!is_word && (strncmp(c, "nan", 3) == 0 || strncmp(c, "inf", 3) == 0) &&
            !isalpha((unsigned char)c[3]))
            fail_msg("expected finite numbers, found: %.40s", c);
    }
}
