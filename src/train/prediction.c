#include "train/prediction.h"

#include "data/data_loader.h"

#include <math.h>

void prediction_from_logits(size_t images, const float *logits, Prediction *predictions) {
    Logits probabilities;
    softmax(images, logits, probabilities);
    for (size_t i = 0; i < images; i++) {
        size_t best = 0;
        for (size_t c = 0; c < MNIST_CLASSES; c++) {
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
    for (size_t i = 0; i < MNIST_CLASSES * images; i++) {
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

bool prediction_run(const NetworkParameters *parameters, const Engine *engine,
                    const Dataset *dataset, ThreadPool *pool, Prediction *predictions,
                    Error *error) {
    static const Transforms no_transforms;
    DataLoader loader = {0};
    Random unused;
    PredictionPass context = {dataset->images_path, predictions, false, error};
    Network *network = engine->create(thread_pool_size(pool), error);
    TrainLoop *loop = network ? train_loop_create(engine, network, pool, error) : NULL;
    bool is_done =
        loop && data_loader_create(&loader, dataset, MICROBATCH, &no_transforms, pool, error);
    if (is_done) {
        network_set(network, ENGINE_PARAMETERS, parameters);
        random_seed(&unused, 0);
        data_loader_sequential(&loader, &unused);
        train_loop_run(loop, &(TrainPass){
                                 .loader = &loader,
                                 .end_batch = data_loader_batches(&loader),
                                 .random = &unused,
                                 .on_microbatch = on_microbatch,
                                 .context = &context,
                             });
        is_done = !context.has_failed;
    }
    data_loader_destroy(&loader);
    train_loop_destroy(loop);
    network_destroy(network);
    return is_done;
}
