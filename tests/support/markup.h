// Decoders for files that the program writes: PNG images and HTML text. Malformed input fails the
// test.
#ifndef MNIST_TRAIN_TESTS_MARKUP_H
#define MNIST_TRAIN_TESTS_MARKUP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    size_t width;
    size_t height;
    size_t colours;  // bytes per pixel: 1 or 3
    uint8_t *pixels; // (height, width, colours); the caller frees
} PngPicture;

// Checks the signature, the chunks with their CRCs and the fields of the header. The rows must not
// be filtered.
PngPicture png_decode(const uint8_t *png, size_t size);

typedef void HtmlWriter(FILE *page, const char *text);

// Returns the output of the function for a text; valid until the next call.
const char *html_written(HtmlWriter *put, const char *text);

// Returns the text of an element or attribute, up to the first < or ", with its escapes replaced.
// The caller frees.
char *html_decode(const char *markup);

// Fails the test if "nan" or "inf" stands where HTML or SVG would have a number.
void check_numbers_are_finite(const char *markup);

#endif
