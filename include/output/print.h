// Everything that the program prints. No other file uses stdout or stderr
// (scripts/check-layers.sh). For one thread only.
//
// A path, an option or a name in a file cannot control the terminal: the text is that of
// text_format (base/text.h).
//
// Results have at most 80 columns, by their format; a path or a name may make a line longer.
#ifndef MNIST_TRAIN_OUTPUT_PRINT_H
#define MNIST_TRAIN_OUTPUT_PRINT_H

#include <stddef.h>

#if defined(__GNUC__)
#define PRINT_FORMAT __attribute__((format(printf, 1, 2)))
#else
#define PRINT_FORMAT
#endif

void print_stdout(const char *format, ...) PRINT_FORMAT;

// The text appears when its line is complete, or by print_flush.
void print_stderr(const char *format, ...) PRINT_FORMAT;

// Prints bytes without zeros on stdout: files and pipes get them as they are, and a terminal gets
// them as from print_stdout("%s", ...).
void print_data(const char *bytes, size_t length);

// Prints all that is buffered. Returns 0, or the errno of the first write to stdout that has
// failed.
int print_flush(void);

#endif
