#include "data/dataset.h"

#include "io/idx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { PUBLISHERS = 2, NAMES = 4 };

// How one publisher names a split's two files, in the order in which they are looked for.
typedef struct {
    const char *images[NAMES];
    const char *labels[NAMES];
} FileNames;

static const FileNames file_names[2][PUBLISHERS] = {
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

static const char *const subfolders[] = {"", "MNIST/raw"}; // the second is torchvision's

static const char ways_out[] =
    "get MNIST with scripts/fetch-mnist.sh, or use the bundled digits with --data data/drawn";

static char *path_join(const char *folder, const char *subfolder, const char *name) {
    size_t folder_length = strlen(folder);
    while (folder_length > 1 && folder[folder_length - 1] == '/')
        folder_length--;
    size_t size = folder_length + strlen(subfolder) + strlen(name) + sizeof "//";
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%.*s/%s%s%s", (int)folder_length, folder, subfolder,
                 *subfolder ? "/" : "", name);
    return path;
}

// True: *path is the first of the names that is there, or NULL when none is. False: the error.
static bool find_first(const char *folder, const char *subfolder, const char *const *names,
                       char **path, Error *error) {
    for (size_t i = 0; i < NAMES && names[i]; i++) {
        *path = path_join(folder, subfolder, names[i]);
        if (!*path)
            return error_set(error, "%s: expected memory for a path in it, found none", folder);
        struct stat status;
        if (stat(*path, &status) == 0)
            return true;
        if (errno != ENOENT && errno != ENOTDIR)
            return error_set(error, "%s: expected a readable file, found: %s", *path,
                             strerror(errno));
        free(*path);
        *path = NULL;
    }
    return true;
}

// Beside the images, and under the names of the same publisher.
static bool find_labels(Dataset *dataset, const char *folder, const char *subfolder,
                        const char *const *names, Error *error) {
    if (!find_first(folder, subfolder, names, &dataset->labels_path, error))
        return false;
    if (!dataset->labels_path)
        return error_set(error, "%s: expected its labels beside it (%s or .gz), found none",
                         dataset->images_path, names[0]);
    return true;
}

static bool find_files(const char *folder, DatasetSplit split, Dataset *dataset, Error *error) {
    struct stat status;
    if (stat(folder, &status) != 0)
        return error_set(error, "%s: expected a folder with MNIST's files, found: %s; %s", folder,
                         strerror(errno), ways_out);
    for (size_t i = 0; i < sizeof subfolders / sizeof *subfolders; i++) {
        for (size_t j = 0; j < PUBLISHERS; j++) {
            const FileNames *names = &file_names[split][j];
            if (!find_first(folder, subfolders[i], names->images, &dataset->images_path, error))
                return false;
            if (dataset->images_path)
                return find_labels(dataset, folder, subfolders[i], names->labels, error);
        }
    }
    return error_set(error, "%s: expected %s or .gz in it, found neither; %s", folder,
                     file_names[split][0].images[0], ways_out);
}

static bool check_images(Dataset *dataset, IdxArray array, Error *error) {
    dataset->images = array.bytes;
    dataset->count = array.shape[0];
    if (array.type != IDX_UNSIGNED_BYTE || array.rank != 3)
        return error_set(error, "%s: expected images (IDX magic 00000803), found 0000%02x%02zx",
                         dataset->images_path, array.type, array.rank);
    if (array.shape[1] != MNIST_SIDE || array.shape[2] != MNIST_SIDE)
        return error_set(error, "%s: expected images of %dx%d pixels, found %zux%zu",
                         dataset->images_path, MNIST_SIDE, MNIST_SIDE, array.shape[1],
                         array.shape[2]);
    if (dataset->count == 0)
        return error_set(error, "%s: expected at least one image, found none",
                         dataset->images_path);
    return true;
}

// QMNIST's labels are rows of 32-bit integers of which the first is the digit.
static bool take_first_column(IdxArray *array, const char *path, Error *error) {
    enum { INT_BYTES = 4 };
    size_t row_bytes = array->shape[1] * INT_BYTES;
    for (size_t i = 0; i < array->shape[0]; i++) {
        const uint8_t *b = array->bytes + i * row_bytes;
        if (b[0] != 0 || b[1] != 0 || b[2] != 0)
            return error_set(error, "%s: expected labels from 0 to %d, found another at image %zu",
                             path, MNIST_CLASSES - 1, i);
        array->bytes[i] = b[INT_BYTES - 1];
    }
    return true;
}

static bool read_images(Dataset *dataset, Error *error) {
    IdxArray array;
    return idx_read(dataset->images_path, &array, error) && check_images(dataset, array, error);
}

bool dataset_read_images(GzipReader *source, const char *path, Dataset *dataset, Error *error) {
    IdxArray array;
    *dataset = (Dataset){.images_path = strdup(path)};
    if (!dataset->images_path)
        return error_set(error, "%s: expected memory for its name, found none", path);
    return idx_read_source(source, path, &array, error) && check_images(dataset, array, error);
}

static bool read_labels(Dataset *dataset, Error *error) {
    const char *path = dataset->labels_path;
    IdxArray array;
    if (!idx_read(path, &array, error))
        return false;
    dataset->labels = array.bytes;
    bool plain = array.type == IDX_UNSIGNED_BYTE && array.rank == 1;
    bool extended = array.type == IDX_INT && array.rank == 2 && array.shape[1] > 0;
    if (!plain && !extended)
        return error_set(error, "%s: expected labels (IDX magic 00000801), found 0000%02x%02zx",
                         path, array.type, array.rank);
    if (array.shape[0] != dataset->count)
        return error_set(error, "%s: expected %zu labels, one for each image in %s, found %zu",
                         path, dataset->count, dataset->images_path, array.shape[0]);
    if (extended && !take_first_column(&array, path, error))
        return false;
    for (size_t i = 0; i < dataset->count; i++) {
        if (dataset->labels[i] >= MNIST_CLASSES)
            return error_set(error, "%s: expected labels from 0 to %d, found %d at image %zu", path,
                             MNIST_CLASSES - 1, dataset->labels[i], i);
    }
    return true;
}

bool dataset_read_labels(const char *path, Dataset *dataset, Error *error) {
    free(dataset->labels_path);
    dataset->labels_path = strdup(path);
    if (!dataset->labels_path)
        return error_set(error, "%s: expected memory for its name, found none", path);
    return read_labels(dataset, error);
}

bool dataset_load(const char *folder, DatasetSplit split, size_t limit, Dataset *dataset,
                  Error *error) {
    *dataset = (Dataset){0};
    if (!find_files(folder, split, dataset, error) || !read_images(dataset, error) ||
        !read_labels(dataset, error)) {
        dataset_destroy(dataset);
        return false;
    }
    if (limit > 0 && dataset->count > limit)
        dataset->count = limit;
    return true;
}

DatasetId dataset_id(const Dataset *dataset) {
    uLong images = crc32_z(0, dataset->images, dataset->count * MNIST_PIXELS);
    return (DatasetId){dataset->count, (uint32_t)crc32_z(images, dataset->labels, dataset->count)};
}

void dataset_destroy(Dataset *dataset) {
    free(dataset->images);
    free(dataset->labels);
    free(dataset->images_path);
    free(dataset->labels_path);
    *dataset = (Dataset){0};
}
