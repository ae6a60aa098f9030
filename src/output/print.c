#include "output/print.h"

#include "base/utf8.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Longer than any path; the rest of a longer text is cut.
enum { TEXT_BYTES = 8192 };

static int output_error; // errno of the first failed write to stdout, or 0

static void put(FILE *stream, const char *text, size_t length) {
    errno = 0;
    if (fwrite(text, 1, length, stream) < length && stream == stdout && output_error == 0)
        output_error = errno ? errno : EIO;
}

// Returns whether the format has a conversion %s or %c: only these can bring text from outside.
static bool takes_text(const char *format) {
    while ((format = strchr(format, '%'))) {
        format += 1 + strspn(format + 1, "-+ #0123456789.*hlz");
        if (*format == 's' || *format == 'c')
            return true;
        format += *format != '\0';
    }
    return false;
}

// Replaces control characters and bytes that are not UTF-8 by '?', except for a newline that the
// format has at its beginning or its end.
static void make_printable(char *text, const char *format) {
    bool ends_line = format[strlen(format) - 1] == '\n';
    char *to = text + (*format == '\n');
    for (const char *from = to; *from;) {
        size_t length = utf8_length((const uint8_t *)from);
        bool is_end = ends_line && from[1] == '\0';
        if (length == 0 || (utf8_is_control((const uint8_t *)from) && !is_end))
            *to++ = '?';
        else
            to = (char *)memmove(to, from, length) + length;
        from += length > 0 ? length : 1;
    }
    *to = '\0';
}

#if defined(__GNUC__)
static void print(FILE *stream, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
#endif

static void print(FILE *stream, const char *format, va_list arguments) {
    char text[TEXT_BYTES];
    vsnprintf(text, sizeof text, format, arguments);
    if (takes_text(format))
        make_printable(text, format);
    put(stream, text, strlen(text));
}

void print_stdout(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(stdout, format, arguments);
    va_end(arguments);
}

void print_stderr(const char *format, ...) {
    static char buffer[TEXT_BYTES];
    static bool is_buffered;
    if (!is_buffered) // the lines of several processes stay whole
        is_buffered = setvbuf(stderr, buffer, _IOLBF, sizeof buffer) == 0;
    va_list arguments;
    va_start(arguments, format);
    print(stderr, format, arguments);
    va_end(arguments);
}

void print_data(const char *bytes, size_t length) {
    if (isatty(STDOUT_FILENO))
        print_stdout("%.*s", length < INT_MAX ? (int)length : INT_MAX, bytes);
    else
        put(stdout, bytes, length);
}

int print_flush(void) {
    fflush(stderr);
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && output_error == 0)
        output_error = errno ? errno : EIO;
    clearerr(stdout);
    int code = output_error;
    output_error = 0;
    return code;
}
