#include "report/notices.h"

#include <stdio.h>

void notices_print_error(const Error *error) {
    fprintf(stderr, "mnist-train: %s\n", error->text);
}

void notices_print_inverted(const char *path) {
    Error line; // no path in it can control the terminal
    error_set(&line, "%s: dark on light, inverted", path);
    fprintf(stderr, "%s\n", line.text);
}

void notices_print_shown_image(size_t index, uint8_t label) {
    printf("Image %zu, label %d\n", index, label);
}

void notices_print_slow_reproducible(bool has_fma) {
    if (!has_fma)
        fprintf(stderr, "Notice: --reproducible is slow on this processor, which has no fused "
                        "multiply-add instructions\n");
}

void notices_print_other_kernel(const char *checkpoint, const char *old_kernel,
                                const char *kernel) {
    fprintf(stderr,
            "Notice: %s was written with kernel %s; with kernel %s the last bits of the results "
            "differ from those of an uninterrupted run\n",
            checkpoint, old_kernel, kernel);
}
