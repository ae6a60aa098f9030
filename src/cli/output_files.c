#include "output_files.h"

#include "data/image_folder.h"
#include "io/atomic_file.h"
#include "output/log.h"

#include <string.h>

// Hard links are compared too: --log appends to its file, which another link may name for --resume.
static bool is_same_file(const char *path, const char *other) {
    return strcmp(path, other) == 0 || atomic_file_is_same(path, other);
}

bool output_files_check_distinct(const Options *options, Error *error) {
    enum { INPUTS = 4 };
    const struct {
        const char *name;
        const char *path;
        const char *replaced_by; // the only output that may name this file
    } files[] = {
        {"resume", options->resume, "checkpoint"},
        {"load", options->load, "save"},
        {"classes", options->classes, NULL},
        {"show", options->show.file, NULL},
        // the outputs
        {"checkpoint", options->checkpoint, NULL},
        {"save", options->save, NULL},
        {"save-best", options->save_best, NULL},
        {"grid", options->grid, NULL},
        {"log", options->log, NULL},
        {"report", options->report, NULL},
    };
    for (size_t i = INPUTS; i < sizeof files / sizeof *files; i++) {
        for (size_t j = 0; j < i; j++) {
            bool is_allowed =
                files[j].replaced_by && strcmp(files[j].replaced_by, files[i].name) == 0;
            if (!is_allowed && files[i].path && files[j].path &&
                is_same_file(files[i].path, files[j].path))
                return error_set(error, "--%s and --%s name the same file: %s", files[j].name,
                                 files[i].name, files[i].path);
        }
    }
    return true;
}

static bool check_against_data(const char *output, const Dataset *dataset, Error *error) {
    if (is_same_file(output, dataset->images_path) || is_same_file(output, dataset->labels_path))
        return error_set(error, "cannot write %s: it is a file of the data set", output);
    return !image_folder_contains(dataset->images_path, output) ||
           error_set(error, "cannot write %s: images of the data set are in its directory", output);
}

bool output_files_check_data(const Options *options, const Dataset *dataset, Error *error) {
    const char *const outputs[] = {options->checkpoint, options->save, options->save_best,
                                   options->grid,       options->log,  options->report};
    bool is_loaded = dataset->images_path;
    for (size_t i = 0; is_loaded && i < sizeof outputs / sizeof *outputs; i++) {
        if (outputs[i] && !check_against_data(outputs[i], dataset, error))
            return false;
    }
    return true;
}

bool output_files_check_writable(const Options *options, Error *error) {
    const char *const paths[] = {options->save, options->save_best, options->checkpoint,
                                 options->grid, options->report};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (paths[i] && !atomic_file_check(paths[i], error))
            return false;
    }
    return !options->log || log_can_begin(options->log, error);
}
