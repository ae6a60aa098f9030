#include "trainer.h"

#include "pass.h"

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
    const TrainerSettings *settings = &trainer->settings;
    if (train &&
        (!batches_create(&trainer->train, train, settings->batch_size, trainer->team, error) ||
         !batches_set_transforms(&trainer->train, &settings->transforms, error)))
        return false;
    if (!batches_create(&trainer->test, test, settings->batch_size, trainer->team, error))
        return false;
    trainer->slices = network_create(error);
    if (!trainer->slices)
        return false;
    if (!optimiser_create(&trainer->optimiser, settings->learning_rate, error))
        return false;
    trainer->threads = calloc(team_threads(trainer->team), sizeof *trainer->threads);
    trainer->blocks = calloc(TRAINER_BLOCKS, sizeof *trainer->blocks);
    if (!trainer->threads || !trainer->blocks)
        return error_set(error, "trainer: expected memory for %zu threads, found less",
                         team_threads(trainer->team));
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

bool trainer_create(Trainer *trainer, const TrainerSettings *settings, Team *team,
                    const Dataset *train, const Dataset *test, TrainerListener *listener,
                    void *listener_context, Error *error) {
    *trainer = (Trainer){
        .settings = *settings,
        .team = team,
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
    network_destroy(trainer->slices);
    optimiser_destroy(&trainer->optimiser);
    free(trainer->threads);
    free(trainer->blocks);
    *trainer = (Trainer){0};
}

void trainer_parameters(const Trainer *trainer, NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SLICES; s++)
        network_join(&trainer->slices[s].parameters, s, parameters);
}

void trainer_set_parameters(Trainer *trainer, const NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SLICES; s++)
        network_cut(parameters, s, &trainer->slices[s].parameters);
}

static void tell_pass(Pass *pass, TrainerEventKind kind, double seconds) {
    pass->event.kind = kind;
    pass->event.seconds = seconds;
    pass->trainer->listener(pass->trainer->listener_context, &pass->event);
}

static void begin_epoch(Trainer *trainer) {
    trainer->order_seed = batches_draw_seed(&trainer->random);
    batches_begin_shuffled(&trainer->train, trainer->order_seed);
    trainer->figures = (Figures){.batch_size = trainer->settings.batch_size};
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
        .figures = &trainer->figures,
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
    tell_pass(&pass, TRAINER_EPOCH_DONE, trainer->seconds);
    trainer->epoch++;
    trainer->batch = 0;
    return true;
}

void trainer_stop(Trainer *trainer) {
    trainer->stopping = true;
}

void trainer_test(Trainer *trainer) {
    double begun = seconds_now();
    Figures figures = {.batch_size = trainer->settings.batch_size};
    Pass pass = {
        .trainer = trainer,
        .batches = &trainer->test,
        .end = batches_per_epoch(&trainer->test),
        .figures = &figures,
    };
    batches_begin_in_order(&trainer->test, &trainer->random);
    pass_run(&pass);
    tell_pass(&pass, TRAINER_TEST_DONE, seconds_now() - begun);
}

bool trainer_run(Trainer *trainer, Error *error) {
    while (trainer->epoch < trainer->settings.epochs) {
        if (!trainer_train(trainer, 0, error))
            return false;
    }
    trainer_test(trainer);
    return true;
}
