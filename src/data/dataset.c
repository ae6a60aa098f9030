#define _GNU_SOURCE // madvise
#include "data/dataset.h"

#include "base/byte_order.h"
#include "base/number.h"
#include "data/encoded_image.h"
#include "data/image_folder.h"
#include "io/file_kind.h"
#include "io/idx.h"

#include "dataset_files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

enum { QMNIST_COLUMNS = 8 }; // of a row of labels
enum {
    STEP_IMAGES = 64,       // 50 KB
    MAX_RESERVED = 1 << 18, // images for which a header alone gets memory: EMNIST's 240,000
};

const char *dataset_default_dir(const char *given) {
    const char *directory = given ? given : getenv("MNIST_DATA");
    return directory && *directory ? directory : "data/mnist";
}

static bool copy_path(const char *path, char **copy, Error *error) {
    *copy = strdup(path);
    return *copy || error_no_memory(error, path, strlen(path) + 1);
}

// Page faults are a fifth of the time of loading if the images lie in small pages.
static void use_huge_pages(uint8_t *memory, size_t size) {
#ifdef MADV_HUGEPAGE
    const size_t page = 2 << 20;
    const size_t skipped = (page - (uintptr_t)memory % page) % page;
    if (size >= skipped + page)
        madvise(memory + skipped, (size - skipped) / page * page, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)size;
#endif
}

// Takes memory for this number of images, of which the system provides only the pages that are
// used.
static bool reserve(Dataset *dataset, size_t images, Error *error) {
    const char *path = dataset->images_path;
    if (images <= dataset->capacity)
        return true;
    const size_t size = images * ENCODED_IMAGE_MAX;
    size_t *begins = memory_resize(dataset->begins, images * sizeof *begins, path, error);
    dataset->begins = begins ? begins : dataset->begins;
    uint8_t *encoded = begins ? memory_resize(dataset->encoded, size, path, error) : NULL;
    if (!encoded)
        return false;
    use_huge_pages(encoded, size);
    dataset->encoded = encoded;
    dataset->capacity = images;
    return true;
}

bool dataset_append(Dataset *dataset, const uint8_t *pixels, size_t count, Error *error) {
    const size_t needed = dataset->count + count;
    if (needed > dataset->capacity && !reserve(dataset, 2 * needed, error))
        return false;
    for (size_t i = 0; i < count; i++, pixels += MNIST_PIXELS) {
        dataset->begins[dataset->count++] = dataset->used;
        dataset->used += encode_image(pixels, dataset->encoded + dataset->used);
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            dataset->seen[p] |= pixels[p];
    }
    return true;
}

static bool error_other_idx(const Idx *idx, const char *expected, Error *error) {
    const uint8_t magic[] = {0, 0, idx->type, (uint8_t)idx->rank};
    return error_set(error, "%s: expected %s, found 0000%02x%02zx (%s, rank %zu)", idx->path,
                     expected, idx->type, idx->rank, file_kind_find(magic, sizeof magic)->name,
                     idx->rank);
}

// EMNIST's images are transposed, whatever directory they are in.
static bool is_transposed(const char *path) {
    const char *slash = strrchr(path, '/');
    return strncmp(slash ? slash + 1 : path, "emnist-", strlen("emnist-")) == 0;
}

static void transpose(uint8_t *image) {
    for (size_t y = 0; y < MNIST_SIDE; y++) {
        for (size_t x = 0; x < y; x++) {
            const uint8_t pixel = image[y * MNIST_SIDE + x];
            image[y * MNIST_SIDE + x] = image[x * MNIST_SIDE + y];
            image[x * MNIST_SIDE + y] = pixel;
        }
    }
}

// Reads all images, sets *total to their number, and keeps the first `limit` (0: all). Each step is
// encoded while it is in the cache.
static bool read_images(GzipReader *reader, size_t limit, Dataset *dataset, size_t *total,
                        Error *error) {
    uint8_t pixels[STEP_IMAGES * MNIST_PIXELS + 1];
    const char *path = dataset->images_path;
    Idx idx;
    if (!idx_open(&idx, reader, path, error))
        return false;
    if (idx.type != IDX_UNSIGNED_BYTE || idx.rank != 3)
        return error_other_idx(&idx, "images (IDX magic 00000803)", error);
    if (idx.shape[1] != MNIST_SIDE || idx.shape[2] != MNIST_SIDE)
        return error_set(error, "%s: expected images of %dx%d pixels, found %zux%zu", path,
                         MNIST_SIDE, MNIST_SIDE, idx.shape[1], idx.shape[2]);
    if (idx.shape[0] == 0)
        return error_set(error, "%s: expected at least one image, found none", path);
    *total = idx.shape[0];
    dataset->is_turned = is_transposed(path);
    const size_t expected = limit > 0 ? number_min(limit, *total) : *total;
    if (!reserve(dataset, number_min(expected, MAX_RESERVED), error))
        return false;
    while (idx.left > 0) {
        size_t count = number_min(idx.left / MNIST_PIXELS, STEP_IMAGES);
        if (!idx_read(&idx, pixels, count * MNIST_PIXELS, error))
            return false;
        count = limit > 0 ? number_min(count, limit - dataset->count) : count;
        for (size_t i = 0; i < count && dataset->is_turned; i++)
            transpose(pixels + i * MNIST_PIXELS);
        if (!dataset_append(dataset, pixels, count, error))
            return false;
    }
    return true;
}

bool dataset_read_images(GzipReader *source, const char *path, Dataset *dataset, Error *error) {
    size_t total;
    *dataset = (Dataset){0};
    return copy_path(path, &dataset->images_path, error) &&
           read_images(source, 0, dataset, &total, error);
}

// MNIST's labels are bytes. QMNIST's are rows of big-endian 32-bit integers that begin with the
// digit.
static bool check_labels(const Idx *idx, const Dataset *dataset, size_t total, Error *error) {
    bool is_mnist = idx->type == IDX_UNSIGNED_BYTE && idx->rank == 1;
    bool is_qmnist = idx->type == IDX_INT && idx->rank == 2 && idx->shape[1] > 0;
    if (!is_mnist && !is_qmnist)
        return error_other_idx(idx, "labels (IDX magic 00000801)", error);
    if (idx->shape[0] != total)
        return error_set(error, "%s: expected %zu labels, one for each image in %s, found %zu",
                         idx->path, total, dataset->images_path, idx->shape[0]);
    if (idx->shape[1] > QMNIST_COLUMNS)
        return error_set(error, "%s: expected at most %d columns in QMNIST's labels, found %zu",
                         idx->path, QMNIST_COLUMNS, idx->shape[1]);
    return true;
}

// Reads one label for each of `total` images.
static bool read_labels(size_t total, Dataset *dataset, Error *error) {
    Idx idx;
    GzipReader *reader = gzip_reader_open(dataset->labels_path, error);
    bool is_read = reader && idx_open(&idx, reader, dataset->labels_path, error) &&
                   check_labels(&idx, dataset, total, error) &&
                   (dataset->labels = memory_alloc(idx.size + 1, 1, idx.path, error)) &&
                   idx_read(&idx, dataset->labels, idx.size, error);
    gzip_reader_close(reader);
    for (size_t i = 0; is_read && i < total; i++) {
        const size_t row_bytes = idx.size / total;
        const uint8_t *row = dataset->labels + i * row_bytes;
        int32_t label =
            idx.type == IDX_UNSIGNED_BYTE ? row[0] : (int32_t)byte_order_read_big32(row);
        if (label < 0 || label >= MNIST_CLASSES)
            is_read =
                error_set(error, "%s: expected labels from 0 to %d, found %" PRId32 " at image %zu",
                          idx.path, MNIST_CLASSES - 1, label, i);
        dataset->labels[i] = (uint8_t)label; // no longer than its row, so no later row is lost
    }
    return is_read;
}

bool dataset_read_labels(const char *path, Dataset *dataset, Error *error) {
    return copy_path(path, &dataset->labels_path, error) &&
           read_labels(dataset->count, dataset, error);
}

// Reads the files of a split that dataset_files_find has found.
static bool read_files(size_t limit, Dataset *dataset, Error *error) {
    size_t total = 0;
    GzipReader *reader = gzip_reader_open(dataset->images_path, error);
    bool is_read = reader && read_images(reader, limit, dataset, &total, error);
    gzip_reader_close(reader);
    return is_read && read_labels(total, dataset, error);
}

typedef struct {
    Dataset *dataset; // NULL: not asked for
    size_t limit;
    bool is_folder;
    bool is_loaded; // at first: found
    Error error;    // if it is not found or not loaded
} Split;

typedef struct {
    Split splits[DATASET_SPLITS];
    size_t threads;
} LoadTask;

static void load_files(void *context, size_t thread) {
    LoadTask *task = context;
    for (size_t i = thread; i < DATASET_SPLITS; i += task->threads) {
        Split *split = &task->splits[i];
        if (split->is_loaded && !split->is_folder)
            split->is_loaded = read_files(split->limit, split->dataset, &split->error);
    }
}

// Files are loaded in parallel; then folders one after the other, each on all threads.
bool dataset_load(const char *directory, const size_t limits[DATASET_SPLITS], Dataset *train,
                  Dataset *test, ThreadPool *pool, Error *error) {
    LoadTask task = {.splits = {[DATASET_TRAIN].dataset = train, [DATASET_TEST].dataset = test},
                     .threads = thread_pool_size(pool)};
    const Split *failed = NULL;
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        Split *split = &task.splits[i];
        split->limit = limits[i];
        if (!split->dataset)
            continue;
        *split->dataset = (Dataset){0};
        split->is_loaded = dataset_files_find(directory, (DatasetSplit)i, split->dataset,
                                              &split->is_folder, &split->error);
    }
    thread_pool_run(pool, load_files, &task);
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        Split *split = &task.splits[i];
        if (split->is_loaded && split->is_folder)
            split->is_loaded = image_folder_load(split->limit, pool, split->dataset, &split->error);
        if (split->dataset && !split->is_loaded && !failed)
            failed = split;
    }
    if (!failed)
        return true;
    *error = failed->error;
    for (size_t i = 0; i < DATASET_SPLITS; i++) {
        if (task.splits[i].dataset)
            dataset_destroy(task.splits[i].dataset);
    }
    return false;
}

void dataset_image(const Dataset *dataset, size_t index, uint8_t pixels[MNIST_PIXELS]) {
    decode_image(dataset_encoded(dataset, index), pixels);
}

DatasetId dataset_id(const Dataset *dataset) {
    uLong checksum = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        uint8_t pixels[MNIST_PIXELS];
        dataset_image(dataset, i, pixels);
        checksum = crc32_z(checksum, pixels, sizeof pixels);
    }
    checksum = crc32_z(checksum, dataset->labels, dataset->count);
    return (DatasetId){.images = dataset->count, .checksum = (uint32_t)checksum};
}

void dataset_destroy(Dataset *dataset) {
    free(dataset->encoded);
    free(dataset->begins);
    free(dataset->labels);
    free(dataset->images_path);
    free(dataset->labels_path);
    *dataset = (Dataset){0};
}
