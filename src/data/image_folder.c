#define _XOPEN_SOURCE 700 // realpath
#include "data/image_folder.h"

#include "base/memory.h"
#include "data/mnist.h"
#include "io/directory.h"
#include "io/gzip_reader.h"
#include "io/png_read.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { SPLIT_NAMES = 2, MAX_FILE_BYTES = 16 << 20 };

static const char *const split_names[DATASET_SPLITS][SPLIT_NAMES] = {
    [DATASET_TRAIN] = {"train", "training"}, [DATASET_TEST] = {"test", "testing"}};

static const char *const class_names[MNIST_CLASSES] = {"0", "1", "2", "3", "4",
                                                       "5", "6", "7", "8", "9"};

static bool is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool image_folder_find(const char *directory, DatasetSplit split, char **path, Error *error) {
    *path = NULL;
    for (size_t i = 0; i < SPLIT_NAMES && !*path; i++) {
        char *class_path = directory_join(directory, split_names[split][i], class_names[0], error);
        if (!class_path)
            return false;
        bool is_found = is_directory(class_path);
        free(class_path);
        if (is_found && !(*path = directory_join(directory, "", split_names[split][i], error)))
            return false;
    }
    return true;
}

// Gives the directory of a file, or the one that a new file would be in.
static bool stat_directory(const char *file, struct stat *directory) {
    char path[PATH_MAX];
    return (realpath(file, path) || snprintf(path, sizeof path, "%s", file) < PATH_MAX) &&
           stat(dirname(path), directory) == 0;
}

bool image_folder_contains(const char *path, const char *file) {
    struct stat directory, class_directory;
    if (!stat_directory(file, &directory))
        return false;
    for (size_t class = 0; class < MNIST_CLASSES; class ++) {
        char class_path[PATH_MAX];
        int length = snprintf(class_path, sizeof class_path, "%s/%s", path, class_names[class]);
        if (length < PATH_MAX && stat(class_path, &class_directory) == 0 &&
            directory.st_dev == class_directory.st_dev &&
            directory.st_ino == class_directory.st_ino)
            return true;
    }
    return false;
}

// The files of all classes. Those of a class follow each other.
typedef struct {
    const char *path;
    DirectoryNames classes[MNIST_CLASSES];
    size_t begins[MNIST_CLASSES + 1]; // class c has the images from begins[c] to before begins[c+1]
} Listing;

static bool is_png_name(const char *name) {
    static const char suffix[] = ".png";
    size_t length = strlen(name);
    return *name != '.' && length >= strlen(suffix) &&
           strcasecmp(name + length - strlen(suffix), suffix) == 0;
}

static void keep_png_names(DirectoryNames *names) {
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (is_png_name(names->names[i]))
            names->names[count++] = names->names[i];
    }
    names->count = count;
}

static bool list_class(Listing *listing, size_t class, Error *error) {
    char *path = directory_join(listing->path, "", class_names[class], error);
    bool is_listed = path && directory_list(path, &listing->classes[class], error);
    free(path);
    keep_png_names(&listing->classes[class]);
    listing->begins[class + 1] = listing->begins[class] + listing->classes[class].count;
    return is_listed;
}

static bool list_files(Listing *listing, Error *error) {
    for (size_t class = 0; class < MNIST_CLASSES; class ++) {
        if (!list_class(listing, class, error))
            return false;
    }
    return listing->begins[MNIST_CLASSES] > 0 ||
           error_set(error, "%s: expected PNG images in its folders 0 to 9, found none",
                     listing->path);
}

static void free_listing(Listing *listing) {
    for (size_t class = 0; class < MNIST_CLASSES; class ++)
        directory_names_free(&listing->classes[class]);
}

// A named pipe would make the program wait for ever.
static bool check_is_file(const char *path, Error *error) {
    struct stat status;
    if (stat(path, &status) != 0)
        return error_errno(error, "open", path);
    return S_ISREG(status.st_mode) ||
           error_set(error, "%s: expected a PNG file, found a %s", path,
                     S_ISDIR(status.st_mode) ? "directory" : "pipe or device");
}

// A small file may hold a large image, which takes seconds and 200 MB to decode in each thread. Its
// size is therefore checked before.
static bool check_size(const char *path, const uint8_t *bytes, size_t size, Error *error) {
    size_t width, height;
    if (!png_read_size(path, bytes, size, &width, &height, error))
        return false;
    return (width == MNIST_SIDE && height == MNIST_SIDE) ||
           error_set(error, "%s: expected an image of %dx%d pixels, found %zux%zu", path,
                     MNIST_SIDE, MNIST_SIDE, width, height);
}

// Reads a file: image, (pixels).
static bool read_image(const char *path, uint8_t *image, Error *error) {
    uint8_t *bytes;
    size_t size;
    GrayImage picture = {0};
    if (!check_is_file(path, error) ||
        !gzip_reader_read_file(path, MAX_FILE_BYTES, &bytes, &size, error))
        return false;
    bool is_read =
        check_size(path, bytes, size, error) && png_parse(path, bytes, size, &picture, error);
    free(bytes);
    if (is_read)
        memcpy(image, picture.values, MNIST_PIXELS);
    gray_image_free(&picture);
    return is_read;
}

typedef struct {
    const Listing *listing;
    ImageFolder *folder;
    size_t threads;
    bool *is_read; // (threads)
    Error *errors; // (threads)
} LoadTask;

static bool read_nth(const Listing *listing, size_t class, size_t i, uint8_t *image, Error *error) {
    const char *name = listing->classes[class].names[i - listing->begins[class]];
    char *path = directory_join(listing->path, class_names[class], name, error);
    bool is_read = path && read_image(path, image, error);
    free(path);
    return is_read;
}

// Each thread reads files that follow each other, up to the first error. The error of the first
// thread that has one is therefore that of the first file.
static void read_share(void *context, size_t thread) {
    const LoadTask *task = context;
    const Listing *listing = task->listing;
    size_t end = task->folder->count * (thread + 1) / task->threads;
    size_t class = 0;
    task->is_read[thread] = true;
    for (size_t i = task->folder->count * thread / task->threads; i < end; i++) {
        while (i >= listing->begins[class + 1])
            class ++;
        task->folder->labels[i] = (uint8_t) class;
        if (!read_nth(listing, class, i, task->folder->images + i * MNIST_PIXELS,
                      &task->errors[thread])) {
            task->is_read[thread] = false;
            return;
        }
    }
}

static bool read_files(LoadTask *task, ThreadPool *pool, Error *error) {
    thread_pool_run(pool, read_share, task);
    for (size_t thread = 0; thread < task->threads; thread++) {
        if (!task->is_read[thread]) {
            *error = task->errors[thread];
            return false;
        }
    }
    return true;
}

static bool load(const Listing *listing, size_t limit, ThreadPool *pool, ImageFolder *folder,
                 Error *error) {
    const char *path = listing->path;
    size_t count = listing->begins[MNIST_CLASSES];
    folder->count = limit > 0 && limit < count ? limit : count;
    folder->images = memory_alloc(folder->count, MNIST_PIXELS, path, error);
    folder->labels = folder->images ? memory_alloc(folder->count, 1, path, error) : NULL;
    LoadTask task = {.listing = listing, .folder = folder, .threads = thread_pool_size(pool)};
    if (folder->labels)
        task.is_read = memory_alloc(task.threads, sizeof *task.is_read, path, error);
    if (task.is_read)
        task.errors = memory_alloc(task.threads, sizeof *task.errors, path, error);
    bool is_loaded = task.errors && read_files(&task, pool, error);
    free(task.is_read);
    free(task.errors);
    return is_loaded;
}

bool image_folder_load(const char *path, size_t limit, ThreadPool *pool, ImageFolder *folder,
                       Error *error) {
    Listing listing = {.path = path};
    *folder = (ImageFolder){0};
    bool is_loaded = list_files(&listing, error) && load(&listing, limit, pool, folder, error);
    free_listing(&listing);
    if (!is_loaded)
        image_folder_free(folder);
    return is_loaded;
}

void image_folder_free(ImageFolder *folder) {
    free(folder->images);
    free(folder->labels);
    *folder = (ImageFolder){0};
}
