#include "train/train_loop.h"

#include "base/denormals.h"
#include "base/error.h"

#include <math.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CACHE_LINE = 64 };

typedef struct {
    Microbatch microbatch;
    DropoutMask mask;
} Plan;

// A thread of the loop.
typedef struct {
    alignas(CACHE_LINE) Random random; // the same in all threads
    Plan plans[2];                     // the current microbatch and the next one
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
};

// Draws for the next microbatch, in PyTorch's order: transforms, then dropout.
static void plan(TrainLoop *loop, Worker *worker, DataIterator *iterator, Plan *next) {
    const size_t end_batch = atomic_load_explicit(&loop->end_batch, memory_order_relaxed);
    data_iterator_next(iterator, end_batch, &worker->random, &next->microbatch);
    if (loop->pass->adam)
        network_draw_mask(&worker->random, next->microbatch.count, &next->mask);
}

// Another thread may be planning batch n + 2 while thread 0 stops the pass after batch n, but it
// does not plan n + 3 before the next barrier: all threads see the same end there.
static void call_back(TrainLoop *loop, const MicrobatchResult *result) {
    const size_t end_batch = result->microbatch->batch + 3;
    if (!loop->pass->on_microbatch(loop->pass->context, result) &&
        end_batch < atomic_load_explicit(&loop->end_batch, memory_order_relaxed))
        atomic_store_explicit(&loop->end_batch, end_batch, memory_order_relaxed);
}

// One thread's part of a pass. Each thread plans and loads for itself and computes its part of the
// network; every thread computes the whole loss, which is quicker than a second barrier.
static void train_worker(void *context, size_t thread) {
    TrainLoop *loop = context;
    const TrainPass *pass = loop->pass;
    const Engine *engine = loop->engine;
    Network *network = loop->network;
    Worker *worker = &loop->workers[thread];
    const EnginePart part = {thread, thread_pool_size(loop->pool)};
    const uint64_t saved = engine->begin_pass(network, thread);
    DataIterator iterator = data_iterator(pass->loader, pass->first_batch, part.index, part.count);
    uint64_t step = pass->steps;
    bool is_finite = true;
    double loss = 0.0;  // sum over the batch's images so far
    size_t correct = 0; // of them
    worker->random = *pass->random;
    plan(loop, worker, &iterator, &worker->plans[0]);
    thread_pool_barrier_wait(loop->pool); // the first batch is transformed
    for (size_t n = 0; is_finite && worker->plans[n % 2].microbatch.count > 0; n++) {
        const Plan *current = &worker->plans[n % 2];
        const Microbatch *microbatch = &current->microbatch;
        Plan *next = &worker->plans[(n + 1) % 2];
        plan(loop, worker, &iterator, next);
        engine->load(network, thread, part, microbatch, &next->microbatch);
        engine->forward(network, thread, part, microbatch, pass->adam ? &current->mask : NULL);
        thread_pool_barrier_wait(loop->pool); // the only one of a microbatch
        data_iterator_prefetch(&iterator);
        engine->logits(network, microbatch, worker->logits);
        if (pass->adam) {
            loss += loss_forward_backward(pass->loss, microbatch->count, microbatch->batch_images,
                                          worker->logits, microbatch->labels, worker->dlogits);
            engine->backward(network, thread, part, microbatch, worker->dlogits);
        }
        if (pass->adam && microbatch->is_last_of_batch)
            engine->update(network, thread, part, pass->adam, ++step);
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
    if (thread == 0)
        *pass->random = worker->random;
    denormals_restore(saved);
}

TrainLoop *train_loop_create(const Engine *engine, Network *network, ThreadPool *pool,
                             Error *error) {
    TrainLoop *loop = memory_alloc(1, sizeof *loop, "train loop", error);
    if (!loop)
        return NULL;
    *loop = (TrainLoop){.engine = engine, .network = network, .pool = pool};
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

void train_loop_run(TrainLoop *loop, const TrainPass *pass) {
    loop->pass = pass;
    atomic_store(&loop->end_batch, pass->end_batch);
    thread_pool_run(loop->pool, train_worker, loop);
}
