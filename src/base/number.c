#include "base/number.h"

#include <ctype.h>
#include <errno.h>
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
    *number = strtod(text, &end);
    return !*end && isfinite(*number);
}

const char *number_format(double number, char text[NUMBER_TEXT]) {
    enum { MAX_DIGITS = 17 }; // tell any two doubles apart
    for (int digits = 1; digits <= MAX_DIGITS; digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return text;
}
