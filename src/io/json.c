#include "io/json.h"

#include "base/utf8.h"

#include <string.h>

static bool is_space(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(Json *json) {
    while (json->next < json->end && is_space(*json->next))
        json->next++;
}

bool json_accept(Json *json, char character) {
    skip_space(json);
    if (json->next == json->end || *json->next != (uint8_t)character)
        return false;
    json->next++;
    return true;
}

bool json_at_end(Json *json) {
    skip_space(json);
    return json->next == json->end;
}

bool json_uint(Json *json, uint64_t *number) {
    skip_space(json);
    const uint8_t *first = json->next;
    *number = 0;
    for (; json->next < json->end && *json->next >= '0' && *json->next <= '9'; json->next++) {
        uint64_t digit = *json->next - (uint64_t)'0';
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = 10 * *number + digit;
    }
    size_t digits = (size_t)(json->next - first);
    return digits > 0 && (digits == 1 || *first != '0');
}

static bool read_hex(Json *json, uint32_t *code) {
    *code = 0;
    for (int i = 0; i < 4; i++) {
        if (json->next == json->end)
            return false;
        uint8_t c = *json->next++;
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = c - (uint32_t)'0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (c | 0x20U) - (uint32_t)'a' + 10;
        else
            return false;
        *code = *code << 4 | digit;
    }
    return true;
}

// Reads the digits after \u. A surrogate pair is one code point; an unpaired surrogate is U+FFFD.
static bool read_code_point(Json *json, uint32_t *code) {
    if (!read_hex(json, code))
        return false;
    if (*code < 0xd800 || *code > 0xdfff)
        return true;
    uint32_t low = 0;
    const uint8_t *after_first = json->next;
    bool has_second = *code < 0xdc00 && json->end - json->next >= 2 && json->next[0] == '\\' &&
                      json->next[1] == 'u';
    if (has_second) {
        json->next += 2;
        if (!read_hex(json, &low))
            return false;
    }
    if (has_second && low >= 0xdc00 && low <= 0xdfff) {
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    } else {
        json->next = after_first;
        *code = 0xfffd;
    }
    return true;
}

static size_t encode_utf8(uint32_t code, char *bytes) {
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t count = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = count; --i > 0; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    bytes[0] = (char)(lead[count] | code);
    return count;
}

// Reads one byte of a string or one escape sequence, as UTF-8. Returns the number of bytes, 0 if it
// is invalid.
static size_t read_character(Json *json, char *bytes) {
    static const char escapes[] = "\"\\/bfnrt";
    static const char characters[] = "\"\\/\b\f\n\r\t";
    uint8_t c = *json->next++;
    bytes[0] = (char)c;
    if (c < 0x20)
        return 0;
    if (c != '\\')
        return 1;
    if (json->next == json->end)
        return 0;
    c = *json->next++;
    uint32_t code;
    if (c == 'u')
        return read_code_point(json, &code) ? encode_utf8(code, bytes) : 0;
    const char *escape = c ? strchr(escapes, c) : NULL;
    if (!escape)
        return 0;
    bytes[0] = characters[escape - escapes];
    return 1;
}

// Returns the length of the text without its last character, which is incomplete.
static size_t without_last_character(const char *text, size_t used) {
    while (used > 0 && ((uint8_t)text[used - 1] & 0xc0) == 0x80)
        used--;
    return used > 0 ? used - 1 : 0;
}

bool json_string(Json *json, char *text, size_t size) {
    size_t used = 0;
    bool full = false;
    if (!json_accept(json, '"'))
        return false;
    while (json->next < json->end && *json->next != '"') {
        char bytes[4];
        size_t count = read_character(json, bytes);
        if (count == 0)
            return false;
        bool fits = used + count < size;
        if (!full && !fits && ((uint8_t)bytes[0] & 0xc0) == 0x80)
            used = without_last_character(text, used); // its other bytes do not fit
        full = full || !fits;
        if (!full) {
            memcpy(text + used, bytes, count);
            used += count;
        }
    }
    text[used] = '\0';
    return json_accept(json, '"');
}

typedef struct {
    char *json;
    size_t size;
    size_t used;
} Output;

static void put(Output *output, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++, output->used++) {
        if (output->used + 1 < output->size)
            output->json[output->used] = bytes[i];
    }
}

// All characters that need an escape sequence have codes of at most 16 bits.
static void put_escaped(Output *output, uint32_t code) {
    static const char hex[] = "0123456789abcdef";
    const char digits[6] = {
        '\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
    const char pair[2] = {'\\', (char)code};
    if (code == '"' || code == '\\')
        put(output, pair, sizeof pair);
    else
        put(output, digits, sizeof digits);
}

size_t json_write_string(char *json, size_t size, const char *text) {
    Output output = {.json = json, .size = size};
    put(&output, "\"", 1);
    for (const uint8_t *c = (const uint8_t *)text; *c;) {
        size_t length = utf8_length(c);
        if (utf8_is_control(c) || *c == '"' || *c == '\\')
            put_escaped(&output, utf8_code_point(c));
        else if (length > 0)
            put(&output, (const char *)c, length);
        else
            put(&output, "\xef\xbf\xbd", 3);
        c += length > 0 ? length : 1;
    }
    put(&output, "\"", 1);
    if (size > 0)
        json[output.used < size ? output.used : size - 1] = '\0';
    return output.used;
}
