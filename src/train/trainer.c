#include "train/trainer.h"

#include "base/clock.h"
#include "base/error.h"
#include "data/data_loader.h"
#include "nn/adam.h"
#include "nn/gemm.h"
#include "nn/network.h"
#include "train/train_loop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct Trainer {
    TrainConfig config;
    TrainProgress progress;
    DataLoader train;
    DataLoader test;
    Network *network;
    Adam adam;
    TrainLoop *loop;
    TrainCallback *callback;
    void *context;
    bool stop_requested;
};

// The context of the callback of a pass.
typedef struct {
    Trainer *trainer;
    Metrics *metrics;
    Prediction *predictions; // or NULL
    TrainEvent event;
    size_t batch_correct; // of the batch so far
    double batch_loss;    // sum over its images so far
    bool has_failed;      // *error is set
    Error *error;         // in the test
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
    trainer->network = network_create(config->is_reproducible, error);
    if (!trainer->network ||
        !adam_create(&trainer->adam, config->learning_rate,
                     config->is_reproducible ? ADAM_REPRODUCIBLE : ADAM_FASTEST, error))
        return false;
    trainer->loop = train_loop_create(pool, config->is_reproducible, error);
    return trainer->loop;
}

static bool initialise(Trainer *trainer, Error *error) {
    NetworkParameters *parameters = memory_alloc(1, sizeof *parameters, "trainer", error);
    if (!parameters)
        return false;
    random_seed(&trainer->progress.random, trainer->config.seed);
    network_initialise(parameters, &trainer->progress.random);
    network_set_parameters(trainer->network, parameters);
    free(parameters);
    return true;
}

Trainer *trainer_create(const TrainConfig *config, ThreadPool *pool, const Dataset *train,
                        const Dataset *test, TrainCallback *callback, void *context, Error *error) {
    Trainer *trainer = memory_alloc(1, sizeof *trainer, "trainer", error);
    if (!trainer)
        return NULL;
    trainer->config = *config;
    trainer->callback = callback;
    trainer->context = context;
    if (create_parts(trainer, pool, train, test, error) && initialise(trainer, error))
        return trainer;
    trainer_destroy(trainer);
    return NULL;
}

void trainer_destroy(Trainer *trainer) {
    if (!trainer)
        return;
    data_loader_destroy(&trainer->train);
    data_loader_destroy(&trainer->test);
    network_destroy(trainer->network);
    adam_destroy(&trainer->adam);
    train_loop_destroy(trainer->loop);
    free(trainer);
}

const char *trainer_kernel(const TrainConfig *config) {
    return config->is_reproducible ? "ordered" : gemm_kernel();
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
    network_get_parameters(trainer->network, parameters);
}

void trainer_set_parameters(Trainer *trainer, const NetworkParameters *parameters) {
    network_set_parameters(trainer->network, parameters);
}

void trainer_capture(const Trainer *trainer, TrainState *state) {
    *state = (TrainState){.config = trainer->config, .progress = trainer->progress};
    snprintf(state->kernel, sizeof state->kernel, "%s", trainer_kernel(&trainer->config));
    network_get_parameters(trainer->network, &state->parameters);
    adam_get_moments(&trainer->adam, &state->first_moments, &state->second_moments);
}

void trainer_restore(Trainer *trainer, const TrainState *state) {
    trainer->progress = state->progress;
    network_set_parameters(trainer->network, &state->parameters);
    adam_set_moments(&trainer->adam, &state->first_moments, &state->second_moments);
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

// Adds a microbatch to the sums of its batch. After the last microbatch of a batch, adds the batch
// to the metrics and returns true.
static bool add_microbatch(PassContext *pass, const MicrobatchResult *result) {
    const Microbatch *microbatch = result->microbatch;
    pass->batch_loss += result->loss;
    pass->batch_correct += result->correct;
    if (!microbatch->is_last_of_batch)
        return false;
    pass->event.batch_loss = pass->batch_loss / (double)microbatch->batch_images;
    metrics_add(pass->metrics, microbatch->batch_images, pass->batch_correct,
                pass->event.batch_loss);
    pass->batch_loss = 0.0;
    pass->batch_correct = 0;
    return true;
}

static void send_event(PassContext *pass, TrainEventKind kind, double seconds) {
    pass->event.kind = kind;
    pass->event.seconds = seconds;
    pass->trainer->callback(pass->trainer->context, &pass->event);
}

static bool on_training_microbatch(void *context, const MicrobatchResult *result) {
    PassContext *pass = context;
    TrainProgress *progress = &pass->trainer->progress;
    if (!add_microbatch(pass, result))
        return true;
    progress->steps++;
    if (!isfinite(pass->event.batch_loss))
        return false; // the failed batch does not count as trained
    progress->batch++;
    send_event(pass, TRAIN_BATCH_DONE, 0.0);
    return !pass->trainer->stop_requested;
}

static bool on_test_microbatch(void *context, const MicrobatchResult *result) {
    PassContext *pass = context;
    pass->has_failed = pass->has_failed || !prediction_check_logits("test", result, pass->error);
    if (pass->has_failed)
        return false;
    add_microbatch(pass, result);
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

static void run_training_pass(Trainer *trainer, size_t end_batch, PassContext *context) {
    TrainProgress *progress = &trainer->progress;
    const TrainPass pass = {
        .network = trainer->network,
        .loader = &trainer->train,
        .random = &progress->random,
        .adam = &trainer->adam,
        .loss = trainer->config.loss,
        .steps = progress->steps,
        .on_microbatch = on_training_microbatch,
        .context = context,
    };
    data_loader_start(&trainer->train, progress->batch, end_batch);
    train_loop_run(trainer->loop, &pass);
}

// The sign of a computed NaN, which %f prints, depends on the processor.
static bool error_not_finite(const TrainProgress *progress, double loss, Error *error) {
    return error_set(error,
                     "epoch %zu, batch %zu: expected a finite loss, found %f; a smaller "
                     "learning rate may help",
                     progress->epoch, progress->batch, isnan(loss) ? (double)NAN : loss);
}

bool trainer_train(Trainer *trainer, size_t max_batches, Error *error) {
    TrainProgress *progress = &trainer->progress;
    double begun = clock_seconds();
    size_t batches = trainer_epoch_batches(trainer);
    trainer->stop_requested = false;
    if (progress->batch == 0)
        begin_epoch(trainer);
    size_t left = batches - progress->batch;
    size_t count = max_batches > 0 && max_batches < left ? max_batches : left;
    PassContext context = pass_context(trainer, &trainer->train, &progress->metrics);
    run_training_pass(trainer, progress->batch + count, &context);
    if (!isfinite(context.event.batch_loss))
        return error_not_finite(progress, context.event.batch_loss, error);
    float wrong = network_find_not_finite(trainer->network);
    if (wrong != 0.0F)
        return error_set(error,
                         "epoch %zu, after batch %zu: expected finite weights, found %f; a "
                         "smaller learning rate may help",
                         progress->epoch, progress->batch, (double)(isnan(wrong) ? NAN : wrong));
    progress->seconds += clock_seconds() - begun;
    if (progress->batch < batches)
        return true;
    send_event(&context, TRAIN_EPOCH_DONE, progress->seconds);
    progress->epoch++;
    progress->batch = 0;
    return true;
}

void trainer_request_stop(Trainer *trainer) {
    trainer->stop_requested = true;
}

bool trainer_test(Trainer *trainer, Metrics *metrics, Prediction *predictions, Error *error) {
    double begun = clock_seconds();
    *metrics = (Metrics){.batch_size = trainer->config.batch_size};
    PassContext context = pass_context(trainer, &trainer->test, metrics);
    context.predictions = predictions;
    context.error = error;
    const TrainPass pass = {
        .network = trainer->network,
        .loader = &trainer->test,
        .on_microbatch = on_test_microbatch,
        .context = &context,
    };
    data_loader_sequential(&trainer->test, &trainer->progress.random);
    data_loader_start(&trainer->test, 0, data_loader_batches(&trainer->test));
    train_loop_run(trainer->loop, &pass);
    if (context.has_failed)
        return false;
    send_event(&context, TRAIN_TEST_DONE, clock_seconds() - begun);
    return true;
}
