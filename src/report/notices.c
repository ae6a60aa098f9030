#include "report/notices.h"

#include "report/print.h"

void notices_print_error(const Error *error) {
    print_stderr("mnist-train: %s\n", error->text);
}

void notices_print_inverted(const char *path) {
    print_stderr("%s: dark on light, inverted\n", path);
}

void notices_print_shown_image(size_t index, uint8_t label) {
    print_stdout("Image %zu, label %d\n", index, label);
}

void notices_print_slow_reproducible(bool has_fma) {
    if (!has_fma)
        print_stderr("Notice: --reproducible is slow on this processor, which has no fused "
                     "multiply-add instructions\n");
}

void notices_print_other_kernel(const char *checkpoint, const char *old_kernel,
                                const char *kernel) {
    print_stderr(
        "Notice: %s was written with kernel %s; with kernel %s the last bits of the results "
        "differ from those of an uninterrupted run\n",
        checkpoint, old_kernel, kernel);
}
