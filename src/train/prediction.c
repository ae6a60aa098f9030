#include "train/prediction.h"

#include "base/memory.h"
#include "data/data_loader.h"
#include "nn/layers.h"
#include "train/train_loop.h"

#include <math.h>
#include <stdlib.h>

void prediction_from_logits(size_t images, const float *logits, Prediction *predictions) {
    Logits probabilities;
    softmax_forward(images, NETWORK_CLASSES, logits, probabilities);
    for (size_t i = 0; i < images; i++) {
        size_t best = 0;
        for (size_t c = 0; c < NETWORK_CLASSES; c++) {
            // The sign of a computed NaN, which is printed, depends on the processor.
            float p = probabilities[c * images + i];
            predictions[i].probabilities[c] = isnan(p) ? NAN : p;
            best = logits[c * images + i] > logits[best * images + i] ? c : best;
        }
        predictions[i].digit = (uint8_t)best;
    }
}

static bool on_microbatch(void *context, const MicrobatchResult *result) {
    Prediction *predictions = context;
    prediction_from_logits(result->microbatch->count, result->logits,
                           predictions + result->microbatch->first);
    return true;
}

bool prediction_run(const NetworkParameters *parameters, bool is_reproducible,
                    const Dataset *dataset, ThreadPool *pool, Prediction *predictions,
                    Error *error) {
    static const Transforms no_transforms;
    DataLoader *loader = memory_alloc(1, sizeof *loader, dataset->images_path, error);
    Network *network = network_create(is_reproducible, error);
    TrainLoop *loop = train_loop_create(pool, is_reproducible, error);
    bool is_ready =
        loader && network && loop &&
        data_loader_create(loader, dataset, MICROBATCH_SIZE, &no_transforms, pool, error);
    if (is_ready) {
        Random unused;
        random_seed(&unused, 0);
        network_set_parameters(network, parameters);
        data_loader_sequential(loader, &unused);
        data_loader_start(loader, 0, data_loader_batches(loader));
        const TrainPass pass = {.network = network,
                                .loader = loader,
                                .on_microbatch = on_microbatch,
                                .context = predictions};
        train_loop_run(loop, &pass);
        data_loader_destroy(loader);
    }
    train_loop_destroy(loop);
    network_destroy(network);
    free(loader);
    return is_ready;
}
