#include "report/print.h"

#include "base/message.h"
#include "base/terminal.h"
#include "base/utf8.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 8192, INDENT = 4 };

static const char ellipsis[] = "...";

// One of the standard streams, and the part of a line that has no newline yet.
typedef struct {
    char text[LINE_BYTES];
    size_t used;
    int descriptor;
    int error; // errno of the first failed write, or 0
} Output;

static Output standard_output = {.descriptor = STDOUT_FILENO};
static Output standard_error = {.descriptor = STDERR_FILENO};

static FILE *stream_of(const Output *output) {
    return output->descriptor == STDOUT_FILENO ? stdout : stderr;
}

static void set_error(Output *output) {
    if (output->error == 0)
        output->error = errno ? errno : EIO;
}

static void put(Output *output, const char *text, size_t length) {
    errno = 0;
    if (fwrite(text, 1, length, stream_of(output)) < length)
        set_error(output);
}

// Returns the bytes of the next character or control sequence, and adds its columns.
static size_t next_character(const char *text, size_t *columns) {
    if (*text == '\033' && text[1] == '[') {
        size_t parameters = 2 + strspn(text + 2, "0123456789;");
        return parameters + (text[parameters] != '\0');
    }
    size_t length = utf8_length((const uint8_t *)text);
    *columns += (unsigned char)*text >= ' ';
    return length > 0 ? length : 1;
}

static size_t count_columns(const char *text, const char *end) {
    size_t columns = 0;
    while (text < end)
        text += next_character(text, &columns);
    return columns;
}

// Returns the end of the first `columns` columns.
static const char *skip_columns(const char *text, const char *end, size_t columns) {
    for (size_t passed = 0; text < end;) {
        const char *next = text + next_character(text, &passed);
        if (passed > columns)
            break;
        text = next;
    }
    return text;
}

// Returns the column of the text after a label, which two spaces or more end, else INDENT.
static size_t find_indent(const char *line, const char *end, size_t width) {
    const char *label = line + strspn(line, " ");
    const char *gap = strstr(label, "  ");
    size_t indent = gap && gap < end ? count_columns(line, gap + strspn(gap, " ")) : 0;
    return indent > 0 && indent <= width / 2 ? indent : INDENT < width ? INDENT : 0;
}

// Puts a word that is wider than a row without its middle.
static void put_shortened(Output *output, const char *word, const char *end, size_t width) {
    size_t kept = width > strlen(ellipsis) ? width - strlen(ellipsis) : 0;
    size_t tail = kept / 2;
    const char *head_end = skip_columns(word, end, kept - tail);
    put(output, word, (size_t)(head_end - word));
    put(output, ellipsis, strlen(ellipsis));
    const char *rest = skip_columns(word, end, count_columns(word, end) - tail);
    put(output, rest, (size_t)(end - rest));
}

// Puts the words that fit in a row, at least one. Returns the start of the next row.
static const char *put_row(Output *output, const char *text, const char *end, size_t width) {
    const char *row_end = text;
    for (const char *word = text; word < end;) {
        const char *word_end = word + strspn(word, " ");
        word_end = memchr(word_end, ' ', (size_t)(end - word_end));
        if (!word_end)
            word_end = end;
        if (row_end > text && count_columns(text, word_end) > width)
            break;
        row_end = word = word_end;
    }
    if (count_columns(text, row_end) > width)
        put_shortened(output, text, row_end, width);
    else
        put(output, text, (size_t)(row_end - text));
    return row_end < end ? row_end + strspn(row_end, " ") : end;
}

static void put_folded(Output *output, const char *line, const char *end, size_t width) {
    size_t indent = find_indent(line, end, width);
    line = put_row(output, line, end, width);
    while (line < end) {
        put(output, "\n", 1);
        for (size_t i = 0; i < indent; i++)
            put(output, " ", 1);
        line = put_row(output, line, end, width - indent);
    }
    put(output, "\n", 1);
}

// Puts a line; `end` is its newline.
static void put_line(Output *output, const char *line, const char *end) {
    size_t width = terminal_columns(output->descriptor);
    if (count_columns(line, end) <= width)
        put(output, line, (size_t)(end + 1 - line));
    else
        put_folded(output, line, end, width);
}

// Puts the lines that are complete. `added` is the text since the last call.
static void put_complete_lines(Output *output, const char *added) {
    char *line = output->text;
    for (char *end; (end = strchr(added, '\n')); added = line = end + 1)
        put_line(output, line, end);
    output->used -= (size_t)(line - output->text);
    memmove(output->text, line, output->used + 1);
}

static void put_rest(Output *output) {
    put(output, output->text, output->used);
    output->used = 0;
}

static void add(Output *output, const char *text, size_t length) {
    if (output->used + length >= LINE_BYTES)
        put_rest(output);
    if (length >= LINE_BYTES) {
        put(output, text, length);
        return;
    }
    char *added = memcpy(output->text + output->used, text, length);
    output->used += length;
    output->text[output->used] = '\0';
    put_complete_lines(output, added);
}

#if defined(__GNUC__)
static void print(Output *output, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
#endif

static void print(Output *output, const char *format, va_list arguments) {
    static char text[LINE_BYTES];
    message_format(text, sizeof text, format, arguments);
    add(output, text, strlen(text));
}

void print_stdout(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(&standard_output, format, arguments);
    va_end(arguments);
}

void print_stderr(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(&standard_error, format, arguments);
    va_end(arguments);
}

void print_data(const char *bytes, size_t length) {
    if (isatty(STDOUT_FILENO))
        print_stdout("%.*s", length < INT_MAX ? (int)length : INT_MAX, bytes);
    else
        add(&standard_output, bytes, length);
}

int print_flush(void) {
    put_rest(&standard_error);
    put_rest(&standard_output);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        set_error(&standard_output);
    clearerr(stdout);
    int code = standard_output.error;
    standard_output.error = 0;
    return code;
}

size_t print_columns(void) {
    return terminal_columns(STDOUT_FILENO);
}
