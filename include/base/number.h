// The smaller and the larger of two sizes. Numbers as text: strict parsing, and the shortest text
// that reads back the same.
#ifndef MNIST_TRAIN_BASE_NUMBER_H
#define MNIST_TRAIN_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t number_min(size_t a, size_t b) {
    return a < b ? a : b;
}

static inline size_t number_max(size_t a, size_t b) {
    return a > b ? a : b;
}

// Parses a whole number from min to max in decimal digits. Returns false if the text is anything
// else.
bool number_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *number);

// Parses a finite decimal number, possibly with a sign and an exponent. Returns false if the text
// is anything else, as "nan", "inf" and hexadecimal numbers, or a number too small for a double.
bool number_parse_real(const char *text, double *number);

// Writes the number in the form of printf's %g, with the fewest significant digits that read back
// as the same double (of a denormal perhaps more), and returns the text.
enum { NUMBER_TEXT = 32 };
const char *number_format(double number, char text[NUMBER_TEXT]);

#endif
