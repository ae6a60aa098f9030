#include "support/assert_near.h"
#include "support/test.h"

#include <math.h>

void check_near_at(const char *what, size_t index, double found, double expected, double tolerance,
                   const char *file, int line) {
    if (fabs(found - expected) <= tolerance)
        return;
    print_error("%s[%zu]: expected %.9g within %g, found %.9g\n", what, index, expected, tolerance,
                found);
    _fail(file, line);
}
