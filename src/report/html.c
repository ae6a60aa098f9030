#include "report/html.h"

#include "io/json.h"

#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; // U+FFFD

// U+0000 to U+001F, and U+007F to U+009F; a newline is none here.
static bool is_control(const unsigned char *bytes) {
    if (bytes[0] == 0xc2)
        return bytes[1] < 0xa0;
    return (bytes[0] < ' ' && bytes[0] != '\n') || bytes[0] == 0x7f;
}

static void put_character(FILE *page, const char *bytes, size_t length) {
    unsigned char first = (unsigned char)*bytes;
    if (length == 0 || is_control((const unsigned char *)bytes))
        fputs(replacement, page);
    else if (first == '&')
        fputs("&amp;", page);
    else if (first == '<')
        fputs("&lt;", page);
    else if (first == '>')
        fputs("&gt;", page);
    else if (first == '"')
        fputs("&quot;", page);
    else
        fwrite(bytes, 1, length, page);
}

void html_put_text(FILE *page, const char *text) {
    while (*text) {
        size_t length = json_utf8_length((const uint8_t *)text);
        put_character(page, text, length);
        text += length > 0 ? length : 1;
    }
}

void html_put_shell_word(FILE *page, const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+:,./%@";
    // a=b as the first word would set a variable
    bool assigns = *text != '-' && strchr(text, '=');
    if (*text && !assigns && strspn(text, plain) == strlen(text)) {
        html_put_text(page, text);
        return;
    }
    char *quoted = malloc(4 * strlen(text) + sizeof "''");
    if (!quoted) {
        html_put_text(page, text);
        return;
    }
    char *next = quoted;
    *next++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            next = (char *)memcpy(next, "'\\'", 3) + 3;
        *next++ = *text;
    }
    *next++ = '\'';
    *next = '\0';
    html_put_text(page, quoted);
    free(quoted);
}

void html_put_number(FILE *page, const char *name, int decimals, double number) {
    fprintf(page, "<data class=\"%s\" value=\"%.17g\">%.*f</data>", name, number, decimals, number);
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

bool html_put_picture(FILE *page, const uint8_t *pixels, size_t width, size_t height,
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
