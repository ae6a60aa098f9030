#include "cli/output_files.h"

#include "io/atomic_file.h"
#include "report/log.h"

#include <string.h>

static bool is_same_file(const char *path, const char *other) {
    return strcmp(path, other) == 0 || atomic_file_same_target(path, other);
}

bool output_files_check_distinct(const Options *options, Error *error) {
    enum { RESUME, CHECKPOINT };
    const struct {
        const char *name;
        const char *path;
    } files[] = {
        [RESUME] = {"resume", options->resume},
        [CHECKPOINT] = {"checkpoint", options->checkpoint},
        {"save", options->save},
        {"grid", options->grid},
        {"log", options->log},
        {"report", options->report},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (size_t j = 0; j < i; j++) {
            bool is_allowed = i == CHECKPOINT && j == RESUME;
            if (!is_allowed && files[i].path && files[j].path &&
                is_same_file(files[i].path, files[j].path))
                return error_set(error, "--%s and --%s name the same file: %s", files[j].name,
                                 files[i].name, files[i].path);
        }
    }
    return true;
}

bool output_files_check_writable(const Options *options, Error *error) {
    const char *const paths[] = {options->save, options->checkpoint, options->grid,
                                 options->report};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (paths[i] && !atomic_file_check(paths[i], error))
            return false;
    }
    return !options->log || log_can_begin(options->log, error);
}
