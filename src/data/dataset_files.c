#define _GNU_SOURCE // strcasestr
#include "dataset_files.h"

#include "data/image_folder.h"
#include "io/directory.h"
#include "io/file_kind.h"
#include "io/gzip_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

// The names of one publisher's files.
typedef struct {
    const char *images[DATASET_SPLITS];
    const char *labels[DATASET_SPLITS];
} FileNames;

// The publishers and the directories, in the order of the search.
static const FileNames publishers[] = {
    {{"train-images-idx3-ubyte", "t10k-images-idx3-ubyte"},
     {"train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"}},
    {{"qmnist-train-images-idx3-ubyte", "qmnist-test-images-idx3-ubyte"},
     {"qmnist-train-labels-idx2-int", "qmnist-test-labels-idx2-int"}},
    {{"emnist-digits-train-images-idx3-ubyte", "emnist-digits-test-images-idx3-ubyte"},
     {"emnist-digits-train-labels-idx1-ubyte", "emnist-digits-test-labels-idx1-ubyte"}},
    {{"emnist-mnist-train-images-idx3-ubyte", "emnist-mnist-test-images-idx3-ubyte"},
     {"emnist-mnist-train-labels-idx1-ubyte", "emnist-mnist-test-labels-idx1-ubyte"}},
};

// After the directory itself: torchvision's places, and that of EMNIST's archive.
static const char *const subdirs[] = {
    "", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "QMNIST/raw", "EMNIST/raw", "raw", "gzip",
};

static const char *const folder_names[DATASET_SPLITS][2] = {
    [DATASET_TRAIN] = {"train", "training"},
    [DATASET_TEST] = {"test", "testing"},
};

// EMNIST's splits of other classes than the digits.
static const struct {
    const char *name;
    int classes;
} emnist_letters[] = {{"letters", 26}, {"balanced", 47}, {"bymerge", 47}, {"byclass", 62}};

// Endings of files that people have in place of IDX files.
static const char *const endings[] = {
    ".csv", ".npz", ".npy",  ".parquet",  ".arrow", ".pt",         ".pkl", ".pkl.gz",
    ".mat", ".h5",  ".arff", ".tfrecord", ".zip",   ".tar.gz",     ".tgz", ".tar",
    ".rar", ".7z",  ".png",  ".jpg",      ".part",  ".crdownload",
};

// Parts of the names of files that are MNIST's under a name that something has changed, as a
// browser does: "train-images-idx3-ubyte (1).gz". The last is any name.
static const char *const parts[] = {"ubyte", "mnist", "train", ""};

static const char download_hint[] =
    "get MNIST with scripts/fetch-mnist.sh, or use the bundled digits with --data data/drawn";

enum { FORMS = 4, NAME_TEXT = 128, CONTENTS_TEXT = 320 };
enum { FOLDERS = 3 }; // none, with a hyphen, with a dot

#define LENGTH(array) (sizeof(array) / sizeof *(array))

// Writes a form of a file's name: with a hyphen or a dot before "idx", raw or .gz.
static int put_form(char *text, size_t size, const char *name, size_t form) {
    const char *idx = strstr(name, "-idx");
    return snprintf(text, size, "%.*s%c%s%s", (int)(idx - name), name, form % 2 == 0 ? '-' : '.',
                    idx + 1, form / 2 == 0 ? "" : ".gz");
}

// Sets *path to the first file among the forms of a name, then among those that lie in a folder of
// the name, as unpackers leave them; to NULL if there is none. Only regular files count.
static bool find_file(const char *directory, const char *subdir, const char *name, char **path,
                      Error *error) {
    bool has_link = false;
    *path = NULL;
    for (size_t i = 0; i < (size_t)FOLDERS * FORMS; i++) {
        char text[NAME_TEXT];
        struct stat status;
        size_t length = 0;
        if (i >= FORMS) {
            length = (size_t)put_form(text, sizeof text, name, i / FORMS - 1);
            text[length++] = '/';
        }
        put_form(text + length, sizeof text - length, name, i % FORMS);
        char *found = directory_join(directory, subdir, text, error);
        if (!found)
            return false;
        const bool exists = stat(found, &status) == 0;
        if (exists && S_ISREG(status.st_mode)) {
            *path = found;
            return true;
        }
        const bool is_missing = exists || errno == ENOENT || errno == ENOTDIR;
        // A link to a missing file, as git-annex leaves, counts if no other form is there.
        const bool is_dangling = !exists && is_missing && lstat(found, &status) == 0;
        if (!is_missing || (is_dangling && !has_link))
            error_errno(error, "open", found);
        has_link |= is_dangling;
        free(found);
        if (!is_missing)
            return false;
    }
    return !has_link;
}

typedef struct {
    const char *subdir;
    const FileNames *names;
} Place;

// Finds the place of both splits' files: they must not be of two data sets. If there is none, the
// names are the first publisher's.
static bool find_place(const char *directory, Place *place, Error *error) {
    for (size_t i = 0; i < LENGTH(subdirs) * LENGTH(publishers) * DATASET_SPLITS; i++) {
        const size_t publisher = i / DATASET_SPLITS % LENGTH(publishers);
        *place = (Place){subdirs[i / DATASET_SPLITS / LENGTH(publishers)], &publishers[publisher]};
        char *path;
        const char *name = place->names->images[i % DATASET_SPLITS];
        if (!find_file(directory, place->subdir, name, &path, error))
            return false;
        free(path);
        if (path)
            return true;
    }
    *place = (Place){"", publishers};
    return true;
}

// Finds images and labels. Without images, returns true and leaves images_path NULL.
static bool find_files(const char *directory, const Place *place, DatasetSplit split,
                       Dataset *dataset, Error *error) {
    const char *images = place->names->images[split], *labels = place->names->labels[split];
    if (!find_file(directory, place->subdir, images, &dataset->images_path, error))
        return false;
    if (!dataset->images_path)
        return true;
    if (!find_file(directory, place->subdir, labels, &dataset->labels_path, error))
        return false;
    return dataset->labels_path ||
           error_set(error, "%s: expected labels in the same directory (%s or .gz), found none",
                     dataset->images_path, labels);
}

static bool find_folder(const char *directory, DatasetSplit split, Dataset *dataset, Error *error) {
    for (size_t i = 0; i < LENGTH(folder_names[split]) && !dataset->images_path; i++) {
        if (!image_folder_find(directory, folder_names[split][i], &dataset->images_path, error))
            return false;
    }
    dataset->labels_path = dataset->images_path ? strdup(dataset->images_path) : NULL;
    return !dataset->images_path || dataset->labels_path ||
           error_no_memory(error, directory, strlen(dataset->images_path) + 1);
}

static bool ends_with(const char *name, const char *ending) {
    const size_t length = strlen(name), ending_length = strlen(ending);
    return length > ending_length && strcasecmp(name + length - ending_length, ending) == 0;
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

// Writes the name that is most like MNIST's, and how many others there are.
static void describe_names(const DirectoryNames *files, char text[CONTENTS_TEXT]) {
    for (size_t i = 0; i < LENGTH(parts) * files->count; i++) {
        const char *name = files->entries[i % files->count]->d_name;
        if (!strcasestr(name, parts[i / files->count]))
            continue;
        const size_t length = (size_t)snprintf(text, CONTENTS_TEXT, "%s", name);
        if (files->count > 1)
            snprintf(text + length, CONTENTS_TEXT - length, " and %zu more", files->count - 1);
        return;
    }
}

// Describes files of another kind in the directory, as it stands after "found".
static void describe_contents(const char *directory, char text[CONTENTS_TEXT]) {
    Error ignored;
    DirectoryNames files;
    snprintf(text, CONTENTS_TEXT, "none");
    for (size_t i = 0; i < LENGTH(subdirs) * LENGTH(emnist_letters); i++) {
        const size_t split = i % LENGTH(emnist_letters);
        const char *name = emnist_letters[split].name;
        char images[NAME_TEXT];
        char *path = NULL;
        snprintf(images, sizeof images, "emnist-%s-train-images-idx3-ubyte", name);
        find_file(directory, subdirs[i / LENGTH(emnist_letters)], images, &path, &ignored);
        free(path);
        if (path) {
            snprintf(text, CONTENTS_TEXT, "EMNIST %s: %d classes", name,
                     emnist_letters[split].classes);
            return;
        }
    }
    if (!directory_list(directory, is_visible, &files, &ignored))
        return;
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(endings) && count == 0; i++) {
        for (size_t j = 0; j < files.count; j++)
            count += ends_with(files.entries[j]->d_name, endings[i]);
        const char *name = i == 0 ? "CSV" : endings[i];
        const char *advice = i == 0 ? " (scripts/csv-to-idx.py converts CSV)" : "";
        if (count > 0)
            snprintf(text, CONTENTS_TEXT, count == 1 ? "a %s file%s" : "%s files%s", name, advice);
    }
    if (count == 0)
        describe_names(&files, text);
    directory_names_free(&files);
}

static bool check_directory(const char *directory, Error *error) {
    struct stat status;
    uint8_t head[FILE_KIND_BYTES];
    char text[FILE_KIND_TEXT];
    if (stat(directory, &status) != 0)
        return error_set(error, "cannot open %s: %s; %s", directory, strerror(errno),
                         download_hint);
    if (S_ISDIR(status.st_mode))
        return true;
    GzipReader *reader = S_ISREG(status.st_mode) ? gzip_reader_open(directory, error) : NULL;
    const size_t size = reader ? gzip_reader_head(reader, head, sizeof head) : 0;
    gzip_reader_close(reader);
    return error_set(error, "%s: expected a directory with MNIST's files, found a file%s%s",
                     directory, reader ? ": " : "",
                     reader ? file_kind_describe(head, size, text) : "");
}

bool dataset_files_find(const char *directory, DatasetSplit split, Dataset *dataset,
                        bool *is_folder, Error *error) {
    Place place;
    char found[CONTENTS_TEXT];
    *is_folder = false;
    if (!check_directory(directory, error) || !find_place(directory, &place, error) ||
        !find_files(directory, &place, split, dataset, error))
        return false;
    if (dataset->images_path)
        return true;
    if (!find_folder(directory, split, dataset, error))
        return false;
    *is_folder = dataset->images_path;
    if (*is_folder)
        return true;
    describe_contents(directory, found);
    return error_set(
        error, "%s: expected %s or .gz, or image folders %s/0 to 9, in it, found %s; %s", directory,
        place.names->images[split], folder_names[split][0], found, download_hint);
}
