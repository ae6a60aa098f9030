#include "output_files.h"

#include "data/image_folder.h"
#include "io/atomic_file.h"
#include "output/log.h"

#include <stddef.h>
#include <string.h>

// Hard links are compared too: --log appends to its file, which another link may name for --resume.
static bool is_same_file(const char *path, const char *other) {
    return strcmp(path, other) == 0 || atomic_file_is_same(path, other);
}

// The inputs, then the outputs, of which the log is the last.
enum { INPUTS = 4, FILES = 10 };
static const struct {
    const char *name;
    size_t path;             // offset in Options; NULL there: not given
    const char *replaced_by; // of an input: the only output that may name the same file
} files[FILES] = {
    {"resume", offsetof(Options, resume), "checkpoint"},
    {"load", offsetof(Options, load), "save"},
    {"classes", offsetof(Options, classes), NULL},
    {"show", offsetof(Options, show.file), NULL},
    {"checkpoint", offsetof(Options, checkpoint), NULL},
    {"save", offsetof(Options, save), NULL},
    {"save-best", offsetof(Options, save_best), NULL},
    {"grid", offsetof(Options, grid), NULL},
    {"report", offsetof(Options, report), NULL},
    {"log", offsetof(Options, log), NULL},
};

static const char *path_of(const Options *options, size_t i) {
    return *(const char *const *)(const void *)((const char *)options + files[i].path);
}

bool output_files_check_distinct(const Options *options, Error *error) {
    for (size_t i = INPUTS; i < FILES; i++) {
        for (size_t j = 0; j < i; j++) {
            const char *output = path_of(options, i), *other = path_of(options, j);
            bool is_allowed =
                files[j].replaced_by && strcmp(files[j].replaced_by, files[i].name) == 0;
            if (!is_allowed && output && other && is_same_file(output, other))
                return error_set(error, "--%s and --%s name the same file: %s", files[j].name,
                                 files[i].name, output);
        }
    }
    return true;
}

bool output_files_check_data(const Options *options, const Dataset *dataset, Error *error) {
    for (size_t i = INPUTS; dataset->images_path && i < FILES; i++) {
        const char *output = path_of(options, i);
        if (output && (is_same_file(output, dataset->images_path) ||
                       is_same_file(output, dataset->labels_path)))
            return error_set(error, "cannot write %s: it is a file of the data set", output);
        if (output && image_folder_contains(dataset->images_path, output))
            return error_set(error, "cannot write %s: images of the data set are in its directory",
                             output);
    }
    return true;
}

bool output_files_check_writable(const Options *options, Error *error) {
    for (size_t i = INPUTS; i < FILES - 1; i++) {
        const char *output = path_of(options, i);
        if (output && !atomic_file_check(output, error))
            return false;
    }
    return !options->log || log_can_begin(options->log, error);
}
