// HTML text that the program writes. Malformed text fails the test.
#ifndef MNIST_TRAIN_TESTS_MARKUP_H
#define MNIST_TRAIN_TESTS_MARKUP_H

#include <stdio.h>

typedef void HtmlWriter(FILE *page, const char *text);

// Returns the output of the function for a text; valid until the next call.
const char *html_written(HtmlWriter *put, const char *text);

// Returns the text of an element or attribute, up to the first < or ", with its escapes replaced.
// The caller frees.
char *html_decode(const char *markup);

// Fails the test if "nan" or "inf" stands where HTML or SVG would have a number.
void check_numbers_are_finite(const char *markup);

#endif
