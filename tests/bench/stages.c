// Where the time of a training step goes: each stage of a batch of 32 on one thread, all shards,
// over an epoch of real batches; and a meeting of two threads. Prints JSON: microseconds a step.
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "nn/gemm.h"
#include "nn/layers.h"
#include "nn/network.h"
#include "nn/optimiser.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 32, WARM_UP = 100, MEETINGS = 100000 };

typedef enum { GATHER, MASKS, FORWARD, LOGITS, LOSS, BACKWARD, ADAM, STAGES } Stage;

static const char *const names[STAGES] = {"gather", "masks",    "forward", "sum of logits",
                                          "loss",   "backward", "adam"};

static double seconds[STAGES];
static size_t share; // shards that are worked on: a thread's share

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void stage_done(Stage stage, double *begun) {
    double now = seconds_now();
    seconds[stage] += now - *begun;
    *begun = now;
}

static void step(const Batches *batches, size_t number, Batch *pair, BatchBlock *block,
                 Random *random, NetworkShard *shards, Optimiser *optimiser) {
    static float images[NETWORK_BLOCK * NETWORK_PIXELS];
    static float mask[NETWORK_BLOCK * NETWORK_HIDDEN];
    static Logits partial[NETWORK_SHARDS], logits, dlogits;
    double begun = seconds_now();
    Batch *batch = &pair[number % 2];
    Batch *next = &pair[(number + 1) % 2];
    block->images = images;
    if (number == 0) {
        batches_open(batches, 0, batch);
        for (size_t s = 0; s < share; s++)
            network_shard_gather_weights(&shards[s], &batch->active);
        begun = seconds_now();
    }
    batches_next(batches, batch, block);
    batches_gather(batches, block, 0, block->count);
    stage_done(GATHER, &begun);
    network_draw_mask(random, block->count, mask);
    stage_done(MASKS, &begun);
    for (size_t s = 0; s < share; s++)
        network_shard_forward(&shards[s], block, mask, partial[s]);
    stage_done(FORWARD, &begun);
    network_sum_partial_logits((const Logits *)partial, block->count, logits);
    stage_done(LOGITS, &begun);
    network_loss(LOSS_TUTORIAL, block, logits, dlogits);
    network_count_correct(block, logits);
    stage_done(LOSS, &begun);
    for (size_t s = 0; s < share; s++)
        network_shard_backward(&shards[s], block, dlogits, true);
    stage_done(BACKWARD, &begun);
    batches_open(batches, (number + 1) % batches_per_epoch(batches), next);
    stage_done(GATHER, &begun);
    AdamScales numbers = adam_scales(optimiser->learning_rate, ++optimiser->steps);
    for (size_t s = 0; s < share; s++)
        optimiser_update_slice(optimiser, &numbers, &batches->used, batch, next, &shards[s]);
    stage_done(ADAM, &begun);
}

static void meet_often(void *context, size_t thread) {
    (void)thread;
    for (size_t i = 0; i < MEETINGS; i++)
        thread_pool_barrier_wait(context);
}

static double meeting_seconds(Error *error) {
    ThreadPool *pool = thread_pool_create(2, error);
    if (!pool)
        return 0.0;
    double begun = seconds_now();
    thread_pool_run(pool, meet_often, pool);
    double spent = seconds_now() - begun;
    thread_pool_destroy(pool);
    return spent / MEETINGS;
}

int main(int argc, char **argv) {
    Error error;
    Dataset train = {0};
    Batches batches = {0};
    Optimiser optimiser = {0};
    Batch *pair = calloc(2, sizeof *pair);
    BatchBlock *block = calloc(1, sizeof *block);
    NetworkParameters *parameters = calloc(1, sizeof *parameters);
    NetworkShard *shards = network_create(&error);
    ThreadPool *pool = NULL;
    Random random;
    if (argc != 3 || !pair || !block || !parameters || !shards ||
        !dataset_load(argv[1], DATASET_TRAIN, 0, &train, &error) ||
        !(pool = thread_pool_create(1, &error)) ||
        !batches_create(&batches, &train, BATCH, pool, &error) ||
        !optimiser_create(&optimiser, 0.001, &error)) {
        fprintf(stderr, "stages: %s\n",
                argc == 3 ? error.text : "expected a folder of MNIST and 1 to 4 shards");
        return 1;
    }
    share = strtoul(argv[2], NULL, 10);
    gemm_use_one_thread();
    random_seed(&random, 0);
    network_initialise(parameters, &random);
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_from_parameters(parameters, s, &shards[s].parameters);
    batches_begin_shuffled(&batches, batches_draw_seed(&random));
    size_t steps = batches_per_epoch(&batches);
    for (size_t i = 0; i < steps; i++) {
        if (i == WARM_UP) {
            for (int s = 0; s < STAGES; s++)
                seconds[s] = 0.0;
        }
        step(&batches, i, pair, block, &random, shards, &optimiser);
    }
    printf("{");
    for (int s = 0; s < STAGES; s++)
        printf("\"%s\": %.2f, ", names[s], 1e6 * seconds[s] / (double)(steps - WARM_UP));
    printf("\"meeting\": %.2f}\n", 1e6 * meeting_seconds(&error));
    batches_destroy(&batches);
    thread_pool_destroy(pool);
    dataset_destroy(&train);
    optimiser_destroy(&optimiser);
    network_destroy(shards);
    free(parameters);
    free(pair);
    free(block);
    return 0;
}
