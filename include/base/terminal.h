// Terminal capabilities.
#ifndef MNIST_TRAIN_BASE_TERMINAL_H
#define MNIST_TRAIN_BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool is_terminal; // and can move its cursor: false with TERM=dumb
    bool has_colours; // false with NO_COLOR (https://no-color.org)
    bool has_blocks;  // shows UTF-8, with block characters
} Terminal;

// Returns the capabilities of the terminal at a file descriptor; all are false for a file or a
// pipe. The caller has set the locale (LC_CTYPE).
Terminal terminal_detect(int descriptor);

// Returns the number of columns of the terminal at a file descriptor, 80 if it is unknown.
size_t terminal_width(int descriptor);

#endif
