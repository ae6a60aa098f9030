#include "train/train_loop.h"

#include "base/denormals.h"
#include "nn/adam.h"
#include "nn/gemm.h"

#include <math.h>

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
    ThreadPool *pool = walk->pass->trainer->pool;
    Batch *batch = &walk->own->batches[walk->batch % TRAINER_BLOCKS];
    if (batches->transformed) {
        size_t images = batches_images(batches, walk->batch);
        if (walk->thread + 1 == walk->threads)
            batches_draw_transforms(batches, walk->batch, &walk->own->random);
        thread_pool_barrier_wait(pool);
        batches_transform(batches, walk->batch, walk->thread * images / walk->threads,
                          (walk->thread + 1) * images / walk->threads);
        thread_pool_barrier_wait(pool);
    }
    batches_open(batches, walk->batch, batch);
    return batch;
}

static Walk walk_begin(Pass *pass, size_t thread) {
    size_t threads = thread_pool_size(pass->trainer->pool);
    Walk walk = {
        .pass = pass,
        .own = &pass->trainer->threads[thread],
        .thread = thread,
        .threads = threads,
        .first_slice = thread * NETWORK_SHARDS / threads,
        .end_slice = (thread + 1) * NETWORK_SHARDS / threads,
        .batch = pass->first,
    };
    gemm_use_one_thread();
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

// The thread's shards, then a meeting, then the sum over all shards, which each thread makes for
// itself. In training the optimiser has begun the shards already, but for the first batch.
static void walk_forward(const Walk *walk, size_t number) {
    const Pass *pass = walk->pass;
    const BatchBlock *block = &walk->own->blocks[number % TRAINER_BLOCKS];
    TrainerBlock *shared = &pass->trainer->blocks[number % TRAINER_BLOCKS];
    bool begins = block->begins && (number == 0 || !pass->training);
    for (size_t s = walk->first_slice; s < walk->end_slice; s++) {
        NetworkShard *shard = &pass->trainer->shards[s];
        if (begins)
            network_shard_gather_weights(shard, &block->batch->active);
        network_shard_forward(shard, block, pass->training ? shared->mask : NULL,
                              shared->partial_logits[s]);
    }
    thread_pool_barrier_wait(pass->trainer->pool);
    network_sum_partial_logits((const Logits *)shared->partial_logits, block->count,
                               walk->own->logits);
}

// Returns the sum of the images' losses.
static double walk_backward(const Walk *walk, const BatchBlock *block) {
    Trainer *trainer = walk->pass->trainer;
    TrainerThread *own = walk->own;
    double loss = network_loss(trainer->settings.loss, block, own->logits, own->dlogits);
    for (size_t s = walk->first_slice; s < walk->end_slice; s++)
        network_shard_backward(&trainer->shards[s], block, own->dlogits, true);
    return loss;
}

static void walk_update(const Walk *walk, uint64_t step, const Batch *batch, const Batch *next) {
    const Optimiser *optimiser = &walk->pass->trainer->optimiser;
    const AdamScales numbers = adam_scales(optimiser->learning_rate, step);
    for (size_t s = walk->first_slice; s < walk->end_slice; s++)
        optimiser_update_slice(optimiser, &numbers, &walk->pass->batches->used, batch, next,
                               &walk->pass->trainer->shards[s]);
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
    metrics_add(pass->metrics, images, right, loss);
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
    uint64_t former = denormals_flush_to_zero();
    Walk walk = walk_begin(pass, thread);
    uint64_t step = trainer->optimiser.steps;
    double loss = 0.0; // the batch's so far
    size_t right = 0;
    size_t batch = pass->first;
    bool finite = true;
    bool more = walk_prepare(&walk);
    thread_pool_barrier_wait(trainer->pool);
    for (size_t number = 0; more && finite; number++) {
        const BatchBlock *block = &walk.own->blocks[number % TRAINER_BLOCKS];
        const BatchBlock *next = &walk.own->blocks[(number + 1) % TRAINER_BLOCKS];
        more = walk_prepare(&walk);
        walk_forward(&walk, number);
        right += network_count_correct(block, walk.own->logits);
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
    denormals_restore(former);
}

void pass_run(Pass *pass) {
    pass->event.kind = TRAIN_BATCH_DONE;
    pass->event.epoch = pass->trainer->epoch;
    pass->event.epochs = pass->trainer->settings.epochs;
    pass->event.epoch_batches = batches_per_epoch(pass->batches);
    pass->event.metrics = pass->metrics;
    thread_pool_run(pass->trainer->pool, pass_share, pass);
}
