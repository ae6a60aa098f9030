#include "train/train_loop.h"

#include "base/denormals.h"
#include "base/memory.h"
#include "nn/gemm.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

// While microbatch n is trained, n + 1 is loaded and n + 2 is planned; a slower thread may still be
// in the backward pass of n - 1.
enum { SLOTS = 4 };

_Static_assert((int)SLOTS <= (int)DATA_LOADER_IN_FLIGHT, "the loader keeps what a slot points to");
_Static_assert((int)MICROBATCH_SIZE <= (int)NETWORK_MAX_IMAGES, "a microbatch fits the network");
_Static_assert((int)MNIST_PIXELS == (int)NETWORK_PIXELS, "the data fits the network");
_Static_assert((int)NO_COLUMN == (int)ADAM_NO_ROW, "a column is a row of the gradient");

// A microbatch and its buffers, shared by all threads.
typedef struct {
    Microbatch microbatch;                           // planned 2 iterations ahead
    float mask[NETWORK_MAX_IMAGES * NETWORK_HIDDEN]; // (images, hidden): planned with it
    union {
        float rows[NETWORK_MAX_IMAGES * NETWORK_PIXELS]; // (images, columns)
        SparseMicrobatch sparse;                         // of a reproducible network
    } pixels;                                            // loaded 1 iteration ahead
    Logits partial_logits[NETWORK_SHARDS];               // computed before the barrier
} Slot;

typedef struct {
    Logits logits;
    Logits dlogits;
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

static NetworkInput input_of(const Slot *slot) {
    const Microbatch *microbatch = &slot->microbatch;
    const SparseMicrobatch *sparse = &slot->pixels.sparse;
    return (NetworkInput){
        .images = microbatch->count,
        .columns = microbatch->columns->count,
        .pixels = microbatch->columns->pixels,
        .rows = slot->pixels.rows,
        .by_image = {.rows = microbatch->count,
                     .stride = MNIST_PIXELS,
                     .counts = sparse->image_counts,
                     .indices = sparse->pixels,
                     .values = sparse->values},
        .by_column = {.rows = microbatch->columns->count,
                      .stride = MICROBATCH_SIZE,
                      .counts = sparse->column_counts,
                      .indices = sparse->images,
                      .values = sparse->column_values},
    };
}

// Loads rows, or for a reproducible network columns of the images, from `begin` to before `end`.
static void load_pixels(const TrainPass *pass, Slot *slot, size_t begin, size_t end) {
    if (pass->network->is_reproducible)
        data_loader_load_sparse(pass->loader, &slot->microbatch, begin, end, &slot->pixels.sparse);
    else
        data_loader_load_rows(pass->loader, &slot->microbatch, begin, end, slot->pixels.rows);
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

// Drawing a dropout mask takes as long as loading a third of the images. The planner draws it and
// loads fewer images, so that all threads are ready at the same time.
static size_t planner_share(const Worker *worker, size_t count) {
    if (!worker->pass->adam)
        return count / worker->threads;
    return worker->threads < 4 ? count * (4 - worker->threads) / (3 * worker->threads) : 0;
}

// Divides the rows, or for a reproducible network the columns of the images, among the threads.
static void load_images(const Worker *worker, Slot *slot) {
    const Microbatch *microbatch = &slot->microbatch;
    if (microbatch->count == 0)
        return;
    bool is_sparse = worker->pass->network->is_reproducible;
    size_t count = is_sparse ? microbatch->columns->count : microbatch->count;
    size_t others = worker->threads - 1;
    size_t planner_begin = count - planner_share(worker, count);
    size_t begin = planner_begin;
    size_t end = count;
    if (worker->rank < others) {
        begin = worker->rank * planner_begin / others;
        end = (worker->rank + 1) * planner_begin / others;
    }
    load_pixels(worker->pass, slot, begin, end);
}

static void forward(Worker *worker, Slot *slot) {
    const NetworkInput input = input_of(slot);
    const bool gathers = !worker->pass->network->is_reproducible &&
                         slot->microbatch.is_first_of_batch && !worker->has_gathered_weights;
    for (size_t s = worker->first_shard; s < worker->end_shard; s++) {
        NetworkShard *shard = &worker->pass->network->shards[s];
        if (gathers)
            network_shard_gather_weights(shard, input.columns, input.pixels);
        network_shard_forward(shard, &input, worker->pass->adam ? slot->mask : NULL,
                              slot->partial_logits[s]);
    }
}

// Every thread computes the whole loss and the gradient of all logits, which its shards need: this
// is quicker than a second barrier. Returns the sum of the images' losses.
static double loss_and_backward(Worker *worker, Slot *slot) {
    const Microbatch *microbatch = &slot->microbatch;
    const NetworkInput input = input_of(slot);
    double loss =
        network_loss(worker->pass->loss, microbatch->count, microbatch->batch_images,
                     worker->scratch->logits, microbatch->labels, worker->scratch->dlogits);
    for (size_t s = worker->first_shard; s < worker->end_shard; s++)
        network_shard_backward(&worker->pass->network->shards[s], &input, worker->scratch->dlogits,
                               microbatch->is_first_of_batch, true);
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
    const bool flushes = !pass->network->is_reproducible;
    uint64_t saved = flushes ? denormals_flush_to_zero() : 0;
    gemm_use_one_thread();
    for (size_t n = 0; is_finite && slot_at(loop, n)->microbatch.count > 0; n++) {
        Slot *slot = slot_at(loop, n);
        Slot *next = slot_at(loop, n + 1);
        double loss = 0.0;
        if (is_planner && next->microbatch.count > 0)
            plan(loop, slot_at(loop, n + 2));
        load_images(&worker, next);
        forward(&worker, slot);
        thread_pool_barrier_wait(loop->pool); // the only one of the iteration
        network_sum_partial_logits((const Logits *)slot->partial_logits, slot->microbatch.count,
                                   worker.scratch->logits);
        if (pass->adam)
            loss = loss_and_backward(&worker, slot);
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
    if (flushes)
        denormals_restore(saved);
}

TrainLoop *train_loop_create(ThreadPool *pool, Error *error) {
    TrainLoop *loop = memory_alloc(1, sizeof *loop, "train loop", error);
    if (!loop)
        return NULL;
    loop->pool = pool;
    loop->slots = memory_alloc_aligned(SLOTS, sizeof *loop->slots, "train loop", error);
    loop->scratch =
        memory_alloc_aligned(thread_pool_size(pool), sizeof *loop->scratch, "train loop", error);
    if (loop->slots && loop->scratch)
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
    Slot *first = slot_at(loop, 0);
    plan(loop, first);
    plan(loop, slot_at(loop, 1));
    if (first->microbatch.count > 0)
        load_pixels(pass, first, 0,
                    pass->network->is_reproducible ? first->microbatch.columns->count
                                                   : first->microbatch.count);
    thread_pool_run(loop->pool, train_worker, loop);
}
