// Times the training loop and the test, without loading. Prints JSON: seconds.
#include "base/cpu.h"
#include "base/error.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "nn/gemm.h"
#include "train/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIR = 1, EPOCHS, BATCH, THREADS, IMAGES, OPTIONS };

enum { MAX_EPOCHS = 100 };

typedef struct {
    size_t epochs;
    double epoch_seconds[MAX_EPOCHS];
    double test_seconds;
} Times;

static void on_event(void *context, const TrainEvent *event) {
    Times *times = context;
    if (event->kind == TRAIN_EPOCH_DONE)
        times->epoch_seconds[times->epochs++] = event->seconds;
    if (event->kind == TRAIN_TEST_DONE)
        times->test_seconds = event->seconds;
}

// The first images of the set; if more are asked for than it has, the set repeats.
static bool load_train(const char *dir, size_t images, Dataset *train, Error *error) {
    if (!dataset_load(dir, DATASET_TRAIN, images, train, error))
        return false;
    if (images <= train->count)
        return true;
    uint8_t *more_images = realloc(train->images, images * MNIST_PIXELS);
    if (more_images)
        train->images = more_images;
    uint8_t *more_labels = realloc(train->labels, images);
    if (more_labels)
        train->labels = more_labels;
    if (!more_images || !more_labels)
        return error_set(error, "expected memory for %zu images, found less", images);
    for (size_t i = train->count; i < images; i++) {
        const uint8_t *source = more_images + (i - train->count) * MNIST_PIXELS;
        memcpy(more_images + i * MNIST_PIXELS, source, MNIST_PIXELS);
        more_labels[i] = more_labels[i - train->count];
    }
    train->count = images;
    return true;
}

// Sets zero pixels at random until half of the pixels are nonzero, as many as in Fashion-MNIST.
static void fill_half(Dataset *set) {
    Random random;
    size_t size = set->count * MNIST_PIXELS;
    size_t zeros = 0;
    for (size_t i = 0; i < size; i++)
        zeros += set->images[i] == 0;
    double share = zeros > size / 2 ? 1.0 - (double)size / 2.0 / (double)zeros : 0.0;
    random_seed(&random, 0);
    for (size_t i = 0; i < size; i++) {
        uint32_t draw = random_next32(&random);
        if (set->images[i] == 0 && (double)draw < share * 0x1p32)
            set->images[i] = (uint8_t)(1 + draw % 255);
    }
}

static bool has_option(char **argv, const char *name) {
    for (char **option = argv + OPTIONS; *option; option++) {
        if (strcmp(*option, name) == 0)
            return true;
    }
    return false;
}

static void print_times(const Times *times, const TrainConfig *config, size_t threads,
                        size_t images) {
    double loop = 0.0;
    for (size_t i = 0; i < times->epochs; i++)
        loop += times->epoch_seconds[i];
    printf("{\"loop\": %.6f, \"epochs\": [", loop);
    for (size_t i = 0; i < times->epochs; i++)
        printf("%s%.6f", i > 0 ? ", " : "", times->epoch_seconds[i]);
    printf("], \"test\": %.6f, \"images\": %zu, \"batch\": %zu, \"threads\": %zu",
           times->test_seconds, images, config->batch_size, threads);
    printf(", \"library\": \"%s\", \"kernel\": \"%s\"}\n", gemm_library(), gemm_kernel());
}

static bool run(const TrainConfig *config, ThreadPool *pool, const Dataset *train,
                const Dataset *test, Error *error) {
    Times times = {0};
    Metrics metrics;
    Trainer *trainer = trainer_create(config, pool, train, test, on_event, &times, error);
    bool trained = trainer;
    while (trained && trainer_progress(trainer)->epoch < config->epochs)
        trained = trainer_train(trainer, 0, error);
    trained = trained && trainer_test(trainer, &metrics, NULL, error);
    if (trained)
        print_times(&times, config, thread_pool_size(pool), train->count);
    trainer_destroy(trainer);
    return trained;
}

int main(int argc, char **argv) {
    if (argc < OPTIONS) {
        fprintf(stderr,
                "loop: expected a directory of MNIST, epochs, batch, threads (0: a processor "
                "each, 4 at most), images (0: all), and options: reproducible, half-density\n");
        return 2;
    }
    TrainConfig config = {
        .epochs = strtoul(argv[EPOCHS], NULL, 10),
        .batch_size = strtoul(argv[BATCH], NULL, 10),
        .learning_rate = 0.001,
        .loss = LOSS_TUTORIAL,
        .is_reproducible = has_option(argv, "reproducible"),
    };
    size_t threads = strtoul(argv[THREADS], NULL, 10);
    if (threads == 0)
        threads = cpu_count();
    if (threads > NETWORK_SHARDS)
        threads = NETWORK_SHARDS;
    gemm_use_one_thread();
    Error error;
    Dataset train = {0};
    Dataset test = {0};
    ThreadPool *pool = NULL;
    bool done =
        config.epochs <= MAX_EPOCHS ||
        error_set(&error, "expected at most %d epochs, found %zu", MAX_EPOCHS, config.epochs);
    done = done && (pool = thread_pool_create(threads, &error)) &&
           load_train(argv[DIR], strtoul(argv[IMAGES], NULL, 10), &train, &error) &&
           dataset_load(argv[DIR], DATASET_TEST, 0, &test, &error);
    if (done && has_option(argv, "half-density"))
        fill_half(&train);
    done = done && run(&config, pool, &train, &test, &error);
    if (!done)
        fprintf(stderr, "loop: %s\n", error.text);
    dataset_destroy(&train);
    dataset_destroy(&test);
    thread_pool_destroy(pool);
    return done ? 0 : 1;
}
