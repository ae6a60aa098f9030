#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool number_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *number) {
    char *end = NULL;
    errno = 0;
    unsigned long long parsed = strtoull(text, &end, 10);
    // strtoull also accepts signs and leading spaces
    if (!isdigit((unsigned char)*text) || *end || errno || parsed < min || parsed > max)
        return false;
    *number = parsed;
    return true;
}

bool number_parse_real(const char *text, double *number) {
    char *end = NULL;
    if (!*text || text[strspn(text, "0123456789.eE+-")])
        return false;
    errno = 0;
    *number = strtod(text, &end);
    bool is_too_small = *number == 0.0 && errno == ERANGE;
    return !*end && isfinite(*number) && !is_too_small;
}

// %g drops zeros at the end: with FEW digits it gives back each number that was written with at
// most as many.
const char *number_format(double number, char text[NUMBER_TEXT]) {
    enum { FEW = DBL_DIG, ENOUGH = DBL_DECIMAL_DIG };
    for (int digits = FEW; digits <= ENOUGH; digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return text;
}
