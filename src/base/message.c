#include "base/message.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// %f of DBL_MAX has 309 digits before the point.
enum { MAX_WIDTH = 128, NUMBER_TEXT = 512 };

static const char ellipsis[] = "...";

typedef struct {
    char *text;
    size_t size;
    size_t used;       // bytes of the whole text, of which size - 1 are written
    size_t max_string; // longer strings are shortened
} Output;

// A va_list that functions can advance through a pointer.
typedef struct {
    va_list list;
} Arguments;

// A conversion such as %-*.3zu.
typedef struct {
    char flags[8];
    int width;
    int precision;  // negative: none
    char length;    // 'l', 'L' for ll, 'z', or 0
    char character; // the conversion
} Conversion;

static void put(Output *output, const char *bytes, size_t count) {
    size_t left = output->used + 1 < output->size ? output->size - 1 - output->used : 0;
    if (left > 0)
        memcpy(output->text + output->used, bytes, count < left ? count : left);
    output->used += count;
}

static void put_spaces(Output *output, size_t count) {
    for (size_t i = 0; i < count; i++)
        put(output, " ", 1);
}

// Returns the bytes of the next character of an argument. *printed is the character, or "?".
static size_t next_character(const char *text, size_t left, const char **printed,
                             size_t *printed_bytes) {
    size_t length = utf8_length((const uint8_t *)text);
    bool is_printable = length > 0 && length <= left && !utf8_is_control((const uint8_t *)text);
    *printed = is_printable ? text : "?";
    *printed_bytes = is_printable ? length : 1;
    return length > 0 && length <= left ? length : 1;
}

// Writes the characters of the string that lie before byte `head` or from byte `tail` on, and an
// ellipsis where others are left out. Both count the bytes that are printed. Returns their number.
static size_t put_characters(Output *output, const char *text, size_t left, size_t head,
                             size_t tail) {
    size_t position = 0;
    bool is_shortened = false;
    while (left > 0 && *text) {
        const char *printed;
        size_t bytes;
        size_t read = next_character(text, left, &printed, &bytes);
        if (output && (position + bytes <= head || position >= tail)) {
            put(output, printed, bytes);
        } else if (output && !is_shortened) {
            put(output, ellipsis, strlen(ellipsis));
            is_shortened = true;
        }
        position += bytes;
        text += read;
        left -= read;
    }
    return position;
}

static void put_string(Output *output, const Conversion *conversion, const char *text) {
    size_t left = conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision;
    size_t bytes = put_characters(NULL, text, left, 0, 0);
    size_t width = conversion->width > 0 ? (size_t)conversion->width : 0;
    size_t padding = width > bytes ? width - bytes : 0;
    bool is_left = strchr(conversion->flags, '-');
    put_spaces(output, is_left ? 0 : padding);
    if (bytes > output->max_string) {
        size_t kept = output->max_string - strlen(ellipsis);
        put_characters(output, text, left, kept / 2, bytes - kept / 2);
    } else {
        put_characters(output, text, left, bytes, bytes);
    }
    put_spaces(output, is_left ? padding : 0);
}

// The analyser does not see that put_text copies the list.
// NOLINTBEGIN(clang-analyzer-valist.Uninitialized)
static uintmax_t take_unsigned(const Conversion *conversion, Arguments *arguments) {
    switch (conversion->length) {
    case 'l':
        return va_arg(arguments->list, unsigned long);
    case 'L':
        return va_arg(arguments->list, unsigned long long);
    case 'z':
        return va_arg(arguments->list, size_t);
    default:
        return va_arg(arguments->list, unsigned);
    }
}

static intmax_t take_signed(const Conversion *conversion, Arguments *arguments) {
    switch (conversion->length) {
    case 'l':
        return va_arg(arguments->list, long);
    case 'L':
        return va_arg(arguments->list, long long);
    case 'z':
        return va_arg(arguments->list, ptrdiff_t);
    default:
        return va_arg(arguments->list, int);
    }
}

// Writes a format for printf: the same conversion, for integers with the length of intmax_t.
static void write_format(const Conversion *conversion, bool is_real, char *format) {
    size_t flags = strlen(conversion->flags);
    *format++ = '%';
    memcpy(format, conversion->flags, flags);
    format += flags;
    memcpy(format, "*.*", 3);
    format += 3;
    if (!is_real)
        *format++ = 'j';
    *format++ = conversion->character;
    *format = '\0';
}

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" // write_format has made it
#endif

static void put_number(Output *output, const Conversion *conversion, Arguments *arguments) {
    char format[sizeof conversion->flags + 8];
    char text[NUMBER_TEXT];
    int width = conversion->width < MAX_WIDTH ? conversion->width : MAX_WIDTH;
    int precision = conversion->precision < MAX_WIDTH ? conversion->precision : MAX_WIDTH;
    bool is_real = strchr("efg", conversion->character);
    write_format(conversion, is_real, format);
    if (is_real)
        snprintf(text, sizeof text, format, width, precision, va_arg(arguments->list, double));
    else if (strchr("di", conversion->character))
        snprintf(text, sizeof text, format, width, precision, take_signed(conversion, arguments));
    else
        snprintf(text, sizeof text, format, width, precision, take_unsigned(conversion, arguments));
    put(output, text, strlen(text));
}

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

static int parse_number(const char **format, Arguments *arguments) {
    if (**format == '*') {
        ++*format;
        return va_arg(arguments->list, int);
    }
    char *end;
    long number = strtol(*format, &end, 10);
    *format = end;
    return (int)number;
}

// Parses what follows a '%'.
static Conversion parse_conversion(const char **format, Arguments *arguments) {
    Conversion conversion = {.precision = -1};
    for (size_t i = 0; **format && strchr("-+ #0", **format); ++*format) {
        if (i + 1 < sizeof conversion.flags)
            conversion.flags[i++] = **format;
    }
    if (**format == '*' || (**format >= '1' && **format <= '9'))
        conversion.width = parse_number(format, arguments);
    if (**format == '.') {
        ++*format;
        conversion.precision = parse_number(format, arguments);
    }
    for (; **format && strchr("hlz", **format); ++*format)
        conversion.length = (char)(conversion.length == 'l' ? 'L' : **format);
    conversion.character = **format;
    *format += **format != '\0';
    return conversion;
}

static void put_conversion(Output *output, const char **format, Arguments *arguments) {
    Conversion conversion = parse_conversion(format, arguments);
    if (conversion.character == '%') {
        put(output, "%", 1);
    } else if (conversion.character == 's') {
        put_string(output, &conversion, va_arg(arguments->list, const char *));
    } else if (conversion.character == 'c') {
        const char text[] = {(char)va_arg(arguments->list, int), '\0'};
        put_string(output, &conversion, text);
    } else {
        put_number(output, &conversion, arguments);
    }
}
// NOLINTEND(clang-analyzer-valist.Uninitialized)

static void put_text(Output *output, const char *format, va_list list) {
    Arguments arguments;
    va_copy(arguments.list, list);
    while (*format) {
        size_t literal = strcspn(format, "%");
        put(output, format, literal);
        format += literal;
        if (*format) {
            format++;
            put_conversion(output, &format, &arguments);
        }
    }
    va_end(arguments.list);
}

// Returns the length of the text without an incomplete character at its end.
static size_t whole_characters(const char *text, size_t length) {
    size_t start = length;
    while (start > 0 && ((uint8_t)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && (uint8_t)text[start - 1] >= 0xc0)
        start--;
    return utf8_length((const uint8_t *)text + start) == length - start ? length : start;
}

void message_format(char *text, size_t size, const char *format, va_list arguments) {
    Output output = {.text = text, .size = size, .max_string = SIZE_MAX};
    put_text(&output, format, arguments);
    if (output.used >= size) {
        output.used = 0;
        output.max_string = size / 4;
        put_text(&output, format, arguments);
    }
    bool is_cut = output.used >= size;
    size_t length = is_cut ? size - 1 : output.used;
    text[length] = '\0';
    if (is_cut)
        text[whole_characters(text, length)] = '\0';
}
