#include "train/trainer.h"

#include "base/error.h"
#include "base/system.h"
#include "data/data_loader.h"
#include "nn/engine.h"
#include "train/train_loop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct Trainer {
    TrainConfig config;
    TrainProgress progress;
    DataLoader train;
    DataLoader test;
    const Engine *engine;
    Network *network;
    Adam adam;
    TrainLoop *loop;
    NetworkParameters parameters; // a copy, in the form of files
    NetworkParameters best;       // of progress.best_epoch
    TrainCallback *callback;
    void *context;
};

// The context of the callback of a pass.
typedef struct {
    Trainer *trainer;
    Metrics *metrics;
    Prediction *predictions; // or NULL
    TrainEvent event;
    bool has_failed; // *error is set
    Error *error;    // in the test
} PassContext;

static bool create_parts(Trainer *trainer, ThreadPool *pool, const Dataset *train,
                         const Dataset *test, Error *error) {
    static const Transforms none;
    const TrainConfig *config = &trainer->config;
    if (train && !data_loader_create(&trainer->train, train, config->batch_size,
                                     &config->transforms, pool, error))
        return false;
    if (!data_loader_create(&trainer->test, test, config->batch_size, &none, pool, error))
        return false;
    adam_create(&trainer->adam, config->learning_rate, trainer->train.seen);
    trainer->engine = engine_choose(config->is_reproducible);
    trainer->network = trainer->engine->create(thread_pool_size(pool), error);
    if (!trainer->network)
        return false;
    trainer->loop = train_loop_create(trainer->engine, trainer->network, pool, error);
    return trainer->loop;
}

Trainer *trainer_create(const TrainConfig *config, ThreadPool *pool, const Dataset *train,
                        const Dataset *test, TrainCallback *callback, void *context, Error *error) {
    Trainer *trainer = memory_alloc(1, sizeof *trainer, "trainer", error);
    if (!trainer)
        return NULL;
    trainer->config = *config;
    trainer->callback = callback;
    trainer->context = context;
    if (!create_parts(trainer, pool, train, test, error)) {
        trainer_destroy(trainer);
        return NULL;
    }
    random_seed(&trainer->progress.random, config->seed);
    network_initialise(&trainer->parameters, &trainer->progress.random);
    trainer_set_parameters(trainer, &trainer->parameters);
    return trainer;
}

void trainer_destroy(Trainer *trainer) {
    if (!trainer)
        return;
    data_loader_destroy(&trainer->train);
    data_loader_destroy(&trainer->test);
    train_loop_destroy(trainer->loop);
    network_destroy(trainer->network);
    free(trainer);
}

const TrainConfig *trainer_config(const Trainer *trainer) {
    return &trainer->config;
}

const TrainProgress *trainer_progress(const Trainer *trainer) {
    return &trainer->progress;
}

size_t trainer_epoch_batches(const Trainer *trainer) {
    return data_loader_batches(&trainer->train);
}

void trainer_get_parameters(const Trainer *trainer, NetworkParameters *parameters) {
    network_get(trainer->network, ENGINE_PARAMETERS, parameters);
}

void trainer_set_parameters(Trainer *trainer, const NetworkParameters *parameters) {
    network_set(trainer->network, ENGINE_PARAMETERS, parameters);
}

const NetworkParameters *trainer_best(const Trainer *trainer) {
    return &trainer->best;
}

void trainer_capture(const Trainer *trainer, TrainState *state) {
    *state = (TrainState){.config = trainer->config, .progress = trainer->progress};
    snprintf(state->kernel, sizeof state->kernel, "%s", trainer->engine->kernel());
    network_get(trainer->network, ENGINE_PARAMETERS, &state->parameters);
    network_get(trainer->network, ENGINE_FIRST_MOMENTS, &state->first_moments);
    network_get(trainer->network, ENGINE_SECOND_MOMENTS, &state->second_moments);
    state->best = trainer->best;
}

void trainer_restore(Trainer *trainer, const TrainState *state) {
    trainer->progress = state->progress;
    trainer->best = state->best;
    network_set(trainer->network, ENGINE_PARAMETERS, &state->parameters);
    network_set(trainer->network, ENGINE_FIRST_MOMENTS, &state->first_moments);
    network_set(trainer->network, ENGINE_SECOND_MOMENTS, &state->second_moments);
    if (state->progress.batch > 0)
        data_loader_shuffle(&trainer->train, state->progress.order_seed);
}

static PassContext pass_context(Trainer *trainer, const DataLoader *loader, Metrics *metrics) {
    return (PassContext){
        .trainer = trainer,
        .metrics = metrics,
        .event = {.epoch = trainer->progress.epoch,
                  .epochs = trainer->config.epochs,
                  .epoch_batches = data_loader_batches(loader),
                  .metrics = metrics},
    };
}

static void add_batch(PassContext *pass, const MicrobatchResult *result) {
    const size_t images = result->microbatch->batch_images;
    pass->event.batch_loss = result->batch_loss / (double)images;
    metrics_add(pass->metrics, images, result->batch_correct, pass->event.batch_loss);
}

static bool send_event(PassContext *pass, TrainEventKind kind, double seconds) {
    pass->event.kind = kind;
    pass->event.seconds = seconds;
    return pass->trainer->callback(pass->trainer->context, &pass->event);
}

static bool on_training_microbatch(void *context, const MicrobatchResult *result) {
    PassContext *pass = context;
    if (!result->microbatch->is_last_of_batch)
        return true;
    add_batch(pass, result);
    if (!isfinite(pass->event.batch_loss))
        return false; // the failed batch does not count as trained
    pass->trainer->progress.batch++;
    return send_event(pass, TRAIN_BATCH_DONE, 0.0);
}

static bool on_test_microbatch(void *context, const MicrobatchResult *result) {
    PassContext *pass = context;
    pass->has_failed = pass->has_failed || !prediction_check_logits("test", result, pass->error);
    if (pass->has_failed)
        return false;
    if (result->microbatch->is_last_of_batch)
        add_batch(pass, result);
    if (pass->predictions)
        prediction_from_logits(result->microbatch->count, result->logits,
                               pass->predictions + result->microbatch->first);
    return true;
}

static void begin_epoch(Trainer *trainer) {
    TrainProgress *progress = &trainer->progress;
    progress->order_seed = data_loader_draw_seed(&progress->random);
    data_loader_shuffle(&trainer->train, progress->order_seed);
    progress->metrics = (Metrics){.batch_size = trainer->config.batch_size};
    progress->seconds = 0.0;
}

// The sign of a computed NaN, which %f prints, depends on the processor.
static bool error_not_finite(const TrainProgress *progress, double loss, Error *error) {
    return error_set(error,
                     "epoch %zu, batch %zu: expected a finite loss, found %f; a smaller "
                     "learning rate may help",
                     progress->epoch, progress->batch, isnan(loss) ? (double)NAN : loss);
}

// Evaluates the test set into the metrics and the predictions of the context.
static bool evaluate(PassContext *context, Error *error) {
    Trainer *trainer = context->trainer;
    *context->metrics = (Metrics){.batch_size = trainer->config.batch_size};
    context->error = error;
    data_loader_sequential(&trainer->test, &trainer->progress.random);
    train_loop_run(trainer->loop, &(TrainPass){
                                      .loader = &trainer->test,
                                      .end_batch = data_loader_batches(&trainer->test),
                                      .random = &trainer->progress.random,
                                      .on_microbatch = on_test_microbatch,
                                      .context = context,
                                  });
    return !context->has_failed;
}

// Tests the network after an epoch, trainer->parameters, and keeps it if it is the best so far.
static bool test_epoch(Trainer *trainer, Metrics *metrics, TrainEvent *event, Error *error) {
    TrainProgress *progress = &trainer->progress;
    const double begun = clock_seconds();
    PassContext context = pass_context(trainer, &trainer->test, metrics);
    if (!evaluate(&context, error))
        return false;
    event->test = metrics;
    event->test_seconds = clock_seconds() - begun;
    if (progress->epoch == 0 || metrics->correct > progress->best_correct) {
        progress->best_epoch = progress->epoch;
        progress->best_correct = metrics->correct;
        trainer->best = trainer->parameters;
    }
    return true;
}

bool trainer_train(Trainer *trainer, size_t max_batches, Error *error) {
    TrainProgress *progress = &trainer->progress;
    const double begun = clock_seconds();
    const size_t batches = trainer_epoch_batches(trainer);
    if (progress->batch == 0)
        begin_epoch(trainer);
    const size_t left = batches - progress->batch;
    PassContext context = pass_context(trainer, &trainer->train, &progress->metrics);
    train_loop_run(trainer->loop, &(TrainPass){
                                      .loader = &trainer->train,
                                      .first_batch = progress->batch,
                                      .end_batch = max_batches > 0 && max_batches < left
                                                       ? progress->batch + max_batches
                                                       : batches,
                                      .random = &progress->random,
                                      .adam = &trainer->adam,
                                      .loss = trainer->config.loss,
                                      .steps = progress->epoch * batches + progress->batch,
                                      .on_microbatch = on_training_microbatch,
                                      .context = &context,
                                  });
    if (!isfinite(context.event.batch_loss))
        return error_not_finite(progress, context.event.batch_loss, error);
    trainer_get_parameters(trainer, &trainer->parameters);
    const float wrong = network_find_not_finite(&trainer->parameters);
    if (wrong != 0.0F)
        return error_set(error,
                         "epoch %zu, after batch %zu: expected finite weights, found %f; a "
                         "smaller learning rate may help",
                         progress->epoch, progress->batch, (double)(isnan(wrong) ? NAN : wrong));
    progress->seconds += clock_seconds() - begun;
    if (progress->batch < batches)
        return true;
    Metrics test;
    if (trainer->config.tests_every_epoch && !test_epoch(trainer, &test, &context.event, error))
        return false;
    send_event(&context, TRAIN_EPOCH_DONE, progress->seconds);
    progress->epoch++;
    progress->batch = 0;
    return true;
}

bool trainer_test(Trainer *trainer, Metrics *metrics, Prediction *predictions, Error *error) {
    const double begun = clock_seconds();
    PassContext context = pass_context(trainer, &trainer->test, metrics);
    context.predictions = predictions;
    if (!evaluate(&context, error))
        return false;
    send_event(&context, TRAIN_TEST_DONE, clock_seconds() - begun);
    return true;
}
