#include "support/transform_kind.h"
#include "support/test.h"

TransformKind transform_kind_of(const char *name) {
    for (TransformKind kind = 0; kind < TRANSFORM_KINDS; kind++) {
        if (strcmp(transforms_name(kind), name) == 0)
            return kind;
    }
    fail_msg("expected a transform's name, found %s", name);
    return TRANSFORM_KINDS;
}
