// The output of functions that write HTML.
#ifndef MNIST_TRAIN_TESTS_HTML_WRITTEN_H
#define MNIST_TRAIN_TESTS_HTML_WRITTEN_H

#include <stdio.h>

typedef void HtmlWriter(FILE *page, const char *text);

// Returns the output of the function for a text; valid until the next call.
const char *html_written(HtmlWriter *put, const char *text);

#endif
