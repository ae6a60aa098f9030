#include "html.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; // U+FFFD

// Writes the first character of the text; returns its length in bytes.
static size_t put_character(FILE *page, const char *text) {
    size_t length = utf8_length((const uint8_t *)text);
    if (length == 0 || (utf8_is_control((const uint8_t *)text) && *text != '\n'))
        fputs(replacement, page);
    else if (*text == '&')
        fputs("&amp;", page);
    else if (*text == '<')
        fputs("&lt;", page);
    else if (*text == '>')
        fputs("&gt;", page);
    else if (*text == '"')
        fputs("&quot;", page);
    else
        fwrite(text, 1, length, page);
    return length > 0 ? length : 1;
}

void html_put_text(FILE *page, const char *text) {
    while (*text)
        text += put_character(page, text);
}

static bool needs_quotes(const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+:,./%@";
    // As the first word of a command, a=b would set a variable.
    bool is_assignment = *word != '-' && strchr(word, '=');
    return !*word || is_assignment || word[strspn(word, plain)];
}

void html_put_shell_word(FILE *page, const char *text) {
    if (!needs_quotes(text)) {
        html_put_text(page, text);
        return;
    }
    fputc('\'', page);
    while (*text) {
        if (*text == '\'')
            fputs("'\\'", page); // closes the quotes, adds an apostrophe; the next one reopens them
        text += put_character(page, text);
    }
    fputc('\'', page);
}

void html_put_base64(FILE *page, const uint8_t *bytes, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned group = (unsigned)bytes[i] << 16;
        group |= left > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes[i + 2] : 0;
        fputc(digits[group >> 18], page);
        fputc(digits[group >> 12 & 63], page);
        fputc(left > 1 ? digits[group >> 6 & 63] : '=', page);
        fputc(left > 2 ? digits[group & 63] : '=', page);
    }
}

bool html_put_png_url(FILE *page, const uint8_t *pixels, size_t width, size_t height,
                      PngColours colours, Error *error) {
    uint8_t *png;
    size_t size;
    if (!png_encode(pixels, width, height, colours, &png, &size, error))
        return false;
    fputs("data:image/png;base64,", page);
    html_put_base64(page, png, size);
    free(png);
    return true;
}
