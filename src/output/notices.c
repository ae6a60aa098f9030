#include "output/notices.h"

#include "output/print.h"

// Strokes of handwriting fill less of the digit's box.
static const double MAX_FILLED = 0.6;

void notices_print_error(const Error *error) {
    print_stderr("mnist-train: %s\n", error->text);
}

void notices_print_preprocessing(const char *path, const Preprocessing *found) {
    const Box box = found->box;
    if (found->is_inverted)
        print_stderr("%s: dark on light, inverted\n", path);
    if (found->has_frame)
        print_stderr("%s: frame removed\n", path);
    if (found->lines > 0)
        print_stderr("%s: %zu ruled line%s removed\n", path, found->lines,
                     found->lines == 1 ? "" : "s");
    if (found->is_cropped)
        print_stderr("%s: cropped to %zux%zu pixels at column %zu, row %zu\n", path,
                     box.right - box.left, box.bottom - box.top, box.left, box.top);
    if (found->filled > MAX_FILLED)
        print_stderr("%s: warning: strokes fill %.0f %% of the digit's box\n", path,
                     100 * found->filled);
    if (found->touches_border)
        print_stderr("%s: warning: the digit touches the border of the picture\n", path);
    if (found->digits > 1)
        print_stderr("%s: warning: found %zu digits apart, used one of them\n", path,
                     found->digits);
}

void notices_print_turned(const char *path) {
    print_stderr("%s: EMNIST's images, turned upright\n", path);
}

void notices_print_shown_picture(const char *path) {
    print_stdout("%s\n", path);
}

void notices_print_shown_image(size_t index, uint8_t label) {
    print_stdout("Image %zu, label %d\n", index, label);
}

void notices_print_slow_reproducible(bool has_fma) {
    if (!has_fma)
        print_stderr("Notice: --reproducible is slow here: the processor has no multiply-add\n");
}

void notices_print_other_kernel(const char *old_kernel, const char *kernel) {
    print_stderr("Notice: kernel %s, not %s as before: the last bits will differ\n", kernel,
                 old_kernel);
}
