#include "train/train_loop.h"

#include "base/denormals.h"
#include "base/error.h"
#include "nn/gemm.h"
#include "train/network_input.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

// While microbatch n is trained, n + 1 is loaded and n + 2 is planned; a slower thread may still be
// in the backward pass of n - 1.
enum { SLOTS = 4 };

_Static_assert((int)SLOTS <= (int)DATA_LOADER_IN_FLIGHT, "the loader keeps what a slot points to");
_Static_assert((int)NETWORK_SHARDS <= (int)GEMM_MAX_THREADS, "each thread has a buffer");
_Static_assert((int)NO_COLUMN == (int)ADAM_NO_ROW, "a column is a row of the gradient");

// A microbatch and its buffers, shared by all threads.
typedef struct {
    Microbatch microbatch;                           // planned 2 iterations ahead
    float mask[NETWORK_MAX_IMAGES * NETWORK_HIDDEN]; // (images, hidden): planned with it
    union {
        float rows[NETWORK_MAX_IMAGES * NETWORK_PIXELS]; // (images, columns)
        ImagesByPixel by_pixel;                          // of a reproducible network
    } pixels;                                            // loaded 1 iteration ahead
    Logits partial_logits[NETWORK_SHARDS];               // computed before the barrier
} Slot;

typedef struct {
    Logits logits;
    Logits dlogits;
    NetworkInputRows sparse_rows;
} WorkerScratch;

struct TrainLoop {
    ThreadPool *pool;
    Slot *slots;            // (SLOTS): microbatch n is in slot n % SLOTS
    WorkerScratch *scratch; // (threads)
    const TrainPass *pass;
    atomic_bool stop_requested; // set after a callback returned false; read by the planner
};

// A thread of the loop.
typedef struct {
    TrainLoop *loop;
    const TrainPass *pass;
    WorkerScratch *scratch;
    size_t rank;
    size_t threads;
    size_t first_shard;        // the thread works on the shards from here
    size_t end_shard;          // to before here
    bool has_gathered_weights; // Adam has run, and gathers the weights for each next batch
    uint64_t steps;
    double batch_loss; // sum over the batch's images so far
} Worker;

static Slot *slot_at(TrainLoop *loop, size_t n) {
    return &loop->slots[n % SLOTS];
}

// Plans the next microbatch and draws its random numbers. While the threads run, only the planner
// calls this function. All planned microbatches run, unless the loss is not finite.
static void plan(TrainLoop *loop, Slot *slot) {
    const TrainPass *pass = loop->pass;
    if (atomic_load_explicit(&loop->stop_requested, memory_order_relaxed))
        data_loader_stop(pass->loader);
    data_loader_next(pass->loader, pass->random, &slot->microbatch);
    if (pass->adam)
        network_draw_mask(pass->random, slot->microbatch.count, slot->mask);
}

// Loads a part of the microbatch's rows: the planner, if it is not alone, loads none, since
// planning takes longer. The pixels of a reproducible network are sorted by one thread.
static void load_images(const Worker *worker, Slot *slot) {
    const TrainPass *pass = worker->pass;
    const Microbatch *microbatch = &slot->microbatch;
    const size_t loaders = worker->threads > 1 ? worker->threads - 1 : 1;
    if (microbatch->count == 0)
        return;
    if (!pass->network->is_reproducible && worker->rank < loaders)
        data_loader_load_rows(pass->loader, microbatch, worker->rank * microbatch->count / loaders,
                              (worker->rank + 1) * microbatch->count / loaders, slot->pixels.rows);
    else if (pass->network->is_reproducible && pass->adam && worker->rank == 0)
        data_loader_load_by_pixel(pass->loader, microbatch, &slot->pixels.by_pixel);
}

static NetworkInput input_of(const Worker *worker, const Slot *slot) {
    if (worker->pass->network->is_reproducible)
        return network_input_sparse(worker->pass->loader, &slot->microbatch,
                                    worker->pass->adam ? &slot->pixels.by_pixel : NULL,
                                    &worker->scratch->sparse_rows);
    return network_input_dense(&slot->microbatch, slot->pixels.rows);
}

static void forward(Worker *worker, const NetworkInput *input, Slot *slot) {
    Network *network = worker->pass->network;
    const bool gathers = !network->is_reproducible && slot->microbatch.is_first_of_batch &&
                         !worker->has_gathered_weights;
    for (size_t s = worker->first_shard; gathers && s < worker->end_shard; s++)
        network_shard_gather_weights(&network->shards[s], input->columns, input->pixels);
    network_forward(network, worker->first_shard, worker->end_shard, input,
                    worker->pass->adam ? slot->mask : NULL, slot->partial_logits);
}

// Every thread computes the whole loss and the gradient of all logits, which its shards need: this
// is quicker than a second barrier. Returns the sum of the images' losses.
static double loss_and_backward(Worker *worker, const NetworkInput *input, const Slot *slot) {
    const Microbatch *microbatch = &slot->microbatch;
    double loss =
        network_loss(worker->pass->loss, microbatch->count, microbatch->batch_images,
                     worker->scratch->logits, microbatch->labels, worker->scratch->dlogits);
    network_backward(worker->pass->network, worker->first_shard, worker->end_shard, input,
                     worker->scratch->dlogits, microbatch->is_first_of_batch, true);
    return loss;
}

// Updates the parameters and, in the same pass over the weights, gathers those of the next batch's
// columns. A reproducible network needs no gathered weights.
static void adam_update(Worker *worker, const Microbatch *microbatch, const Microbatch *next) {
    const TrainPass *pass = worker->pass;
    const AdamScales scales = adam_kernel_scales(pass->adam->learning_rate, ++worker->steps);
    const Columns *next_columns = next->count > 0 ? next->columns : microbatch->columns;
    const AdamColumns columns = {
        .seen = pass->loader->seen.count,
        .seen_pixels = pass->loader->seen.pixels,
        .column_of = microbatch->columns->column_of,
        .next_column_of = pass->network->is_reproducible ? NULL : next_columns->column_of,
    };
    for (size_t s = worker->first_shard; s < worker->end_shard; s++)
        adam_update_shard(pass->adam, &scales, &columns, &pass->network->shards[s]);
    worker->has_gathered_weights = true;
}

static void call_back(Worker *worker, const Slot *slot, double loss) {
    const TrainPass *pass = worker->pass;
    const Microbatch *microbatch = &slot->microbatch;
    const MicrobatchResult result = {
        .microbatch = microbatch,
        .logits = worker->scratch->logits,
        .correct =
            network_count_correct(microbatch->count, worker->scratch->logits, microbatch->labels),
        .loss = loss,
    };
    if (!pass->on_microbatch(pass->context, &result))
        atomic_store_explicit(&worker->loop->stop_requested, true, memory_order_relaxed);
}

static void train_worker(void *context, size_t rank) {
    TrainLoop *loop = context;
    const TrainPass *pass = loop->pass;
    const size_t threads = thread_pool_size(loop->pool);
    Worker worker = {
        .loop = loop,
        .pass = pass,
        .scratch = &loop->scratch[rank],
        .rank = rank,
        .threads = threads,
        .first_shard = rank * NETWORK_SHARDS / threads,
        .end_shard = (rank + 1) * NETWORK_SHARDS / threads,
        .steps = pass->steps,
    };
    const bool is_planner = rank + 1 == threads;
    bool is_finite = true;
    // A reproducible network keeps denormals: machines flush them in different ways or not at all.
    const uint64_t saved =
        pass->network->is_reproducible ? denormals_keep() : denormals_flush_to_zero();
    gemm_use_one_thread();
    for (size_t n = 0; is_finite && slot_at(loop, n)->microbatch.count > 0; n++) {
        Slot *slot = slot_at(loop, n);
        Slot *next = slot_at(loop, n + 1);
        double loss = 0.0;
        if (is_planner && next->microbatch.count > 0)
            plan(loop, slot_at(loop, n + 2));
        load_images(&worker, next);
        const NetworkInput input = input_of(&worker, slot);
        forward(&worker, &input, slot);
        thread_pool_barrier_wait(loop->pool); // the only one of the iteration
        network_sum_partial_logits((const Logits *)slot->partial_logits, slot->microbatch.count,
                                   worker.scratch->logits);
        if (pass->adam)
            loss = loss_and_backward(&worker, &input, slot);
        worker.batch_loss += loss;
        if (slot->microbatch.is_last_of_batch) {
            is_finite = isfinite(worker.batch_loss);
            worker.batch_loss = 0.0;
            if (pass->adam)
                adam_update(&worker, &slot->microbatch, &next->microbatch);
        }
        if (rank == 0)
            call_back(&worker, slot, loss);
    }
    denormals_restore(saved);
}

TrainLoop *train_loop_create(ThreadPool *pool, bool is_reproducible, Error *error) {
    size_t threads = thread_pool_size(pool);
    TrainLoop *loop = memory_alloc(1, sizeof *loop, "train loop", error);
    if (!loop)
        return NULL;
    loop->pool = pool;
    loop->slots = memory_alloc_aligned(SLOTS, sizeof *loop->slots, "train loop", error);
    loop->scratch = memory_alloc_aligned(threads, sizeof *loop->scratch, "train loop", error);
    if (loop->slots && loop->scratch && (is_reproducible || gemm_reserve_buffers(threads, error)))
        return loop;
    train_loop_destroy(loop);
    return NULL;
}

void train_loop_destroy(TrainLoop *loop) {
    if (!loop)
        return;
    free(loop->slots);
    free(loop->scratch);
    free(loop);
}

// The first two microbatches are planned and the first one is loaded before the threads start.
void train_loop_run(TrainLoop *loop, const TrainPass *pass) {
    loop->pass = pass;
    atomic_store(&loop->stop_requested, false);
    plan(loop, slot_at(loop, 0));
    plan(loop, slot_at(loop, 1));
    const Worker alone = {.loop = loop, .pass = pass, .threads = 1};
    load_images(&alone, slot_at(loop, 0));
    thread_pool_run(loop->pool, train_worker, loop);
}
