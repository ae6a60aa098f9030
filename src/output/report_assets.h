// The report's style sheet, report.css, and its script, draw.js, embedded by the Makefile.
#ifndef MNIST_TRAIN_OUTPUT_REPORT_ASSETS_H
#define MNIST_TRAIN_OUTPUT_REPORT_ASSETS_H

extern const char report_css[];
extern const char report_js[];

#endif
