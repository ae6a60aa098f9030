// The output of code under test, as text.
#ifndef MNIST_TRAIN_TESTS_CAPTURE_H
#define MNIST_TRAIN_TESTS_CAPTURE_H

#include <stdbool.h>

// Redirects STDOUT_FILENO or STDERR_FILENO to a file until capture_end. In between, a failing
// assertion would print to the file: there must be none.
void capture_begin(int descriptor);

// As capture_begin, but to a terminal with this many columns. Returns false, and redirects nothing,
// if the system has no pseudo-terminals.
bool capture_begin_terminal(int descriptor, unsigned short columns);

// Restores the descriptor. Returns the text, which is valid until the next capture_begin.
const char *capture_end(void);

#endif
