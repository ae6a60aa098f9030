// The report's style sheet, report.css, and its script, draw.js, embedded by the Makefile, with
// their SHA-256.
#ifndef MNIST_TRAIN_OUTPUT_REPORT_ASSETS_H
#define MNIST_TRAIN_OUTPUT_REPORT_ASSETS_H

#include <stddef.h>
#include <stdint.h>

enum { REPORT_SHA256 = 32 }; // bytes

extern const char report_css[]; // (report_css_size), without a null at the end
extern const size_t report_css_size;
extern const uint8_t report_css_sha256[REPORT_SHA256];

extern const char report_js[]; // (report_js_size), without a null at the end
extern const size_t report_js_size;
extern const uint8_t report_js_sha256[REPORT_SHA256];

#endif
