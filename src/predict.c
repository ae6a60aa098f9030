#include "predict.h"

#include "batches.h"
#include "layers.h"
#include "matmul.h"

#include <stdlib.h>

typedef struct {
    Batches batches;
    Batch *batch;
    BatchBlock *block;
    float *images; // (block, pixels)
    NetworkSlice *slices;
} Work;

static void note_predictions(const BatchBlock *block, const NetworkScores logits,
                             Prediction *predictions) {
    NetworkScores probabilities;
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
    NetworkScores partial[NETWORK_SLICES], logits;
    while (batches_next(&work->batches, work->batch, work->block)) {
        batches_gather(&work->batches, work->block, 0, work->block->count);
        for (size_t s = 0; s < NETWORK_SLICES; s++) {
            network_slice_begin(&work->slices[s], &work->batch->active);
            network_slice_forward(&work->slices[s], work->block, NULL, partial[s]);
        }
        network_add_logits((const NetworkScores *)partial, work->block->count, logits);
        note_predictions(work->block, logits, predictions);
    }
}

static bool begin(Work *work, const NetworkParameters *parameters, const Dataset *dataset,
                  Team *team, Error *error) {
    work->batch = calloc(1, sizeof *work->batch);
    work->block = calloc(1, sizeof *work->block);
    work->images = calloc(NETWORK_BLOCK, NETWORK_PIXELS * sizeof *work->images);
    if (!work->batch || !work->block || !work->images)
        return error_set(error, "predict: expected memory for a block of images, found less");
    work->slices = network_create(error);
    if (!work->slices || !batches_create(&work->batches, dataset, BATCHES_BLOCK, team, error))
        return false;
    work->block->images = work->images;
    for (size_t s = 0; s < NETWORK_SLICES; s++)
        network_cut(parameters, s, &work->slices[s].parameters);
    return true;
}

bool predict_images(const NetworkParameters *parameters, const Dataset *dataset, Team *team,
                    Prediction *predictions, Error *error) {
    Work work = {0};
    uint8_t *no_labels = dataset->labels ? NULL : calloc(dataset->count, 1);
    Dataset labelled = *dataset;
    labelled.labels = dataset->labels ? dataset->labels : no_labels;
    bool begun = labelled.labels
                     ? begin(&work, parameters, &labelled, team, error)
                     : error_set(error, "predict: expected memory for labels, found less");
    if (begun) {
        Random unused;
        random_seed(&unused, 0);
        matmul_use_one_thread();
        batches_begin_in_order(&work.batches, &unused);
        for (size_t i = 0; i < batches_per_epoch(&work.batches); i++) {
            batches_open(&work.batches, i, work.batch);
            predict_batch(&work, predictions);
        }
    }
    batches_destroy(&work.batches);
    network_destroy(work.slices);
    free(work.images);
    free(work.block);
    free(work.batch);
    free(no_labels);
    return begun;
}
