#include "report/notices.h"

#include <stdio.h>

void notice_inverted(const char *path) {
    fprintf(stderr, "%s: dark on light, inverted\n", path);
}

void notice_shown_image(size_t index, uint8_t label) {
    printf("Image %zu, label %d\n", index, label);
}
