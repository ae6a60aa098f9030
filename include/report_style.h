// The style sheet of the report.
#ifndef MNIST_TRAIN_REPORT_STYLE_H
#define MNIST_TRAIN_REPORT_STYLE_H

extern const char report_style[];

#endif
