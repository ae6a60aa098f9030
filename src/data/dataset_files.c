#include "data/dataset_files.h"

#include "io/directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PUBLISHERS = 2, MAX_NAMES = 4 };

// One publisher's names for the files of a split, in search order.
typedef struct {
    const char *images[MAX_NAMES];
    const char *labels[MAX_NAMES];
} FileNames;

static const FileNames file_names[DATASET_SPLITS][PUBLISHERS] = {
    [DATASET_TRAIN] = {{{"train-images-idx3-ubyte", "train-images.idx3-ubyte",
                         "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte.gz"},
                        {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte",
                         "train-labels-idx1-ubyte.gz", "train-labels.idx1-ubyte.gz"}},
                       {{"qmnist-train-images-idx3-ubyte", "qmnist-train-images-idx3-ubyte.gz"},
                        {"qmnist-train-labels-idx2-int", "qmnist-train-labels-idx2-int.gz"}}},
    [DATASET_TEST] = {{{"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte",
                        "t10k-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte.gz"},
                       {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte",
                        "t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte.gz"}},
                      {{"qmnist-test-images-idx3-ubyte", "qmnist-test-images-idx3-ubyte.gz"},
                       {"qmnist-test-labels-idx2-int", "qmnist-test-labels-idx2-int.gz"}}},
};

static const char *const subdirs[] = {"", "MNIST/raw"}; // the second is torchvision's

static const char download_hint[] =
    "get MNIST with scripts/fetch-mnist.sh, or use the bundled digits with --data data/drawn";

// Sets *path to the first of the names that exists, or to NULL if none does.
static bool find_first(const char *directory, const char *subdir, const char *const *names,
                       char **path, Error *error) {
    for (size_t i = 0; i < MAX_NAMES && names[i]; i++) {
        struct stat status;
        *path = directory_join(directory, subdir, names[i], error);
        if (!*path)
            return false;
        if (stat(*path, &status) == 0)
            return true;
        bool is_missing = errno == ENOENT || errno == ENOTDIR;
        if (!is_missing)
            error_errno(error, "open", *path);
        free(*path);
        *path = NULL;
        if (!is_missing)
            return false;
    }
    return true;
}

// Finds the labels of images that are found: in the same directory, by the same publisher.
static bool find_labels(const char *directory, const char *subdir, const char *const *names,
                        DatasetFiles *files, Error *error) {
    bool searched = find_first(directory, subdir, names, &files->labels_path, error);
    if (searched && files->labels_path)
        return true;
    if (searched)
        error_set(error, "%s: expected labels in the same directory (%s or .gz), found none",
                  files->images_path, names[0]);
    free(files->images_path);
    *files = (DatasetFiles){0};
    return false;
}

static bool check_directory(const char *directory, Error *error) {
    struct stat status;
    if (stat(directory, &status) != 0)
        return error_set(error, "cannot open %s: %s; %s", directory, strerror(errno),
                         download_hint);
    return S_ISDIR(status.st_mode) ||
           error_set(error, "%s: expected a directory with MNIST's files, found a file", directory);
}

bool dataset_files_find(const char *directory, DatasetSplit split, DatasetFiles *files,
                        Error *error) {
    *files = (DatasetFiles){0};
    if (!check_directory(directory, error))
        return false;
    for (size_t i = 0; i < sizeof subdirs / sizeof *subdirs; i++) {
        for (size_t j = 0; j < PUBLISHERS; j++) {
            const FileNames *names = &file_names[split][j];
            if (!find_first(directory, subdirs[i], names->images, &files->images_path, error))
                return false;
            if (files->images_path)
                return find_labels(directory, subdirs[i], names->labels, files, error);
        }
    }
    return error_set(error,
                     "%s: expected %s or .gz, or image folders %s/0 to 9, in it, found none; %s",
                     directory, file_names[split][0].images[0],
                     split == DATASET_TRAIN ? "train" : "test", download_hint);
}
