#include "train/prediction.h"

#include "base/error.h"
#include "data/data_loader.h"
#include "nn/layers.h"

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

bool prediction_check_logits(const char *what, const MicrobatchResult *result, Error *error) {
    const size_t images = result->microbatch->count;
    for (size_t i = 0; i < NETWORK_CLASSES * images; i++) {
        const float logit = result->logits[i];
        if (!isfinite(logit))
            return error_set(error,
                             "%s: image %zu: expected finite logits, found %f: the network's "
                             "weights are too large",
                             what, result->microbatch->first + i % images,
                             (double)(isnan(logit) ? NAN : logit)); // without a sign
    }
    return true;
}

typedef struct {
    const char *path; // of the images
    Prediction *predictions;
    bool has_failed;
    Error *error;
} PredictionPass;

static bool on_microbatch(void *context, const MicrobatchResult *result) {
    PredictionPass *pass = context;
    pass->has_failed =
        pass->has_failed || !prediction_check_logits(pass->path, result, pass->error);
    if (!pass->has_failed)
        prediction_from_logits(result->microbatch->count, result->logits,
                               pass->predictions + result->microbatch->first);
    return !pass->has_failed;
}

bool prediction_run(const NetworkParameters *parameters, bool is_reproducible,
                    const Dataset *dataset, ThreadPool *pool, Prediction *predictions,
                    Error *error) {
    static const Transforms no_transforms;
    DataLoader *loader = memory_alloc(1, sizeof *loader, dataset->images_path, error);
    Network *network = network_create(is_reproducible, error);
    TrainLoop *loop = train_loop_create(pool, is_reproducible, error);
    bool is_done =
        loader && network && loop &&
        data_loader_create(loader, dataset, MICROBATCH_SIZE, &no_transforms, pool, error);
    if (is_done) {
        Random unused;
        random_seed(&unused, 0);
        network_set_parameters(network, parameters);
        data_loader_sequential(loader, &unused);
        data_loader_start(loader, 0, data_loader_batches(loader));
        PredictionPass context = {dataset->images_path, predictions, false, error};
        const TrainPass pass = {.network = network,
                                .loader = loader,
                                .on_microbatch = on_microbatch,
                                .context = &context};
        train_loop_run(loop, &pass);
        data_loader_destroy(loader);
        is_done = !context.has_failed;
    }
    train_loop_destroy(loop);
    network_destroy(network);
    free(loader);
    return is_done;
}
