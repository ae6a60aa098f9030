// Pieces of HTML that are the same everywhere: text from outside, metrics, pictures.
#ifndef MNIST_TRAIN_REPORT_HTML_H
#define MNIST_TRAIN_REPORT_HTML_H

#include "base/error.h"
#include "io/png.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// The text such that it stands for itself in an element or a quoted attribute; what is no UTF-8,
// and control characters but a newline, become U+FFFD.
void html_put_text(FILE *page, const char *text);

// The text as a word of a POSIX shell, quoted where it must be; then as html_put_text.
void html_put_shell_word(FILE *page, const char *text);

// A figure that programs can read in full: <data class="name" value="0.5">0.50</data>
void html_put_number(FILE *page, const char *name, int decimals, double number);

// The URL of a PNG that lies in the page itself: data:image/png;base64,... False and the error:
// memory is short.
bool html_put_picture(FILE *page, const uint8_t *pixels, size_t width, size_t height,
                      PngColours colours, Error *error);

// Base 64 (RFC 4648).
void html_put_base64(FILE *page, const uint8_t *bytes, size_t size);

#endif
