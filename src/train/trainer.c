#include "train/trainer.h"

#include "train/train_loop.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool create_parts(Trainer *trainer, const Dataset *train, const Dataset *test,
                         Error *error) {
    const TrainConfig *settings = &trainer->settings;
    if (train &&
        (!batches_create(&trainer->train, train, settings->batch_size, trainer->pool, error) ||
         !batches_set_transforms(&trainer->train, &settings->transforms, error)))
        return false;
    if (!batches_create(&trainer->test, test, settings->batch_size, trainer->pool, error))
        return false;
    trainer->shards = network_create(error);
    if (!trainer->shards)
        return false;
    if (!optimiser_create(&trainer->optimiser, settings->learning_rate, error))
        return false;
    trainer->threads = calloc(thread_pool_size(trainer->pool), sizeof *trainer->threads);
    trainer->blocks = calloc(TRAINER_BLOCKS, sizeof *trainer->blocks);
    if (!trainer->threads || !trainer->blocks)
        return error_set(error, "trainer: expected memory for %zu threads, found less",
                         thread_pool_size(trainer->pool));
    return true;
}

static bool initialise(Trainer *trainer, Error *error) {
    NetworkParameters *parameters = calloc(1, sizeof *parameters);
    if (!parameters)
        return error_set(error, "trainer: expected memory for parameters, found less");
    random_seed(&trainer->random, trainer->settings.seed);
    network_initialise(parameters, &trainer->random);
    trainer_set_parameters(trainer, parameters);
    free(parameters);
    return true;
}

bool trainer_create(Trainer *trainer, const TrainConfig *settings, ThreadPool *pool,
                    const Dataset *train, const Dataset *test, TrainCallback *listener,
                    void *listener_context, Error *error) {
    *trainer = (Trainer){
        .settings = *settings,
        .pool = pool,
        .listener = listener,
        .listener_context = listener_context,
    };
    if (create_parts(trainer, train, test, error) && initialise(trainer, error))
        return true;
    trainer_destroy(trainer);
    return false;
}

void trainer_destroy(Trainer *trainer) {
    batches_destroy(&trainer->train);
    batches_destroy(&trainer->test);
    network_destroy(trainer->shards);
    optimiser_destroy(&trainer->optimiser);
    free(trainer->threads);
    free(trainer->blocks);
    *trainer = (Trainer){0};
}

void trainer_parameters(const Trainer *trainer, NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_to_parameters(&trainer->shards[s].parameters, s, parameters);
}

void trainer_set_parameters(Trainer *trainer, const NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_from_parameters(parameters, s, &trainer->shards[s].parameters);
}

static void tell_pass(Pass *pass, TrainEventKind kind, double seconds) {
    pass->event.kind = kind;
    pass->event.seconds = seconds;
    pass->trainer->listener(pass->trainer->listener_context, &pass->event);
}

static void begin_epoch(Trainer *trainer) {
    trainer->order_seed = batches_draw_seed(&trainer->random);
    batches_begin_shuffled(&trainer->train, trainer->order_seed);
    trainer->metrics = (Metrics){.batch_size = trainer->settings.batch_size};
    trainer->seconds = 0.0;
}

bool trainer_train(Trainer *trainer, size_t most_batches, Error *error) {
    double begun = seconds_now();
    size_t batches = batches_per_epoch(&trainer->train);
    if (trainer->batch == 0)
        begin_epoch(trainer);
    size_t left = batches - trainer->batch;
    Pass pass = {
        .trainer = trainer,
        .batches = &trainer->train,
        .training = true,
        .first = trainer->batch,
        .end = trainer->batch + (most_batches > 0 && most_batches < left ? most_batches : left),
        .metrics = &trainer->metrics,
    };
    pass_run(&pass);
    if (!isfinite(pass.event.batch_loss))
        return error_set(error,
                         "epoch %zu, batch %zu: expected a finite loss, found %f; a smaller "
                         "learning rate may help",
                         trainer->epoch, trainer->batch, pass.event.batch_loss);
    trainer->seconds += seconds_now() - begun;
    if (trainer->batch < batches)
        return true;
    tell_pass(&pass, TRAIN_EPOCH_DONE, trainer->seconds);
    trainer->epoch++;
    trainer->batch = 0;
    return true;
}

void trainer_stop(Trainer *trainer) {
    trainer->stopping = true;
}

void trainer_test(Trainer *trainer) {
    double begun = seconds_now();
    Metrics metrics = {.batch_size = trainer->settings.batch_size};
    Pass pass = {
        .trainer = trainer,
        .batches = &trainer->test,
        .end = batches_per_epoch(&trainer->test),
        .metrics = &metrics,
    };
    batches_begin_in_order(&trainer->test, &trainer->random);
    pass_run(&pass);
    tell_pass(&pass, TRAIN_TEST_DONE, seconds_now() - begun);
}

bool trainer_run(Trainer *trainer, Error *error) {
    while (trainer->epoch < trainer->settings.epochs) {
        if (!trainer_train(trainer, 0, error))
            return false;
    }
    trainer_test(trainer);
    return true;
}
