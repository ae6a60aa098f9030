#include "report/notices.h"

#include <stdio.h>

void notices_print_inverted(const char *path) {
    fprintf(stderr, "%s: dark on light, inverted\n", path);
}

void notices_print_shown_image(size_t index, uint8_t label) {
    printf("Image %zu, label %d\n", index, label);
}
