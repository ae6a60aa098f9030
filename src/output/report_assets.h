// The report's style sheet, report.css, and its script, draw.js, embedded by the Makefile.
#ifndef MNIST_TRAIN_OUTPUT_REPORT_ASSETS_H
#define MNIST_TRAIN_OUTPUT_REPORT_ASSETS_H

#include <stddef.h>

extern const char report_css[]; // (report_css_size), without a null at the end
extern const size_t report_css_size;

extern const char report_js[]; // (report_js_size), without a null at the end
extern const size_t report_js_size;

#endif
