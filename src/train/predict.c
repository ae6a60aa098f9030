#include "train/predict.h"

#include "data/data_loader.h"
#include "nn/gemm.h"
#include "nn/layers.h"

#include <stdlib.h>

typedef struct {
    Batches batches;
    Batch *batch;
    BatchBlock *block;
    float *images; // (block, pixels)
    NetworkShard *shards;
} Work;

static void note_predictions(const BatchBlock *block, const Logits logits,
                             Prediction *predictions) {
    Logits probabilities;
    softmax_forward(block->count, NETWORK_CLASSES, logits, probabilities);
    for (size_t i = 0; i < block->count; i++) {
        Prediction *prediction = &predictions[block->first + i];
        prediction->digit = 0;
        for (size_t c = 0; c < NETWORK_CLASSES; c++) {
            size_t best = prediction->digit;
            prediction->probabilities[c] = probabilities[c * block->count + i];
            if (logits[c * block->count + i] > logits[best * block->count + i])
                prediction->digit = (uint8_t)c;
        }
    }
}

static void predict_batch(Work *work, Prediction *predictions) {
    Logits partial[NETWORK_SHARDS], logits;
    while (batches_next(&work->batches, work->batch, work->block)) {
        batches_gather(&work->batches, work->block, 0, work->block->count);
        for (size_t s = 0; s < NETWORK_SHARDS; s++) {
            network_shard_gather_weights(&work->shards[s], &work->batch->active);
            network_shard_forward(&work->shards[s], work->block, NULL, partial[s]);
        }
        network_sum_partial_logits((const Logits *)partial, work->block->count, logits);
        note_predictions(work->block, logits, predictions);
    }
}

static bool begin(Work *work, const NetworkParameters *parameters, const Dataset *dataset,
                  ThreadPool *pool, Error *error) {
    work->batch = calloc(1, sizeof *work->batch);
    work->block = calloc(1, sizeof *work->block);
    work->images = calloc(NETWORK_BLOCK, NETWORK_PIXELS * sizeof *work->images);
    if (!work->batch || !work->block || !work->images)
        return error_set(error, "predict: expected memory for a block of images, found less");
    work->shards = network_create(error);
    if (!work->shards || !batches_create(&work->batches, dataset, BATCHES_BLOCK, pool, error))
        return false;
    work->block->images = work->images;
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_from_parameters(parameters, s, &work->shards[s].parameters);
    return true;
}

bool predict_images(const NetworkParameters *parameters, const Dataset *dataset, ThreadPool *pool,
                    Prediction *predictions, Error *error) {
    Work work = {0};
    uint8_t *no_labels = dataset->labels ? NULL : calloc(dataset->count, 1);
    Dataset labelled = *dataset;
    labelled.labels = dataset->labels ? dataset->labels : no_labels;
    bool begun = labelled.labels
                     ? begin(&work, parameters, &labelled, pool, error)
                     : error_set(error, "predict: expected memory for labels, found less");
    if (begun) {
        Random unused;
        random_seed(&unused, 0);
        gemm_use_one_thread();
        batches_begin_in_order(&work.batches, &unused);
        for (size_t i = 0; i < batches_per_epoch(&work.batches); i++) {
            batches_open(&work.batches, i, work.batch);
            predict_batch(&work, predictions);
        }
    }
    batches_destroy(&work.batches);
    network_destroy(work.shards);
    free(work.images);
    free(work.block);
    free(work.batch);
    free(no_labels);
    return begun;
}
