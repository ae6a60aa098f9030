#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(Error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    // a false alarm of clang-tidy 14 // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    for (char *c = error->text; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    }
    return false;
}
