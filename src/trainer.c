#include "trainer.h"

#include "matmul.h"
#include "subnormals.h"

#include <math.h>
#include <stdatomic.h>
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

// A pass over batches of an epoch, or of the test.
typedef struct {
    Trainer *trainer;
    const Batches *batches;
    bool training;
    size_t first;      // batch
    atomic_size_t end; // behind the last batch
    TrainerEvent event;
    Figures *figures; // written by thread 0
} Pass;

// A thread's way through a pass.
typedef struct {
    Pass *pass;
    TrainerThread *own;
    size_t thread;
    size_t threads;
    size_t first_slice; // its share of the network
    size_t end_slice;
    size_t batch;  // that was opened last
    size_t blocks; // that were prepared
} Walk;

// Opens the batch; all threads transform a share of its images before, where they are transformed.
static Batch *walk_open(const Walk *walk) {
    const Batches *batches = walk->pass->batches;
    Team *team = walk->pass->trainer->team;
    Batch *batch = &walk->own->batches[walk->batch % TRAINER_BLOCKS];
    if (batches->transformed) {
        size_t images = batches_images(batches, walk->batch);
        if (walk->thread + 1 == walk->threads)
            batches_draw_transforms(batches, walk->batch, &walk->own->random);
        team_meet(team);
        batches_transform(batches, walk->batch, walk->thread * images / walk->threads,
                          (walk->thread + 1) * images / walk->threads);
        team_meet(team);
    }
    batches_open(batches, walk->batch, batch);
    return batch;
}

static Walk walk_begin(Pass *pass, size_t thread) {
    size_t threads = team_threads(pass->trainer->team);
    Walk walk = {
        .pass = pass,
        .own = &pass->trainer->threads[thread],
        .thread = thread,
        .threads = threads,
        .first_slice = thread * NETWORK_SLICES / threads,
        .end_slice = (thread + 1) * NETWORK_SLICES / threads,
        .batch = pass->first,
    };
    matmul_use_one_thread();
    if (thread + 1 == threads)
        walk.own->random = pass->trainer->random;
    walk_open(&walk);
    return walk;
}

// The next block of the pass, in this batch or the next; false at the pass's end.
static bool walk_next_block(Walk *walk, BatchBlock *block) {
    const Batches *batches = walk->pass->batches;
    if (batches_next(batches, &walk->own->batches[walk->batch % TRAINER_BLOCKS], block))
        return true;
    if (walk->batch + 1 >= atomic_load_explicit(&walk->pass->end, memory_order_relaxed))
        return false;
    walk->batch++;
    return batches_next(batches, walk_open(walk), block);
}

// Of the threads that prepare a block the last one draws the mask, which takes it as long as a
// third of the images would.
static size_t count_images_of_last_thread(const Walk *walk, size_t count) {
    if (!walk->pass->training)
        return count / walk->threads;
    return walk->threads < 4 ? count * (4 - walk->threads) / (3 * walk->threads) : 0;
}

// The thread's share of preparing the next block; false when there is none. Not to be used before
// the next meeting.
static bool walk_prepare(Walk *walk) {
    size_t place = walk->blocks % TRAINER_BLOCKS;
    TrainerBlock *shared = &walk->pass->trainer->blocks[place];
    BatchBlock *block = &walk->own->blocks[place];
    block->images = shared->images;
    if (!walk_next_block(walk, block))
        return false;
    walk->blocks++;
    bool is_last = walk->thread + 1 == walk->threads;
    size_t others = block->count - count_images_of_last_thread(walk, block->count);
    if (is_last && walk->pass->training)
        network_draw_mask(&walk->own->random, block->count, shared->mask);
    if (is_last)
        batches_gather(walk->pass->batches, block, others, block->count);
    else
        batches_gather(walk->pass->batches, block, walk->thread * others / (walk->threads - 1),
                       (walk->thread + 1) * others / (walk->threads - 1));
    return true;
}

// The thread's slices, then a meeting, then the sum over all slices, which each thread makes for
// itself. In training the optimiser has begun the slices already, but for the first batch.
static void walk_forward(const Walk *walk, size_t number) {
    const Pass *pass = walk->pass;
    const BatchBlock *block = &walk->own->blocks[number % TRAINER_BLOCKS];
    TrainerBlock *shared = &pass->trainer->blocks[number % TRAINER_BLOCKS];
    bool begins = block->begins && (number == 0 || !pass->training);
    for (size_t s = walk->first_slice; s < walk->end_slice; s++) {
        NetworkSlice *slice = &pass->trainer->slices[s];
        if (begins)
            network_slice_begin(slice, &block->batch->active);
        network_slice_forward(slice, block, pass->training ? shared->mask : NULL,
                              shared->partial_logits[s]);
    }
    team_meet(pass->trainer->team);
    network_add_logits((const NetworkScores *)shared->partial_logits, block->count,
                       walk->own->logits);
}

// Returns the sum of the images' losses.
static double walk_backward(const Walk *walk, const BatchBlock *block) {
    Trainer *trainer = walk->pass->trainer;
    TrainerThread *own = walk->own;
    double loss = network_loss(trainer->settings.loss, block, own->logits, own->dlogits);
    for (size_t s = walk->first_slice; s < walk->end_slice; s++)
        network_slice_backward(&trainer->slices[s], block, own->dlogits, true);
    return loss;
}

static void walk_update(const Walk *walk, uint64_t step, const Batch *batch, const Batch *next) {
    const Optimiser *optimiser = &walk->pass->trainer->optimiser;
    const AdamStep numbers = adam_step(optimiser->learning_rate, step);
    for (size_t s = walk->first_slice; s < walk->end_slice; s++)
        optimiser_update_slice(optimiser, &numbers, &walk->pass->batches->used, batch, next,
                               &walk->pass->trainer->slices[s]);
}

// Another thread may be one batch ahead and prepare the one behind that, or look whether there is
// one before it learns of a new end at a meeting: so it is put two batches further.
static void end_pass_soon(Pass *pass, size_t batch) {
    size_t soon = batch + 3;
    if (soon < atomic_load_explicit(&pass->end, memory_order_relaxed))
        atomic_store_explicit(&pass->end, soon, memory_order_relaxed);
}

static void tell_batch(Pass *pass, size_t number, size_t images, size_t right, double loss) {
    Trainer *trainer = pass->trainer;
    figures_add(pass->figures, images, right, loss);
    pass->event.batch_loss = loss;
    if (!pass->training || !isfinite(loss))
        return;
    trainer->batch = number + 1;
    trainer->listener(trainer->listener_context, &pass->event);
    if (trainer->stopping)
        end_pass_soon(pass, number);
}

// A thread's share of the pass: for each block forward and, in training, backward; after a batch's
// last block Adam's step. While a block is worked on, the next one is prepared, so that one meeting
// a block is enough: what is written before a meeting is read behind it, and what is read before
// the last meeting is not written before this one.
static void pass_share(void *context, size_t thread) {
    Pass *pass = context;
    Trainer *trainer = pass->trainer;
    uint64_t former = subnormals_flush();
    Walk walk = walk_begin(pass, thread);
    uint64_t step = trainer->optimiser.steps;
    double loss = 0.0; // the batch's so far
    size_t right = 0;
    size_t batch = pass->first;
    bool finite = true;
    bool more = walk_prepare(&walk);
    team_meet(trainer->team);
    for (size_t number = 0; more && finite; number++) {
        const BatchBlock *block = &walk.own->blocks[number % TRAINER_BLOCKS];
        const BatchBlock *next = &walk.own->blocks[(number + 1) % TRAINER_BLOCKS];
        more = walk_prepare(&walk);
        walk_forward(&walk, number);
        right += network_count_right(block, walk.own->logits);
        if (pass->training)
            loss += walk_backward(&walk, block);
        if (!block->ends)
            continue;
        if (pass->training)
            walk_update(&walk, ++step, block->batch, more ? next->batch : block->batch);
        loss /= (double)block->batch->images;
        finite = isfinite(loss);
        if (thread == 0)
            tell_batch(pass, batch++, block->batch->images, right, loss);
        loss = 0.0;
        right = 0;
    }
    if (thread == 0)
        trainer->optimiser.steps = step;
    if (pass->training && thread + 1 == walk.threads)
        trainer->random = walk.own->random;
    subnormals_restore(former);
}

static void pass_run(Pass *pass) {
    pass->event.kind = TRAINER_BATCH_DONE;
    pass->event.epoch = pass->trainer->epoch;
    pass->event.epochs = pass->trainer->settings.epochs;
    pass->event.epoch_batches = batches_per_epoch(pass->batches);
    pass->event.figures = pass->figures;
    team_run(pass->trainer->team, pass_share, pass);
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
