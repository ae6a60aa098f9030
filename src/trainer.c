#include "trainer.h"

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
    if (train && !batches_create(&trainer->train, train, settings->batch_size, error))
        return false;
    if (!batches_create(&trainer->test, test, settings->batch_size, error))
        return false;
    size_t largest_batch =
        trainer->train.size > trainer->test.size ? trainer->train.size : trainer->test.size;
    if (!network_create(&trainer->network, largest_batch, error) ||
        !adam_create(&trainer->adam, NETWORK_PARAMETERS, settings->learning_rate, error))
        return false;
    trainer->mask = calloc(largest_batch, NETWORK_HIDDEN * sizeof *trainer->mask);
    return trainer->mask || error_set(error, "trainer: expected memory for masks, found less");
}

bool trainer_create(Trainer *trainer, const TrainerSettings *settings, const Dataset *train,
                    const Dataset *test, TrainerListener *listener, void *listener_context,
                    Error *error) {
    *trainer = (Trainer){
        .settings = *settings,
        .listener = listener,
        .listener_context = listener_context,
    };
    if (!create_parts(trainer, train, test, error)) {
        trainer_destroy(trainer);
        return false;
    }
    random_seed(&trainer->random, settings->seed);
    network_initialise(&trainer->network, &trainer->random);
    return true;
}

void trainer_destroy(Trainer *trainer) {
    batches_destroy(&trainer->train);
    batches_destroy(&trainer->test);
    network_destroy(&trainer->network);
    adam_destroy(&trainer->adam);
    free(trainer->mask);
    *trainer = (Trainer){0};
}

// One batch: masks, forward, backward, Adam. Returns the mean loss before the step.
static double train_batch(Trainer *trainer, size_t count) {
    Network *network = &trainer->network;
    const float *images = trainer->train.images;
    network_draw_mask(&trainer->random, count, trainer->mask);
    network_forward(network, count, images, trainer->mask);
    double loss = network_backward(network, trainer->settings.loss, count, images,
                                   trainer->train.labels, trainer->mask);
    adam_step(&trainer->adam, (const float *)network->gradient, (float *)network->parameters);
    return loss;
}

bool trainer_train_epoch(Trainer *trainer, Error *error) {
    double begun = seconds_now();
    Figures figures = {.batch_size = trainer->settings.batch_size};
    TrainerEvent event = {
        .kind = TRAINER_BATCH_DONE,
        .epoch = trainer->epoch,
        .epoch_batches = batches_per_epoch(&trainer->train),
        .figures = &figures,
    };
    batches_begin_shuffled(&trainer->train, &trainer->random);
    for (size_t count; (count = batches_next(&trainer->train)) > 0;) {
        event.batch_loss = train_batch(trainer, count);
        size_t right = network_count_right(&trainer->network, count, trainer->train.labels);
        figures_add(&figures, count, right, event.batch_loss);
        if (!isfinite(event.batch_loss))
            return error_set(error,
                             "epoch %zu, batch %zu: expected a finite loss, found %f; a smaller "
                             "learning rate may help",
                             trainer->epoch, figures.batches - 1, event.batch_loss);
        trainer->listener(trainer->listener_context, &event);
    }
    event.kind = TRAINER_EPOCH_DONE;
    event.seconds = seconds_now() - begun;
    trainer->epoch++;
    trainer->listener(trainer->listener_context, &event);
    return true;
}

void trainer_test(Trainer *trainer) {
    double begun = seconds_now();
    Figures figures = {.batch_size = trainer->settings.batch_size};
    batches_begin_in_order(&trainer->test, &trainer->random);
    for (size_t count; (count = batches_next(&trainer->test)) > 0;) {
        network_forward(&trainer->network, count, trainer->test.images, NULL);
        size_t right = network_count_right(&trainer->network, count, trainer->test.labels);
        figures_add(&figures, count, right, 0.0);
    }
    TrainerEvent event = {
        .kind = TRAINER_TEST_DONE,
        .epoch = trainer->epoch,
        .epoch_batches = batches_per_epoch(&trainer->test),
        .seconds = seconds_now() - begun,
        .figures = &figures,
    };
    trainer->listener(trainer->listener_context, &event);
}

bool trainer_run(Trainer *trainer, Error *error) {
    while (trainer->epoch < trainer->settings.epochs) {
        if (!trainer_train_epoch(trainer, error))
            return false;
    }
    trainer_test(trainer);
    return true;
}
