#include "base/text.h"

#include <string.h>

size_t utf8_length(const uint8_t *text) {
    uint8_t c = text[0];
    if (c < 0x80)
        return 1;
    size_t length = c >= 0xc2 && c <= 0xdf   ? 2
                    : c >= 0xe0 && c <= 0xef ? 3
                    : c >= 0xf0 && c <= 0xf4 ? 4
                                             : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((c == 0xe0 && text[1] < 0xa0) || (c == 0xed && text[1] > 0x9f) ||
        (c == 0xf0 && text[1] < 0x90) || (c == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

uint32_t utf8_code_point(const uint8_t *text) {
    size_t length = utf8_length(text);
    if (length == 1)
        return text[0];
    uint32_t code = text[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (text[i] & 0x3fU);
    return code;
}

bool utf8_is_control(const uint8_t *text) {
    if (utf8_length(text) == 0)
        return false;
    uint32_t code = utf8_code_point(text);
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

// Ends a text after `length` bytes, and before that if the last character is not complete there.
static void utf8_cut(char *text, size_t length) {
    size_t start = length; // of the last character
    while (start > 0 && ((uint8_t)text[start - 1] & 0xc0) == 0x80)
        start--;
    start -= start > 0;
    text[length] = '\0';
    if (utf8_length((const uint8_t *)text + start) != length - start)
        text[start] = '\0';
}

// Returns the part of a format that follows its last conversion. *takes_text: whether one is %s or
// %c, which alone can bring text from outside.
static const char *literal_end(const char *format, bool *takes_text) {
    const char *end = format;
    *takes_text = false;
    for (const char *percent = format; (percent = strchr(percent, '%')); percent = end) {
        end = percent + 1;
        end += strspn(end, "-+ #0123456789.*hlzjt");
        *takes_text |= *end == 's' || *end == 'c';
        end += *end != '\0';
    }
    return end;
}

// Copies the characters between text and end, of which those that could control a terminal or are
// not UTF-8 become '?'. The copy may overlap the text and is never longer.
static char *copy_printable(char *copy, const char *text, const char *end) {
    while (text < end) {
        size_t length = utf8_length((const uint8_t *)text);
        if (length == 0 || utf8_is_control((const uint8_t *)text)) {
            *copy++ = '?';
        } else {
            memmove(copy, text, length);
            copy += length;
        }
        text += length > 0 ? length : 1;
    }
    return copy;
}

void text_format(char *text, size_t size, const char *format, va_list arguments) {
    int formatted = vsnprintf(text, size, format, arguments);
    if (formatted < 0)
        text[0] = '\0';
    else if ((size_t)formatted >= size)
        utf8_cut(text, size - 1);
    size_t used = strlen(text);
    size_t head = strcspn(format, "%");
    bool takes_text;
    size_t tail = strlen(literal_end(format, &takes_text));
    if (takes_text && head < used) {
        char *end = text + used - (head + tail <= used && (size_t)formatted < size ? tail : 0);
        memmove(copy_printable(text + head, text + head, end), end, strlen(end) + 1);
    }
}

void text_put_json(FILE *file, const char *text) {
    fputc('"', file);
    for (const uint8_t *c = (const uint8_t *)text; *c;) {
        size_t length = utf8_length(c);
        if (*c == '"' || *c == '\\')
            fprintf(file, "\\%c", *c);
        else if (utf8_is_control(c)) // their codes have at most 16 bits
            fprintf(file, "\\u%04x", (unsigned)utf8_code_point(c));
        else if (length > 0)
            fwrite(c, 1, length, file);
        else
            fputs("\xef\xbf\xbd", file); // U+FFFD
        c += length > 0 ? length : 1;
    }
    fputc('"', file);
}
