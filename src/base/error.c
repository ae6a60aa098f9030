#include "base/error.h"

#include "base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

bool error_set(Error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    // a false alarm of clang-tidy 14 // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    message_format(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool error_no_memory(Error *error, const char *what, size_t bytes) {
    return error_set(error, "%s: out of memory (%zu bytes)", what, bytes);
}

bool error_errno(Error *error, const char *action, const char *path) {
    return error_set(error, "cannot %s %s: %s", action, path, strerror(errno));
}
