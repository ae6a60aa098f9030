// Everything that the program prints. No other file uses stdout or stderr
// (scripts/check-layers.sh).
//
// Arguments are made printable as in message_format (message.h): a path, an option or a name in a
// file cannot control the terminal. Only the formats may contain control sequences.
//
// On a terminal, a line that is wider than it is folded at spaces. The rows after the first are
// indented as the text after the line's label: "  label:    text". A word wider than a row loses
// its middle. Files and pipes get each line as it is.
//
// Text is printed when its line is complete, or by print_flush. For one thread only.
#ifndef MNIST_TRAIN_REPORT_PRINT_H
#define MNIST_TRAIN_REPORT_PRINT_H

#include <stddef.h>

#if defined(__GNUC__)
#define PRINT_FORMAT __attribute__((format(printf, 1, 2)))
#else
#define PRINT_FORMAT
#endif

void print_stdout(const char *format, ...) PRINT_FORMAT;
void print_stderr(const char *format, ...) PRINT_FORMAT;

// Prints bytes without zeros on stdout: files and pipes get them as they are, and a terminal gets
// them as from print_stdout("%s", ...).
void print_data(const char *bytes, size_t length);

// Prints all that is buffered. Returns 0, or the errno of a write to stdout that has failed since
// the last call.
int print_flush(void);

// Returns the number of columns of the terminal at stdout, SIZE_MAX if it is a file or a pipe.
size_t print_columns(void);

#endif
