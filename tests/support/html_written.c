#include "support/html_written.h"
#include "support/test.h"

const char *html_written(HtmlWriter *put, const char *text) {
    static char markup[1 << 16];
    memset(markup, 0, sizeof markup);
    FILE *page = fmemopen(markup, sizeof markup - 1, "w");
    assert_non_null(page);
    put(page, text);
    assert_int_equal(fclose(page), 0);
    return markup;
}
