#include "data/dataset.h"

#include "base/memory.h"
#include "data/image_folder.h"
#include "io/idx.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { QMNIST_COLUMNS = 8 }; // of a row of labels

const char *dataset_default_dir(const char *given) {
    const char *directory = given ? given : getenv("MNIST_DATA");
    return directory && *directory ? directory : "data/mnist";
}

// An IdxCheck of a Dataset's images.
static bool check_images(const void *context, const IdxArray *header, Error *error) {
    const Dataset *dataset = context;
    if (header->type != IDX_UNSIGNED_BYTE || header->rank != 3)
        return error_set(error, "%s: expected images (IDX magic 00000803), found 0000%02x%02zx",
                         dataset->images_path, header->type, header->rank);
    if (header->shape[1] != MNIST_SIDE || header->shape[2] != MNIST_SIDE)
        return error_set(error, "%s: expected images of %dx%d pixels, found %zux%zu",
                         dataset->images_path, MNIST_SIDE, MNIST_SIDE, header->shape[1],
                         header->shape[2]);
    if (header->shape[0] == 0)
        return error_set(error, "%s: expected at least one image, found none",
                         dataset->images_path);
    return true;
}

static bool take_images(Dataset *dataset, const IdxArray *array) {
    dataset->images = array->bytes;
    dataset->count = array->shape[0];
    return true;
}

static bool read_images(Dataset *dataset, Error *error) {
    IdxArray array;
    return idx_read(dataset->images_path, check_images, dataset, &array, error) &&
           take_images(dataset, &array);
}

bool dataset_read_images(GzipReader *source, const char *path, Dataset *dataset, Error *error) {
    IdxArray array;
    *dataset = (Dataset){.images_path = strdup(path)};
    if (!dataset->images_path)
        return error_no_memory(error, path, strlen(path) + 1);
    return idx_read_from(source, path, check_images, dataset, &array, error) &&
           take_images(dataset, &array);
}

// An IdxCheck of a Dataset's labels: as many as images.
static bool check_labels(const void *context, const IdxArray *header, Error *error) {
    const Dataset *dataset = context;
    const char *path = dataset->labels_path;
    bool is_mnist = header->type == IDX_UNSIGNED_BYTE && header->rank == 1;
    bool is_qmnist = header->type == IDX_INT && header->rank == 2 && header->shape[1] > 0;
    if (!is_mnist && !is_qmnist)
        return error_set(error, "%s: expected labels (IDX magic 00000801), found 0000%02x%02zx",
                         path, header->type, header->rank);
    if (header->shape[0] != dataset->count)
        return error_set(error, "%s: expected %zu labels, one for each image in %s, found %zu",
                         path, dataset->count, dataset->images_path, header->shape[0]);
    if (header->shape[1] > QMNIST_COLUMNS)
        return error_set(error, "%s: expected at most %d columns in QMNIST's labels, found %zu",
                         path, QMNIST_COLUMNS, header->shape[1]);
    return true;
}

// MNIST's labels are bytes. QMNIST's are rows of big-endian 32-bit integers that begin with the
// digit.
static int32_t label_at(const IdxArray *array, size_t i) {
    if (array->type == IDX_UNSIGNED_BYTE)
        return array->bytes[i];
    const uint8_t *row = array->bytes + i * array->shape[1] * sizeof(int32_t);
    return (int32_t)((uint32_t)row[0] << 24 | (uint32_t)row[1] << 16 | (uint32_t)row[2] << 8 |
                     row[3]);
}

// Takes ownership of the array's bytes, even if it returns false. Converts the labels to bytes in
// place: a label is no longer than its row, so it overwrites no row that is still to be read.
static bool take_labels(Dataset *dataset, IdxArray array, Error *error) {
    const char *path = dataset->labels_path;
    dataset->labels = array.bytes;
    for (size_t i = 0; i < dataset->count; i++) {
        int32_t label = label_at(&array, i);
        if (label < 0 || label >= MNIST_CLASSES)
            return error_set(error,
                             "%s: expected labels from 0 to %d, found %" PRId32 " at image %zu",
                             path, MNIST_CLASSES - 1, label, i);
        dataset->labels[i] = (uint8_t)label;
    }
    return true;
}

static bool read_labels(Dataset *dataset, Error *error) {
    IdxArray array;
    return idx_read(dataset->labels_path, check_labels, dataset, &array, error) &&
           take_labels(dataset, array, error);
}

bool dataset_read_labels(const char *path, Dataset *dataset, Error *error) {
    free(dataset->labels);
    free(dataset->labels_path);
    dataset->labels = NULL;
    dataset->labels_path = strdup(path);
    if (!dataset->labels_path)
        return error_no_memory(error, path, strlen(path) + 1);
    return read_labels(dataset, error);
}

bool dataset_load(const char *directory, DatasetSplit split, size_t limit, Dataset *dataset,
                  Error *error) {
    DatasetFiles files;
    *dataset = (Dataset){0};
    if (!dataset_files_find(directory, split, &files, error))
        return false;
    dataset->images_path = files.images_path;
    dataset->labels_path = files.labels_path;
    if (!read_images(dataset, error) || !read_labels(dataset, error)) {
        dataset_destroy(dataset);
        return false;
    }
    if (limit > 0 && dataset->count > limit)
        dataset->count = limit;
    return true;
}

typedef struct {
    const char *directory;
    size_t threads;
    // by split
    Dataset *datasets[DATASET_SPLITS]; // NULL: skipped
    size_t limits[DATASET_SPLITS];
    bool loaded[DATASET_SPLITS];
    Error errors[DATASET_SPLITS];
} LoadTask;

static void load_splits(void *context, size_t thread) {
    LoadTask *task = context;
    for (size_t i = thread; i < DATASET_SPLITS; i += task->threads)
        task->loaded[i] =
            !task->datasets[i] || dataset_load(task->directory, (DatasetSplit)i, task->limits[i],
                                               task->datasets[i], &task->errors[i]);
}

static bool run_load_task(LoadTask *task, ThreadPool *pool, Error *error) {
    thread_pool_run(pool, load_splits, task);
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        if (!task->loaded[i]) {
            *error = task->errors[i];
            return false;
        }
    }
    return true;
}

// Loads the splits from IDX files, in parallel.
static bool load_files(const char *directory, const size_t *limits, Dataset *const *datasets,
                       ThreadPool *pool, Error *error) {
    LoadTask *task = memory_alloc(1, sizeof *task, directory, error); // the errors are large
    if (!task)
        return false;
    task->directory = directory;
    task->threads = thread_pool_size(pool);
    memcpy(task->datasets, datasets, sizeof task->datasets);
    memcpy(task->limits, limits, sizeof task->limits);
    bool loaded = run_load_task(task, pool, error);
    free(task);
    return loaded;
}

static bool has_files(const char *directory, DatasetSplit split) {
    DatasetFiles files;
    Error ignored; // reported when the files are loaded
    bool is_found = dataset_files_find(directory, split, &files, &ignored);
    free(files.images_path);
    free(files.labels_path);
    return is_found;
}

static bool load_folder(const char *path, size_t limit, Dataset *dataset, ThreadPool *pool,
                        Error *error) {
    ImageFolder folder;
    dataset->images_path = strdup(path);
    dataset->labels_path = strdup(path);
    if (!dataset->images_path || !dataset->labels_path)
        return error_no_memory(error, path, strlen(path) + 1);
    if (!image_folder_load(path, limit, pool, &folder, error))
        return false;
    dataset->count = folder.count;
    dataset->images = folder.images;
    dataset->labels = folder.labels;
    return true;
}

// Loads the splits that have image folders, one after the other, each on all threads. Sets
// remaining[i] to the other data sets.
static bool load_folders(const char *directory, const size_t *limits, Dataset *const *datasets,
                         Dataset **remaining, ThreadPool *pool, Error *error) {
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        char *path = NULL;
        remaining[i] = datasets[i];
        if (!datasets[i] || has_files(directory, (DatasetSplit)i))
            continue;
        if (!image_folder_find(directory, (DatasetSplit)i, &path, error))
            return false;
        if (!path)
            continue;
        bool is_loaded = load_folder(path, limits[i], datasets[i], pool, error);
        free(path);
        if (!is_loaded)
            return false;
        remaining[i] = NULL;
    }
    return true;
}

bool dataset_load_both(const char *directory, const size_t limits[DATASET_SPLITS], Dataset *train,
                       Dataset *test, ThreadPool *pool, Error *error) {
    Dataset *const datasets[] = {[DATASET_TRAIN] = train, [DATASET_TEST] = test};
    Dataset *remaining[DATASET_SPLITS];
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        if (datasets[i])
            *datasets[i] = (Dataset){0};
    }
    bool loaded = load_folders(directory, limits, datasets, remaining, pool, error) &&
                  load_files(directory, limits, remaining, pool, error);
    for (size_t i = 0; i < DATASET_SPLITS && !loaded; i++) {
        if (datasets[i])
            dataset_destroy(datasets[i]);
    }
    return loaded;
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
