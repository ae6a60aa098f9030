#include "data/dataset_pair.h"

#include <stdlib.h>

typedef struct {
    const DatasetPair *splits;
    bool loaded[2]; // by split
    Error errors[2];
} Loading;

const char *dataset_default_dir(const char *given) {
    const char *folder = given ? given : getenv("MNIST_DATA");
    return folder && *folder ? folder : "data/mnist";
}

static void load_share(void *context, size_t thread) {
    Loading *loading = context;
    const DatasetPair *splits = loading->splits;
    Dataset *const datasets[2] = {[DATASET_TRAIN] = splits->train, [DATASET_TEST] = splits->test};
    const size_t limits[2] = {
        [DATASET_TRAIN] = splits->train_limit, [DATASET_TEST] = splits->test_limit};
    if (thread < 2 && datasets[thread])
        loading->loaded[thread] =
            dataset_load(splits->folder, thread == 0 ? DATASET_TRAIN : DATASET_TEST, limits[thread],
                         datasets[thread], &loading->errors[thread]);
}

bool dataset_pair_load(const DatasetPair *splits, ThreadPool *pool, Error *error) {
    Loading *loading = calloc(1, sizeof *loading);
    if (!loading)
        return error_set(error, "%s: expected memory to load it, found less", splits->folder);
    loading->splits = splits;
    loading->loaded[DATASET_TRAIN] = !splits->train;
    loading->loaded[DATASET_TEST] = !splits->test;
    thread_pool_run(pool, load_share, loading);
    if (thread_pool_size(pool) == 1)
        load_share(loading, DATASET_TEST);
    bool loaded = loading->loaded[DATASET_TRAIN] && loading->loaded[DATASET_TEST];
    if (!loaded)
        *error = loading->errors[loading->loaded[DATASET_TRAIN] ? DATASET_TEST : DATASET_TRAIN];
    free(loading);
    return loaded;
}
