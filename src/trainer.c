#include "trainer.h"

#include "matmul.h"

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
        !batches_create(&trainer->train, train, settings->batch_size, trainer->team, error))
        return false;
    if (!batches_create(&trainer->test, test, settings->batch_size, trainer->team, error))
        return false;
    trainer->slices = network_create(error);
    if (!trainer->slices)
        return false;
    if (!optimiser_create(&trainer->optimiser, settings->learning_rate, error))
        return false;
    trainer->threads = calloc(team_threads(trainer->team), sizeof *trainer->threads);
    if (!trainer->threads)
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
    for (size_t s = 0; s < NETWORK_SLICES; s++)
        network_cut(parameters, s, &trainer->slices[s].parameters);
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
    *trainer = (Trainer){0};
}

void trainer_parameters(const Trainer *trainer, NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SLICES; s++)
        network_join(&trainer->slices[s].parameters, s, parameters);
}

// A thread's share of the slices: from first to before end.
typedef struct {
    size_t first;
    size_t end;
} Share;

static Share share_of(const Trainer *trainer, size_t thread) {
    size_t threads = team_threads(trainer->team);
    return (Share){thread * NETWORK_SLICES / threads, (thread + 1) * NETWORK_SLICES / threads};
}

// A thread's way through the batches of an epoch.
typedef struct {
    Trainer *trainer;
    TrainerThread *own;
    Share share;
    const Batches *batches;
    size_t blocks; // that the thread has seen: which half of `partial` is next
} Walk;

static Walk walk_begin(Trainer *trainer, size_t thread, const Batches *batches) {
    matmul_use_one_thread();
    return (Walk){trainer, &trainer->threads[thread], share_of(trainer, thread), batches, 0};
}

// Opens the batch, if the epoch has it.
static Batch *walk_open(const Walk *walk, size_t number) {
    Batch *batch = &walk->own->batches[number % 2];
    if (number < batches_per_epoch(walk->batches))
        batches_open(walk->batches, number, batch);
    return batch;
}

static void walk_begin_slices(const Walk *walk, const Batch *batch) {
    for (size_t s = walk->share.first; s < walk->share.end; s++)
        network_slice_begin(&walk->trainer->slices[s], &batch->active);
}

// The thread's slices, then a meeting, then the sum over all slices, which each thread makes for
// itself. One meeting is enough: until the next one the others write into the other half.
static void walk_forward(Walk *walk, const float *mask) {
    TrainerThread *own = walk->own;
    NetworkScores *partial = walk->trainer->partial[walk->blocks++ % 2];
    for (size_t s = walk->share.first; s < walk->share.end; s++)
        network_slice_forward(&walk->trainer->slices[s], &own->block, mask, partial[s]);
    team_meet(walk->trainer->team);
    network_add_logits((const NetworkScores *)partial, own->block.count, own->logits);
}

// One batch: for each block masks, forward, loss, backward. Returns the mean loss.
static double walk_gradient(Walk *walk, Batch *batch, size_t *right) {
    TrainerThread *own = walk->own;
    double loss = 0.0;
    *right = 0;
    for (bool first = true; batches_read(walk->batches, batch, &own->block); first = false) {
        network_draw_mask(&own->random, own->block.count, own->mask);
        walk_forward(walk, own->mask);
        loss += network_loss(walk->trainer->settings.loss, &own->block, own->logits, own->dlogits);
        *right += network_count_right(&own->block, own->logits);
        for (size_t s = walk->share.first; s < walk->share.end; s++)
            network_slice_backward(&walk->trainer->slices[s], &own->block, own->dlogits, true,
                                   first);
    }
    return loss / (double)batch->images;
}

static void walk_update(const Walk *walk, uint64_t step, const Batch *batch, const Batch *next) {
    const Optimiser *optimiser = &walk->trainer->optimiser;
    const AdamStep numbers = adam_step(optimiser->learning_rate, step);
    for (size_t s = walk->share.first; s < walk->share.end; s++)
        optimiser_update_slice(optimiser, &numbers, &walk->batches->used, batch, next,
                               &walk->trainer->slices[s]);
}

// What the threads of a pass over the data share.
typedef struct {
    Trainer *trainer;
    TrainerEvent event;
    Figures figures;
} Pass;

static void tell_batch(Pass *pass, size_t images, size_t right, double loss) {
    figures_add(&pass->figures, images, right, loss);
    pass->event.batch_loss = loss;
    if (isfinite(loss))
        pass->trainer->listener(pass->trainer->listener_context, &pass->event);
}

static void train_share(void *context, size_t thread) {
    Pass *pass = context;
    Trainer *trainer = pass->trainer;
    Walk walk = walk_begin(trainer, thread, &trainer->train);
    uint64_t step = trainer->optimiser.steps;
    walk.own->random = trainer->random;
    Batch *batch = walk_open(&walk, 0);
    walk_begin_slices(&walk, batch);
    double loss = 0.0;
    for (size_t i = 0; i < pass->event.epoch_batches && isfinite(loss); i++) {
        size_t right;
        loss = walk_gradient(&walk, batch, &right);
        Batch *next = walk_open(&walk, i + 1);
        walk_update(&walk, ++step, batch, next);
        if (thread == 0)
            tell_batch(pass, batch->images, right, loss);
        batch = next;
    }
    team_meet(trainer->team); // all have copied the generator
    if (thread == 0) {
        trainer->random = walk.own->random;
        trainer->optimiser.steps = step;
    }
}

bool trainer_train_epoch(Trainer *trainer, Error *error) {
    double begun = seconds_now();
    Pass pass = {.trainer = trainer, .figures = {.batch_size = trainer->settings.batch_size}};
    pass.event = (TrainerEvent){
        .kind = TRAINER_BATCH_DONE,
        .epoch = trainer->epoch,
        .epoch_batches = batches_per_epoch(&trainer->train),
        .figures = &pass.figures,
    };
    batches_begin_shuffled(&trainer->train, &trainer->random);
    team_run(trainer->team, train_share, &pass);
    if (!isfinite(pass.event.batch_loss))
        return error_set(error,
                         "epoch %zu, batch %zu: expected a finite loss, found %f; a smaller "
                         "learning rate may help",
                         trainer->epoch, pass.figures.batches - 1, pass.event.batch_loss);
    pass.event.kind = TRAINER_EPOCH_DONE;
    pass.event.seconds = seconds_now() - begun;
    trainer->epoch++;
    trainer->listener(trainer->listener_context, &pass.event);
    return true;
}

static void test_share(void *context, size_t thread) {
    Pass *pass = context;
    Walk walk = walk_begin(pass->trainer, thread, &pass->trainer->test);
    for (size_t i = 0; i < batches_per_epoch(walk.batches); i++) {
        size_t right = 0;
        Batch *batch = walk_open(&walk, i);
        walk_begin_slices(&walk, batch);
        while (batches_read(walk.batches, batch, &walk.own->block)) {
            walk_forward(&walk, NULL);
            if (thread == 0)
                right += network_count_right(&walk.own->block, walk.own->logits);
        }
        if (thread == 0)
            figures_add(&pass->figures, batch->images, right, 0.0);
    }
}

void trainer_test(Trainer *trainer) {
    double begun = seconds_now();
    Pass pass = {.trainer = trainer, .figures = {.batch_size = trainer->settings.batch_size}};
    batches_begin_in_order(&trainer->test, &trainer->random);
    team_run(trainer->team, test_share, &pass);
    pass.event = (TrainerEvent){
        .kind = TRAINER_TEST_DONE,
        .epoch = trainer->epoch,
        .epoch_batches = batches_per_epoch(&trainer->test),
        .seconds = seconds_now() - begun,
        .figures = &pass.figures,
    };
    trainer->listener(trainer->listener_context, &pass.event);
}

bool trainer_run(Trainer *trainer, Error *error) {
    while (trainer->epoch < trainer->settings.epochs) {
        if (!trainer_train_epoch(trainer, error))
            return false;
    }
    trainer_test(trainer);
    return true;
}
