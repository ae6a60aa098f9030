// What the program wrote, read again: PNG pictures, base 64, escaped text. What is not as it must
// be fails the test.
#ifndef MNIST_TRAIN_TESTS_MARKUP_H
#define MNIST_TRAIN_TESTS_MARKUP_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t width;
    size_t height;
    size_t colours;  // bytes a pixel
    uint8_t *pixels; // (height, width, colours); the caller frees
} PngPicture;

// Checks signature, chunks, their CRCs and the header's fields; rows must be without filters.
PngPicture png_decode(const uint8_t *png, size_t size);

// Base 64 up to a character that is none; the caller frees.
uint8_t *base64_decode(const char *text, size_t *size);

// The text of an element or attribute, up to its end or the first < or ", without escapes; the
// caller frees.
char *html_decode(const char *markup);

// How often it occurs.
size_t count_of(const char *text, const char *what);

#endif
