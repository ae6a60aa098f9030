#include "base/utf8.h"

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
