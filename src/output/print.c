#include "output/print.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
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

#if defined(__GNUC__)
static void print(FILE *stream, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
#endif

static void print(FILE *stream, const char *format, va_list arguments) {
    char text[TEXT_BYTES];
    text_format(text, sizeof text, format, arguments);
    put(stream, text, strlen(text));
}

void print_stdout(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(stdout, format, arguments);
    va_end(arguments);
}

void print_stderr(const char *format, ...) {
    static bool is_buffered;
    if (!is_buffered) { // the lines of several processes stay whole
        static char buffer[TEXT_BYTES];
        is_buffered = setvbuf(stderr, buffer, _IOLBF, sizeof buffer) == 0;
    }
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
    return output_error;
}
