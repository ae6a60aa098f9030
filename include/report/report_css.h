// The report's style sheet, src/report/report.css, embedded by the Makefile.
#ifndef MNIST_TRAIN_REPORT_REPORT_CSS_H
#define MNIST_TRAIN_REPORT_REPORT_CSS_H

extern const char report_css[];

#endif
