#include "data/dataset.h"

#include "base/byte_order.h"
#include "data/image_folder.h"
#include "io/directory.h"
#include "io/idx.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { PUBLISHERS = 2, MAX_NAMES = 4, FOLDER_NAMES = 2 };

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

static const char *const folder_names[DATASET_SPLITS][FOLDER_NAMES] = {
    [DATASET_TRAIN] = {"train", "training"},
    [DATASET_TEST] = {"test", "testing"},
};

static const char *const subdirs[] = {"", "MNIST/raw"}; // the second is torchvision's

static const char download_hint[] =
    "get MNIST with scripts/fetch-mnist.sh, or use the bundled digits with --data data/drawn";

enum { QMNIST_COLUMNS = 8 }; // of a row of labels

const char *dataset_default_dir(const char *given) {
    const char *directory = given ? given : getenv("MNIST_DATA");
    return directory && *directory ? directory : "data/mnist";
}

static bool copy_path(const char *path, char **copy, Error *error) {
    *copy = strdup(path);
    return *copy || error_no_memory(error, path, strlen(path) + 1);
}

// Sets *path to the first of the names that exists, or to NULL if none does.
static bool find_first(const char *directory, const char *subdir, const char *const *names,
                       char **path, Error *error) {
    *path = NULL;
    for (size_t i = 0; i < MAX_NAMES && names[i]; i++) {
        struct stat status;
        char *found = directory_join(directory, subdir, names[i], error);
        if (!found)
            return false;
        if (stat(found, &status) == 0) {
            *path = found;
            return true;
        }
        bool is_missing = errno == ENOENT || errno == ENOTDIR;
        if (!is_missing)
            error_errno(error, "open", found);
        free(found);
        if (!is_missing)
            return false;
    }
    return true;
}

// Finds the images of a split, and their labels in the same directory by the same publisher. If
// there are none, returns true and leaves images_path NULL.
static bool find_files(const char *directory, DatasetSplit split, Dataset *dataset, Error *error) {
    for (size_t i = 0; i < sizeof subdirs / sizeof *subdirs; i++) {
        for (size_t j = 0; j < PUBLISHERS; j++) {
            const FileNames *names = &file_names[split][j];
            if (!find_first(directory, subdirs[i], names->images, &dataset->images_path, error))
                return false;
            if (!dataset->images_path)
                continue;
            if (!find_first(directory, subdirs[i], names->labels, &dataset->labels_path, error))
                return false;
            return dataset->labels_path ||
                   error_set(error,
                             "%s: expected labels in the same directory (%s or .gz), found none",
                             dataset->images_path, names->labels[0]);
        }
    }
    return true;
}

// Finds the files of a split, else its image folder, whose path is then that of images and labels.
static bool find_split(const char *directory, DatasetSplit split, Dataset *dataset, bool *is_folder,
                       Error *error) {
    struct stat status;
    *is_folder = false;
    if (stat(directory, &status) != 0)
        return error_set(error, "cannot open %s: %s; %s", directory, strerror(errno),
                         download_hint);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, "%s: expected a directory with MNIST's files, found a file",
                         directory);
    if (!find_files(directory, split, dataset, error))
        return false;
    for (size_t i = 0; i < FOLDER_NAMES && !dataset->images_path; i++) {
        if (!image_folder_find(directory, folder_names[split][i], &dataset->images_path, error))
            return false;
        *is_folder = dataset->images_path;
    }
    if (*is_folder)
        return copy_path(dataset->images_path, &dataset->labels_path, error);
    return dataset->images_path ||
           error_set(
               error, "%s: expected %s or .gz, or image folders %s/0 to 9, in it, found none; %s",
               directory, file_names[split][0].images[0], folder_names[split][0], download_hint);
}

// Reads all images and keeps the first `limit` (0: all), but sets dataset->count to the number of
// all.
static bool read_images(GzipReader *reader, size_t limit, Dataset *dataset, Error *error) {
    const char *path = dataset->images_path;
    Idx idx;
    if (!idx_open(&idx, reader, path, error))
        return false;
    if (idx.type != IDX_UNSIGNED_BYTE || idx.rank != 3)
        return error_set(error, "%s: expected images (IDX magic 00000803), found 0000%02x%02zx",
                         path, idx.type, idx.rank);
    if (idx.shape[1] != MNIST_SIDE || idx.shape[2] != MNIST_SIDE)
        return error_set(error, "%s: expected images of %dx%d pixels, found %zux%zu", path,
                         MNIST_SIDE, MNIST_SIDE, idx.shape[1], idx.shape[2]);
    if (idx.shape[0] == 0)
        return error_set(error, "%s: expected at least one image, found none", path);
    dataset->count = idx.shape[0];
    size_t kept = limit > 0 && limit < dataset->count ? limit : dataset->count;
    return idx_read_all(&idx, kept * MNIST_PIXELS, &dataset->images, error);
}

bool dataset_read_images(GzipReader *source, const char *path, Dataset *dataset, Error *error) {
    *dataset = (Dataset){0};
    return copy_path(path, &dataset->images_path, error) && read_images(source, 0, dataset, error);
}

// MNIST's labels are bytes. QMNIST's are rows of big-endian 32-bit integers that begin with the
// digit.
static bool check_labels(const Idx *idx, const Dataset *dataset, Error *error) {
    bool is_mnist = idx->type == IDX_UNSIGNED_BYTE && idx->rank == 1;
    bool is_qmnist = idx->type == IDX_INT && idx->rank == 2 && idx->shape[1] > 0;
    if (!is_mnist && !is_qmnist)
        return error_set(error, "%s: expected labels (IDX magic 00000801), found 0000%02x%02zx",
                         idx->path, idx->type, idx->rank);
    if (idx->shape[0] != dataset->count)
        return error_set(error, "%s: expected %zu labels, one for each image in %s, found %zu",
                         idx->path, dataset->count, dataset->images_path, idx->shape[0]);
    if (idx->shape[1] > QMNIST_COLUMNS)
        return error_set(error, "%s: expected at most %d columns in QMNIST's labels, found %zu",
                         idx->path, QMNIST_COLUMNS, idx->shape[1]);
    return true;
}

// Reads one label for each image.
static bool read_labels(GzipReader *reader, Dataset *dataset, Error *error) {
    Idx idx;
    if (!idx_open(&idx, reader, dataset->labels_path, error) ||
        !check_labels(&idx, dataset, error) ||
        !idx_read_all(&idx, idx.size, &dataset->labels, error))
        return false;
    size_t row_bytes = idx.size / dataset->count;
    for (size_t i = 0; i < dataset->count; i++) {
        const uint8_t *row = dataset->labels + i * row_bytes;
        int32_t label =
            idx.type == IDX_UNSIGNED_BYTE ? row[0] : (int32_t)byte_order_read_big32(row);
        if (label < 0 || label >= MNIST_CLASSES)
            return error_set(error,
                             "%s: expected labels from 0 to %d, found %" PRId32 " at image %zu",
                             idx.path, MNIST_CLASSES - 1, label, i);
        dataset->labels[i] = (uint8_t)label; // no longer than its row, so no later row is lost
    }
    return true;
}

static bool read_labels_file(Dataset *dataset, Error *error) {
    GzipReader *reader = gzip_reader_open(dataset->labels_path, error);
    bool is_read = reader && read_labels(reader, dataset, error);
    gzip_reader_close(reader);
    return is_read;
}

bool dataset_read_labels(const char *path, Dataset *dataset, Error *error) {
    free(dataset->labels);
    free(dataset->labels_path);
    dataset->labels = NULL;
    return copy_path(path, &dataset->labels_path, error) && read_labels_file(dataset, error);
}

// Reads the files of a split that find_split has found.
static bool read_files(size_t limit, Dataset *dataset, Error *error) {
    GzipReader *reader = gzip_reader_open(dataset->images_path, error);
    bool is_read = reader && read_images(reader, limit, dataset, error);
    gzip_reader_close(reader);
    is_read = is_read && read_labels_file(dataset, error);
    if (limit > 0 && dataset->count > limit)
        dataset->count = limit;
    return is_read;
}

bool dataset_load(const char *directory, DatasetSplit split, size_t limit, Dataset *dataset,
                  Error *error) {
    bool is_folder = false;
    *dataset = (Dataset){0};
    bool is_loaded = find_split(directory, split, dataset, &is_folder, error) &&
                     read_files(limit, dataset, error);
    if (!is_loaded)
        dataset_destroy(dataset);
    return is_loaded;
}

typedef struct {
    Dataset *dataset; // NULL: not asked for
    size_t limit;
    bool is_found;
    bool is_folder;
    bool is_loaded;
    Error error; // if it is not found or not loaded
} Split;

typedef struct {
    Split splits[DATASET_SPLITS];
    size_t threads;
} LoadTask;

static void load_files(void *context, size_t thread) {
    LoadTask *task = context;
    for (size_t i = thread; i < DATASET_SPLITS; i += task->threads) {
        Split *split = &task->splits[i];
        if (split->is_found && !split->is_folder)
            split->is_loaded = read_files(split->limit, split->dataset, &split->error);
    }
}

// Files are loaded in parallel; then folders one after the other, each on all threads.
static void load_splits(const char *directory, LoadTask *task, ThreadPool *pool) {
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        Split *split = &task->splits[i];
        split->is_found = split->dataset && find_split(directory, (DatasetSplit)i, split->dataset,
                                                       &split->is_folder, &split->error);
    }
    thread_pool_run(pool, load_files, task);
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        Split *split = &task->splits[i];
        ImageFolder folder;
        if (!split->is_found || !split->is_folder)
            continue;
        split->is_loaded = image_folder_load(split->dataset->images_path, split->limit, pool,
                                             &folder, &split->error);
        split->dataset->count = folder.count;
        split->dataset->images = folder.images;
        split->dataset->labels = folder.labels;
    }
}

bool dataset_load_both(const char *directory, const size_t limits[DATASET_SPLITS], Dataset *train,
                       Dataset *test, ThreadPool *pool, Error *error) {
    Dataset *const datasets[] = {[DATASET_TRAIN] = train, [DATASET_TEST] = test};
    LoadTask task = {.threads = thread_pool_size(pool)};
    bool is_loaded = true;
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        task.splits[i].dataset = datasets[i];
        task.splits[i].limit = limits[i];
        if (datasets[i])
            *datasets[i] = (Dataset){0};
    }
    load_splits(directory, &task, pool);
    for (size_t i = 0; i < DATASET_SPLITS && is_loaded; i++) {
        is_loaded = !datasets[i] || task.splits[i].is_loaded;
        if (!is_loaded)
            *error = task.splits[i].error;
    }
    for (size_t i = 0; i < DATASET_SPLITS && !is_loaded; i++) {
        if (datasets[i])
            dataset_destroy(datasets[i]);
    }
    return is_loaded;
}

DatasetId dataset_id(const Dataset *dataset) {
    uLong images = crc32_z(0, dataset->images, dataset->count * MNIST_PIXELS);
    return (DatasetId){
        .images = dataset->count,
        .checksum = (uint32_t)crc32_z(images, dataset->labels, dataset->count),
    };
}

void dataset_destroy(Dataset *dataset) {
    free(dataset->images);
    free(dataset->labels);
    free(dataset->images_path);
    free(dataset->labels_path);
    *dataset = (Dataset){0};
}
