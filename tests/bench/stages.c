// The time of each stage of a training step: a batch of 32 on one thread, the median over an epoch
// of real batches; and of a barrier of two threads. Prints JSON: microseconds per step.
#include "base/clock.h"
#include "base/denormals.h"
#include "base/thread_pool.h"
#include "data/data_loader.h"
#include "data/dataset.h"
#include "nn/adam.h"
#include "nn/gemm.h"
#include "nn/network.h"
#include "train/network_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 32, MAX_STEPS = 2000, BARRIERS = 100000, IN_FLIGHT = 2 };

typedef enum { PLAN, LOAD_ROWS, FORWARD, LOGITS, LOSS, BACKWARD, ADAM, STAGES } Stage;

static const char *const names[STAGES] = {"plan", "load rows", "forward", "sum of logits",
                                          "loss", "backward",  "adam"};

typedef struct {
    DataLoader loader;
    Network *network;
    Adam adam;
    Random random;
    size_t shards; // that are worked on: one thread's part
    Microbatch microbatches[IN_FLIGHT];
    float mask[IN_FLIGHT][NETWORK_MAX_IMAGES * NETWORK_HIDDEN];
    float rows[NETWORK_MAX_IMAGES * NETWORK_PIXELS];
    ImagesByPixel by_pixel;
    NetworkInputRows sparse_rows;
    Logits partial_logits[NETWORK_SHARDS];
    Logits logits;
    Logits dlogits;
    double seconds[STAGES][MAX_STEPS];
    size_t n; // the current step
} Bench;

static void stage_done(Bench *bench, Stage stage, double *begun) {
    double now = clock_seconds();
    bench->seconds[stage][bench->n] = now - *begun;
    *begun = now;
}

static void plan(Bench *bench, size_t n) {
    Microbatch *microbatch = &bench->microbatches[n % IN_FLIGHT];
    data_loader_next(&bench->loader, &bench->random, microbatch);
    network_draw_mask(&bench->random, microbatch->count, bench->mask[n % IN_FLIGHT]);
}

static void adam_step(Bench *bench, size_t n, const Columns *columns, const Columns *next) {
    const AdamScales scales = adam_kernel_scales(bench->adam.learning_rate, n + 1);
    const AdamColumns adam_columns = {
        .seen = bench->loader.seen.count,
        .seen_pixels = bench->loader.seen.pixels,
        .column_of = columns->column_of,
        .next_column_of = bench->network->is_reproducible ? NULL : next->column_of,
    };
    for (size_t s = 0; s < bench->shards; s++)
        adam_update_shard(&bench->adam, &scales, &adam_columns, &bench->network->shards[s]);
}

static void step(Bench *bench, size_t n) {
    const Microbatch *microbatch = &bench->microbatches[n % IN_FLIGHT];
    const Microbatch *next = &bench->microbatches[(n + 1) % IN_FLIGHT];
    const float *mask = bench->mask[n % IN_FLIGHT];
    double begun = clock_seconds();
    plan(bench, n + 1);
    stage_done(bench, PLAN, &begun);
    const bool is_sparse = bench->network->is_reproducible;
    if (is_sparse)
        data_loader_load_by_pixel(&bench->loader, microbatch, &bench->by_pixel);
    else
        data_loader_load_rows(&bench->loader, microbatch, 0, microbatch->count, bench->rows);
    const NetworkInput input = is_sparse
                                   ? network_input_sparse(&bench->loader, microbatch,
                                                          &bench->by_pixel, &bench->sparse_rows)
                                   : network_input_dense(microbatch, bench->rows);
    stage_done(bench, LOAD_ROWS, &begun);
    network_forward(bench->network, 0, bench->shards, &input, mask, bench->partial_logits);
    stage_done(bench, FORWARD, &begun);
    network_sum_partial_logits((const Logits *)bench->partial_logits, input.images, bench->logits);
    stage_done(bench, LOGITS, &begun);
    network_loss(LOSS_TUTORIAL, input.images, input.images, bench->logits, microbatch->labels,
                 bench->dlogits);
    network_count_correct(input.images, bench->logits, microbatch->labels);
    stage_done(bench, LOSS, &begun);
    network_backward(bench->network, 0, bench->shards, &input, bench->dlogits, true, true);
    stage_done(bench, BACKWARD, &begun);
    adam_step(bench, n, microbatch->columns, next->columns);
    stage_done(bench, ADAM, &begun);
}

static void wait_often(void *context, size_t rank) {
    (void)rank;
    for (size_t i = 0; i < BARRIERS; i++)
        thread_pool_barrier_wait(context);
}

static bool barrier_seconds(double *seconds, Error *error) {
    ThreadPool *pool = thread_pool_create(2, error);
    if (!pool)
        return false;
    double begun = clock_seconds();
    thread_pool_run(pool, wait_often, pool);
    *seconds = (clock_seconds() - begun) / BARRIERS;
    thread_pool_destroy(pool);
    return true;
}

static void initialise(Bench *bench, NetworkParameters *parameters) {
    random_seed(&bench->random, 0);
    network_initialise(parameters, &bench->random);
    network_set_parameters(bench->network, parameters);
    data_loader_shuffle(&bench->loader, data_loader_draw_seed(&bench->random));
    data_loader_start(&bench->loader, 0, data_loader_batches(&bench->loader));
    plan(bench, 0);
    const Columns *columns = bench->microbatches[0].columns;
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_gather_weights(&bench->network->shards[s], columns->count, columns->pixels);
}

static int compare(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void run(Bench *bench, double barrier) {
    size_t steps = data_loader_batches(&bench->loader) - 1; // each step plans the next batch
    steps = steps < MAX_STEPS ? steps : MAX_STEPS;
    for (bench->n = 0; bench->n < steps; bench->n++)
        step(bench, bench->n);
    printf("{");
    for (int s = 0; s < STAGES; s++) {
        qsort(bench->seconds[s], steps, sizeof(double), compare);
        printf("\"%s\": %.2f, ", names[s], 1e6 * bench->seconds[s][steps / 2]);
    }
    printf("\"barrier\": %.2f}\n", 1e6 * barrier);
}

int main(int argc, char **argv) {
    static Bench bench;
    static NetworkParameters parameters;
    static const Transforms no_transforms;
    Error error;
    Dataset train = {0};
    ThreadPool *pool = NULL;
    double barrier;
    if (argc < 3 || argc > 4 || (argc == 4 && strcmp(argv[3], "reproducible") != 0) ||
        !(bench.network = network_create(argc == 4, &error)) ||
        !dataset_load(argv[1], DATASET_TRAIN, 0, &train, &error) ||
        !(pool = thread_pool_create(1, &error)) ||
        !data_loader_create(&bench.loader, &train, BATCH, &no_transforms, pool, &error) ||
        !adam_create(&bench.adam, 0.001, argc == 4 ? ADAM_REPRODUCIBLE : ADAM_FASTEST, &error) ||
        !barrier_seconds(&barrier, &error)) {
        fprintf(stderr, "stages: %s\n",
                argc == 3 || argc == 4
                    ? error.text
                    : "expected a directory of MNIST, 1 to 4 shards, and optionally reproducible");
        return 1;
    }
    bench.shards = strtoul(argv[2], NULL, 10);
    gemm_use_one_thread();
    if (!bench.network->is_reproducible)
        denormals_flush_to_zero();
    initialise(&bench, &parameters);
    run(&bench, barrier);
    data_loader_destroy(&bench.loader);
    thread_pool_destroy(pool);
    dataset_destroy(&train);
    adam_destroy(&bench.adam);
    network_destroy(bench.network);
    return 0;
}
