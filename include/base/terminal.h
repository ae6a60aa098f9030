// What a terminal can show.
#ifndef MNIST_TRAIN_BASE_TERMINAL_H
#define MNIST_TRAIN_BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool is_terminal; // that can move its cursor: not with TERM=dumb
    bool has_colours; // and they are wanted: not with NO_COLOR (https://no-color.org)
    bool has_blocks;  // characters beyond ASCII, in UTF-8
} Terminal;

// Of a file descriptor. The locale must have been set (LC_CTYPE).
Terminal terminal_find(int descriptor);

// Its columns at this moment; 80 where nobody knows.
size_t terminal_width(int descriptor);

#endif
