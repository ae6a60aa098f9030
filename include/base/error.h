// Errors as values: one line of text for the user. Nothing below main prints or exits.
#ifndef MNIST_TRAIN_BASE_ERROR_H
#define MNIST_TRAIN_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char text[4608]; // one line without newline; room for a path of PATH_MAX and a reason
} Error;

// Each function fills *error and returns false: `return error_set(error, ...);`

// Formats as message_format (message.h): the text stays one line, no argument can control a
// terminal, and long paths are shortened so that the reason after them is kept.
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool error_set(Error *error, const char *format, ...);

// "WHAT: out of memory (BYTES bytes)"; `what` is a path or a module.
bool error_no_memory(Error *error, const char *what, size_t bytes);

// "cannot ACTION PATH: REASON", with the reason of errno: error_errno(error, "open", path).
bool error_errno(Error *error, const char *action, const char *path);

#endif
