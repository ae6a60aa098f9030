#include "data/image_folder.h"

#include "base/dims.h"
#include "base/error.h"
#include "io/atomic_file.h"
#include "io/directory.h"
#include "io/gzip_reader.h"
#include "pictures/png.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MAX_FILE_BYTES = 16 << 20 };

static const char *const class_names[MNIST_CLASSES] = {"0", "1", "2", "3", "4",
                                                       "5", "6", "7", "8", "9"};

bool image_folder_find(const char *directory, const char *name, char **path, Error *error) {
    struct stat status;
    *path = NULL;
    char *class_path = directory_join(directory, name, class_names[0], error);
    if (!class_path)
        return false;
    bool is_found = stat(class_path, &status) == 0 && S_ISDIR(status.st_mode);
    free(class_path);
    return !is_found || (*path = directory_join(directory, "", name, error));
}

bool image_folder_contains(const char *path, const char *file) {
    bool contains = false;
    for (size_t class = 0; !contains && class < MNIST_CLASSES; class ++) {
        Error ignored;
        char *directory = directory_join(path, "", class_names[class], &ignored);
        contains = directory && atomic_file_is_in(file, directory);
        free(directory);
    }
    return contains;
}

// Reads a file: image, (pixels).
static bool read_image(const char *path, uint8_t *image, Error *error) {
    uint8_t *bytes;
    size_t size;
    GrayImage picture = {0};
    struct stat status;
    if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode)) // would make the program wait
        return error_set(error, "%s: expected a PNG file, found a named pipe", path);
    if (!gzip_reader_read_file(path, MAX_FILE_BYTES, &bytes, &size, error))
        return false;
    bool is_read = png_parse(path, bytes, size, &picture, error);
    free(bytes);
    if (is_read && (picture.width != MNIST_SIDE || picture.height != MNIST_SIDE))
        is_read = error_set(error, "%s: expected an image of %dx%d pixels, found %zux%zu", path,
                            MNIST_SIDE, MNIST_SIDE, picture.width, picture.height);
    if (is_read)
        memcpy(image, picture.values, MNIST_PIXELS);
    gray_image_free(&picture);
    return is_read;
}

typedef struct {
    const char *path;
    DirectoryNames classes[MNIST_CLASSES];
    size_t begins[MNIST_CLASSES + 1]; // class c has the images from begins[c] to before begins[c+1]
    size_t count;                     // images to load
    uint8_t *pixels;                  // (count, pixels)
    uint8_t *labels;                  // (count)
    size_t threads;
    Error *errors; // (threads): empty if the thread has read all its files
} Loader;

static int is_png_name(const struct dirent *entry) {
    const char *suffix = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && suffix && strcasecmp(suffix, ".png") == 0;
}

static bool list_files(Loader *loader, Error *error) {
    for (size_t class = 0; class < MNIST_CLASSES; class ++) {
        DirectoryNames *names = &loader->classes[class];
        char *path = directory_join(loader->path, "", class_names[class], error);
        bool is_listed = path && directory_list(path, is_png_name, names, error);
        free(path);
        if (!is_listed)
            return false;
        loader->begins[class + 1] = loader->begins[class] + names->count;
    }
    return loader->begins[MNIST_CLASSES] > 0 ||
           error_set(error, "%s: expected PNG images in its folders 0 to 9, found none",
                     loader->path);
}

// Each thread reads files that follow each other, up to the first error. The error of the first
// thread that has one is therefore that of the first file.
static void read_share(void *context, size_t thread) {
    const Loader *loader = context;
    const size_t end = loader->count * (thread + 1) / loader->threads;
    size_t class = 0;
    bool is_read = true;
    for (size_t i = loader->count * thread / loader->threads; i < end && is_read; i++) {
        while (i >= loader->begins[class + 1])
            class ++;
        const char *name = loader->classes[class].entries[i - loader->begins[class]]->d_name;
        Error *error = &loader->errors[thread];
        char *path = directory_join(loader->path, class_names[class], name, error);
        loader->labels[i] = (uint8_t) class;
        is_read = path && read_image(path, loader->pixels + i * MNIST_PIXELS, error);
        free(path);
    }
}

static bool read_files(Loader *loader, ThreadPool *pool, Dataset *dataset, Error *error) {
    loader->pixels = memory_alloc(loader->count, MNIST_PIXELS, loader->path, error);
    loader->errors = memory_alloc(loader->threads, sizeof(Error), loader->path, error);
    loader->labels = dataset->labels = memory_alloc(loader->count, 1, loader->path, error);
    if (!loader->pixels || !loader->errors || !loader->labels)
        return false;
    thread_pool_run(pool, read_share, loader);
    for (size_t thread = 0; thread < loader->threads; thread++) {
        if (loader->errors[thread].text[0]) {
            *error = loader->errors[thread];
            return false;
        }
    }
    return dataset_append(dataset, loader->pixels, loader->count, error);
}

bool image_folder_load(size_t limit, ThreadPool *pool, Dataset *dataset, Error *error) {
    Loader loader = {.path = dataset->images_path, .threads = thread_pool_size(pool)};
    bool is_loaded = list_files(&loader, error);
    loader.count = loader.begins[MNIST_CLASSES];
    if (limit > 0 && limit < loader.count)
        loader.count = limit;
    is_loaded = is_loaded && read_files(&loader, pool, dataset, error);
    for (size_t class = 0; class < MNIST_CLASSES; class ++)
        directory_names_free(&loader.classes[class]);
    free(loader.pixels);
    free(loader.errors);
    return is_loaded;
}
