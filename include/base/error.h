// What went wrong, as a value: one line for a person. Nothing below main prints or exits.
#ifndef MNIST_TRAIN_BASE_ERROR_H
#define MNIST_TRAIN_BASE_ERROR_H

#include <stdbool.h>

typedef struct {
    char text[4608]; // no newline; room for a path of PATH_MAX and what was expected of it
} Error;

// Fills the error's line, printf-like; control characters become '?', so that the line stays one.
// Always returns false: `return error_set(error, "%s: expected ..., found ...", path);`
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool error_set(Error *error, const char *format, ...);

#endif
