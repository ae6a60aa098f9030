#include "train/train_loop.h"

#include "base/denormals.h"
#include "base/error.h"
#include "base/number.h"

#include <math.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    // In nanoseconds. Threads that have their processors for themselves wait for each other for
    // about 3 microseconds at a barrier. One that shares its processor with another process is late
    // again and again, and each time by less than a time slice: what exceeds USUAL_WAIT adds up.
    USUAL_WAIT = 20000,
    PATIENCE = 3000000,
    // A stint of all threads that ends so costs about as much as 100 batches.
    MIN_ALONE = 200,
    MAX_ALONE = 64 * MIN_ALONE,
};

typedef struct {
    Microbatch microbatch;
    DropoutMask mask;
} Plan;

// A thread of the loop.
typedef struct {
    alignas(CACHE_LINE) Random random; // the same in all threads
    DataIterator iterator;
    Plan plans[2];    // the current microbatch and the next one
    size_t end_batch; // of the stint
    int64_t lateness; // nanoseconds above USUAL_WAIT, minus those below it since; the same in all
                      // threads
    bool is_late;     // the stint ends because threads were late
    Logits logits;
    Logits dlogits;
} Worker;

struct TrainLoop {
    const Engine *engine;
    Network *network;
    ThreadPool *pool;
    Worker *workers; // (threads)
    const TrainPass *pass;
    atomic_size_t end_batch; // of the pass; moved forward when the callback stops it

    // A pass consists of stints, of all threads or of thread 0 alone.
    size_t stint_threads;
    size_t stint_begin; // batches
    size_t stint_end;   // thread 0 moves it forward to where the stint has ended
    bool is_late;       // it ended because threads were late
    bool is_finite;     // the loss of its last batch
    int64_t patience;   // a lateness above this, in nanoseconds, ends the stint
    size_t min_alone;   // batches that thread 0 trains alone after the first late thread
    size_t alone;       // batches that it trains alone after the last late thread
    size_t alone_left;  // those of `alone` that it has not trained yet
};

// Draws for the next microbatch, in PyTorch's order: transforms, then dropout.
static void plan(TrainLoop *loop, Worker *worker, Plan *next) {
    const size_t pass_end = atomic_load_explicit(&loop->end_batch, memory_order_relaxed);
    data_iterator_next(&worker->iterator, number_min(worker->end_batch, pass_end), &worker->random,
                       &next->microbatch);
    if (loop->pass->adam)
        network_draw_mask(&worker->random, next->microbatch.count, &next->mask);
}

// Plans the first microbatch. The threads share the transforms of its batch.
static void begin_stint(TrainLoop *loop, Worker *worker, EnginePart part) {
    worker->random = *loop->pass->random;
    worker->iterator = data_iterator(loop->pass->loader, loop->stint_begin, part.index, part.count);
    worker->end_batch = loop->stint_end;
    worker->lateness = 0;
    worker->is_late = false;
    plan(loop, worker, &worker->plans[0]);
    if (part.count > 1)
        thread_pool_barrier_wait(loop->pool);
}

// Waits for the other threads of the stint, and ends it if they were late too much: after the batch
// of the microbatch that is planned already, which is the same in all threads.
static void wait_for_others(TrainLoop *loop, Worker *worker, const Microbatch *next) {
    if (loop->stint_threads == 1)
        return;
    worker->lateness += thread_pool_barrier_wait(loop->pool) - USUAL_WAIT;
    worker->lateness = worker->lateness > 0 ? worker->lateness : 0;
    if (worker->lateness <= loop->patience || next->count == 0 ||
        next->batch + 1 >= worker->end_batch)
        return;
    worker->end_batch = next->batch + 1;
    worker->is_late = true;
}

// Another thread may be planning batch n + 2 while thread 0 stops the pass after batch n, but it
// does not plan n + 3 before the next barrier: all threads see the same end there.
static void call_back(TrainLoop *loop, const MicrobatchResult *result) {
    const size_t end_batch = result->microbatch->batch + 3;
    if (!loop->pass->on_microbatch(loop->pass->context, result) &&
        end_batch < atomic_load_explicit(&loop->end_batch, memory_order_relaxed))
        atomic_store_explicit(&loop->end_batch, end_batch, memory_order_relaxed);
}

// One thread's part of a stint. Each thread plans for itself and computes its part of the network;
// every thread computes the whole loss, which is quicker than a second barrier.
// docs/architecture.md follows a batch through these calls.
static void train_worker(void *context, size_t thread) {
    TrainLoop *loop = context;
    const TrainPass *pass = loop->pass;
    const Engine *engine = loop->engine;
    Network *network = loop->network;
    const EnginePart part = {thread, loop->stint_threads};
    const uint64_t saved = denormals_set(engine->flushes_denormals);
    Worker *worker = &loop->workers[thread];
    uint64_t step = pass->steps + loop->stint_begin - pass->first_batch;
    bool is_finite = true;
    double loss = 0.0;  // sum over the batch's images so far
    size_t correct = 0; // of them
    begin_stint(loop, worker, part);
    for (size_t n = 0; is_finite && worker->plans[n % 2].microbatch.count > 0; n++) {
        const Plan *current = &worker->plans[n % 2];
        const Microbatch *microbatch = &current->microbatch;
        Plan *next = &worker->plans[(n + 1) % 2];
        plan(loop, worker, next);
        engine->forward(network, part, microbatch, &next->microbatch,
                        pass->adam ? &current->mask : NULL);
        wait_for_others(loop, worker, &next->microbatch); // the only barrier of a microbatch
        data_iterator_prefetch(&worker->iterator);
        network_logits(network, microbatch, worker->logits);
        if (pass->adam) {
            loss += loss_forward_backward(pass->loss, microbatch->count, microbatch->batch_images,
                                          worker->logits, microbatch->labels, worker->dlogits);
            engine->backward(network, part, microbatch, worker->dlogits);
        }
        if (pass->adam && microbatch->is_last_of_batch)
            engine->update(network, part, pass->adam, ++step);
        if (thread == 0) {
            correct += network_count_correct(microbatch->count, worker->logits, microbatch->labels);
            call_back(loop, &(MicrobatchResult){microbatch, worker->logits, correct, loss});
        }
        if (microbatch->is_last_of_batch) {
            is_finite = isfinite(loss);
            loss = 0.0;
            correct = 0;
        }
    }
    if (thread == 0) {
        // The generator is that of the batches that were trained: after the last batch of a stint
        // no other is planned, unless a loss was not finite, which ends the run.
        *pass->random = worker->random;
        loop->stint_end = worker->iterator.batch;
        loop->is_late = worker->is_late;
        loop->is_finite = is_finite;
    }
    denormals_restore(saved);
}

TrainLoop *train_loop_create(const Engine *engine, Network *network, ThreadPool *pool,
                             Error *error) {
    TrainLoop *loop = memory_alloc(1, sizeof *loop, "train loop", error);
    if (!loop)
        return NULL;
    *loop = (TrainLoop){.engine = engine, .network = network, .pool = pool};
    train_loop_set_patience(loop, PATIENCE, MIN_ALONE);
    loop->workers =
        memory_alloc_aligned(thread_pool_size(pool), sizeof *loop->workers, "train loop", error);
    if (loop->workers)
        return loop;
    free(loop);
    return NULL;
}

void train_loop_destroy(TrainLoop *loop) {
    if (loop)
        free(loop->workers);
    free(loop);
}

void train_loop_set_patience(TrainLoop *loop, int64_t nanoseconds, size_t batches) {
    loop->patience = nanoseconds;
    loop->min_alone = batches;
}

void train_loop_run(TrainLoop *loop, const TrainPass *pass) {
    loop->pass = pass;
    loop->is_finite = true;
    loop->stint_begin = pass->first_batch;
    atomic_store(&loop->end_batch, pass->end_batch);
    while (loop->is_finite && loop->stint_begin < atomic_load(&loop->end_batch)) {
        const size_t left = pass->end_batch - loop->stint_begin;
        const bool is_alone = loop->alone_left > 0;
        loop->stint_threads = is_alone ? 1 : thread_pool_size(loop->pool);
        loop->stint_end =
            loop->stint_begin + (is_alone ? number_min(loop->alone_left, left) : left);
        if (loop->stint_threads > 1)
            thread_pool_run(loop->pool, train_worker, loop);
        else
            train_worker(loop, 0);
        const size_t trained = loop->stint_end - loop->stint_begin;
        if (loop->is_late) { // alone twice as long as before, unless that is a longer time ago
            loop->alone = trained > loop->alone ? loop->min_alone : 2 * loop->alone;
            loop->alone = number_min(loop->alone, MAX_ALONE);
            loop->alone_left = loop->alone;
        } else {
            loop->alone_left -= number_min(loop->alone_left, trained);
        }
        loop->stint_begin = loop->stint_end;
    }
}
