#include "train/prediction.h"

#include <math.h>

void prediction_from_logits(size_t images, const float *logits, Prediction *predictions) {
    Logits probabilities;
    softmax(images, logits, probabilities);
    for (size_t i = 0; i < images; i++) {
        predictions[i].digit = (uint8_t)network_class(images, logits, i);
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            predictions[i].probabilities[c] = probabilities[c * images + i];
    }
}

static bool on_microbatch(void *context, const MicrobatchResult *result) {
    Evaluation *evaluation = context;
    const Microbatch *microbatch = result->microbatch;
    const size_t images = microbatch->count;
    for (size_t i = 0; i < MNIST_CLASSES * images && !evaluation->has_failed; i++) {
        const float logit = result->logits[i];
        if (!isfinite(logit))
            evaluation->has_failed = !error_set(
                evaluation->error,
                "%s: image %zu: expected finite logits, found %f: the network's weights are too "
                "large",
                evaluation->what, microbatch->first + i % images,
                (double)(isnan(logit) ? NAN : logit)); // without a sign
    }
    if (evaluation->has_failed)
        return false;
    if (evaluation->metrics && microbatch->is_last_of_batch)
        metrics_add(evaluation->metrics, microbatch->batch_images, result->batch_correct, 0.0);
    if (evaluation->predictions)
        prediction_from_logits(images, result->logits, evaluation->predictions + microbatch->first);
    return true;
}

bool prediction_evaluate(TrainLoop *loop, DataLoader *loader, Random *random,
                         Evaluation *evaluation) {
    data_loader_sequential(loader, random);
    train_loop_run(loop, &(TrainPass){
                             .loader = loader,
                             .end_batch = data_loader_batches(loader),
                             .random = random,
                             .on_microbatch = on_microbatch,
                             .context = evaluation,
                         });
    return !evaluation->has_failed;
}

bool prediction_run(const NetworkParameters *parameters, const Engine *engine,
                    const Dataset *dataset, ThreadPool *pool, Prediction *predictions,
                    Error *error) {
    static const Transforms no_transforms;
    DataLoader loader = {0};
    Random unused;
    Network *network = engine->create(thread_pool_size(pool), error);
    TrainLoop *loop = network ? train_loop_create(engine, network, pool, error) : NULL;
    bool is_done =
        loop && data_loader_create(&loader, dataset, MICROBATCH, &no_transforms, pool, error);
    if (is_done) {
        network_set(network, ENGINE_PARAMETERS, parameters);
        random_seed(&unused, 0);
        is_done = prediction_evaluate(loop, &loader, &unused,
                                      &(Evaluation){.what = dataset->images_path,
                                                    .predictions = predictions,
                                                    .error = error});
    }
    data_loader_destroy(&loader);
    train_loop_destroy(loop);
    network_destroy(network);
    return is_done;
}
