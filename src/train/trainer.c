#include "train/trainer.h"

#include "base/error.h"
#include "base/number.h"
#include "base/system.h"
#include "data/data_loader.h"
#include "nn/engine.h"

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
    TrainEvent event;             // the next one
    TrainCallback *callback;
    void *context;
};

Trainer *trainer_create(const TrainConfig *config, ThreadPool *pool, const Dataset *train,
                        const Dataset *test, TrainCallback *callback, void *context, Error *error) {
    static const Transforms none;
    const Engine *engine = engine_choose(config->is_reproducible);
    Trainer *trainer = memory_alloc(1, sizeof *trainer, "trainer", error);
    if (!trainer)
        return NULL;
    trainer->config = *config;
    trainer->engine = engine;
    trainer->callback = callback;
    trainer->context = context;
    if ((train && !data_loader_create(&trainer->train, train, config->batch_size,
                                      &config->transforms, pool, error)) ||
        !data_loader_create(&trainer->test, test, config->batch_size, &none, pool, error) ||
        !(trainer->network = engine->create(thread_pool_size(pool), error)) ||
        !(trainer->loop = train_loop_create(engine, trainer->network, pool, error))) {
        trainer_destroy(trainer);
        return NULL;
    }
    adam_create(&trainer->adam, config->learning_rate, trainer->train.seen);
    trainer->progress.metrics.batch_size = config->batch_size;
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

static void begin_pass(Trainer *trainer, const DataLoader *loader, const Metrics *metrics) {
    trainer->event = (TrainEvent){.epoch = trainer->progress.epoch,
                                  .epochs = trainer->config.epochs,
                                  .epoch_batches = data_loader_batches(loader),
                                  .metrics = metrics};
}

static bool send_event(Trainer *trainer, TrainEventKind kind, double seconds) {
    trainer->event.kind = kind;
    trainer->event.seconds = seconds;
    return trainer->callback(trainer->context, &trainer->event);
}

static bool on_microbatch(void *context, const MicrobatchResult *result) {
    Trainer *trainer = context;
    const size_t images = result->microbatch->batch_images;
    const double loss = result->batch_loss / (double)images;
    if (!result->microbatch->is_last_of_batch)
        return true;
    trainer->event.batch_loss = loss;
    metrics_add(&trainer->progress.metrics, images, result->batch_correct, loss);
    if (!isfinite(loss))
        return false; // the failed batch does not count as trained
    trainer->progress.batch++;
    return send_event(trainer, TRAIN_BATCH_DONE, 0.0);
}

// The sign of a computed NaN, which %f prints, depends on the processor.
static double without_sign(double number) {
    return isnan(number) ? (double)NAN : number;
}

// Tests the network after an epoch, trainer->parameters, and keeps it if it is the best so far.
static bool test_epoch(Trainer *trainer, Metrics *metrics, Error *error) {
    TrainProgress *progress = &trainer->progress;
    const double begun = clock_seconds();
    *metrics = (Metrics){.batch_size = trainer->config.batch_size};
    if (!prediction_evaluate(trainer->loop, &trainer->test, &progress->random,
                             &(Evaluation){"test", .metrics = metrics, .error = error}))
        return false;
    trainer->event.test = metrics;
    trainer->event.test_seconds = clock_seconds() - begun;
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
    if (progress->batch == 0) {
        progress->order_seed = data_loader_draw_seed(&progress->random);
        data_loader_shuffle(&trainer->train, progress->order_seed); // the order of the epoch
    }
    const size_t left = batches - progress->batch;
    const size_t count = max_batches > 0 ? number_min(max_batches, left) : left;
    begin_pass(trainer, &trainer->train, &progress->metrics);
    train_loop_run(trainer->loop, &(TrainPass){
                                      .loader = &trainer->train,
                                      .first_batch = progress->batch,
                                      .end_batch = progress->batch + count,
                                      .random = &progress->random,
                                      .adam = &trainer->adam,
                                      .loss = trainer->config.loss,
                                      .steps = progress->epoch * batches + progress->batch,
                                      .on_microbatch = on_microbatch,
                                      .context = trainer,
                                  });
    if (!isfinite(trainer->event.batch_loss))
        return error_set(error,
                         "epoch %zu, batch %zu: expected a finite loss, found %f; a smaller "
                         "learning rate may help",
                         progress->epoch, progress->batch, without_sign(trainer->event.batch_loss));
    trainer_get_parameters(trainer, &trainer->parameters);
    const float wrong = network_find_not_finite(&trainer->parameters);
    if (wrong != 0.0F)
        return error_set(error,
                         "epoch %zu, after batch %zu: expected finite weights, found %f; a "
                         "smaller learning rate may help",
                         progress->epoch, progress->batch, without_sign((double)wrong));
    progress->seconds += clock_seconds() - begun;
    if (progress->batch < batches)
        return true;
    Metrics test;
    if (trainer->config.tests_every_epoch && !test_epoch(trainer, &test, error))
        return false;
    send_event(trainer, TRAIN_EPOCH_DONE, progress->seconds);
    progress->epoch++;
    progress->batch = 0; // nothing of the next epoch yet
    progress->order_seed = 0;
    progress->metrics = (Metrics){.batch_size = trainer->config.batch_size};
    progress->seconds = 0.0;
    return true;
}

bool trainer_test(Trainer *trainer, Metrics *metrics, Prediction *predictions, Error *error) {
    const double begun = clock_seconds();
    *metrics = (Metrics){.batch_size = trainer->config.batch_size};
    begin_pass(trainer, &trainer->test, metrics);
    if (!prediction_evaluate(trainer->loop, &trainer->test, &trainer->progress.random,
                             &(Evaluation){"test", metrics, predictions, .error = error}))
        return false;
    send_event(trainer, TRAIN_TEST_DONE, clock_seconds() - begun);
    return true;
}
