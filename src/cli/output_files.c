#include "output_files.h"

#include "io/atomic_file.h"
#include "output/log.h"

#include <string.h>

// Hard links are compared too: --log appends to its file, which another link may name for --resume.
static bool is_same_file(const char *path, const char *other) {
    return strcmp(path, other) == 0 || atomic_file_is_same(path, other);
}

typedef struct {
    const char *name;
    const char *path;        // NULL: not given
    const char *replaced_by; // of an input: the only output that may name the same file
} File;

enum { INPUTS = 4, FILES = 10 };

// Lists the inputs, then the outputs, of which the log is the last.
static void list_files(const Options *options, File files[FILES]) {
    const File all[FILES] = {
        {"resume", options->resume, "checkpoint"}, {"load", options->load, "save"},
        {"classes", options->classes, NULL},       {"show", options->show.file, NULL},
        {"checkpoint", options->checkpoint, NULL}, {"save", options->save, NULL},
        {"save-best", options->save_best, NULL},   {"grid", options->grid, NULL},
        {"report", options->report, NULL},         {"log", options->log, NULL},
    };
    memcpy(files, all, sizeof all);
}

bool output_files_check_distinct(const Options *options, Error *error) {
    File files[FILES];
    list_files(options, files);
    for (size_t i = INPUTS; i < FILES; i++) {
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

bool output_files_check_data(const Options *options, const Dataset *dataset, Error *error) {
    File files[FILES];
    list_files(options, files);
    for (size_t i = INPUTS; dataset->images_path && i < FILES; i++) {
        if (files[i].path && (is_same_file(files[i].path, dataset->images_path) ||
                              is_same_file(files[i].path, dataset->labels_path)))
            return error_set(error, "cannot write %s: it is a file of the data set", files[i].path);
    }
    return true;
}

bool output_files_check_writable(const Options *options, Error *error) {
    File files[FILES];
    list_files(options, files);
    for (size_t i = INPUTS; i < FILES - 1; i++) {
        if (files[i].path && !atomic_file_check(files[i].path, error))
            return false;
    }
    return !options->log || log_can_begin(options->log, error);
}
