// HTML fragments: escaped text, shell words, images.
#ifndef MNIST_TRAIN_OUTPUT_HTML_H
#define MNIST_TRAIN_OUTPUT_HTML_H

#include "base/error.h"
#include "pictures/png.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// Writes text for an element or a quoted attribute. Bytes that are not UTF-8, and control
// characters other than newline, become U+FFFD.
void html_put_text(FILE *page, const char *text);

// Writes text that a POSIX shell reads as one word, quoted if necessary; escaped as html_put_text.
void html_put_shell_word(FILE *page, const char *text);

// Writes a data URL, data:image/png;base64,..., that contains the image. pixels: (height, width,
// colours). Returns false, writes nothing and sets *error if png_encode fails.
bool html_put_png_url(FILE *page, const uint8_t *pixels, size_t width, size_t height,
                      PngColours colours, Error *error);

// Writes base 64 (RFC 4648).
void html_put_base64(FILE *page, const uint8_t *bytes, size_t size);

#endif
