#include "output/notices.h"

#include "output/print.h"

#include <stdio.h>

// Strokes of handwriting fill less of the digit's box.
static const double MAX_FILLED = 0.6;

void notices_print_error(const Error *error) {
    print_stderr("mnist-train: %s\n", error->text);
}

static void print_path_line(const char *path, const char *text) {
    print_stderr("%s: %s\n", path, text);
}

static void print_decisions(const char *path, const Preprocessing *found) {
    char text[128];
    if (found->is_inverted)
        print_path_line(path, "dark on light, inverted");
    if (found->has_frame)
        print_path_line(path, "frame removed");
    if (found->lines > 0) {
        snprintf(text, sizeof text, "%zu ruled line%s removed", found->lines,
                 found->lines == 1 ? "" : "s");
        print_path_line(path, text);
    }
    if (found->is_cropped) {
        Box box = found->box;
        snprintf(text, sizeof text, "cropped to %zux%zu pixels at column %zu, row %zu",
                 box.right - box.left, box.bottom - box.top, box.left, box.top);
        print_path_line(path, text);
    }
}

static void print_doubts(const char *path, const Preprocessing *found) {
    char text[128];
    if (found->filled > MAX_FILLED) {
        snprintf(text, sizeof text, "warning: strokes fill %.0f %% of the digit's box",
                 100 * found->filled);
        print_path_line(path, text);
    }
    if (found->touches_border)
        print_path_line(path, "warning: the digit touches the border of the picture");
    if (found->digits > 1) {
        snprintf(text, sizeof text, "warning: found %zu digits apart, used one of them",
                 found->digits);
        print_path_line(path, text);
    }
}

void notices_print_preprocessing(const char *path, const Preprocessing *found) {
    print_decisions(path, found);
    print_doubts(path, found);
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
