// Threads that leave a pass and come back do not change its results.
#include "train/train_loop.h"
#include "support/datasets.h"
#include "support/engines.h"

#include <stdatomic.h>

enum { IMAGES = 400, EPOCHS = 2 };

static uint8_t pixels[IMAGES * MNIST_PIXELS], labels[IMAGES];
static Dataset dataset;

static const Engine *engine;                // of the running test
static atomic_size_t alone, together;       // microbatches that one thread, or several, computed
static NetworkParameters initial, expected; // parameters

// The engine's forward, which counts.
static void forward(Network *network, EnginePart part, const Microbatch *microbatch,
                    const Microbatch *next, const DropoutMask *mask) {
    atomic_fetch_add(part.count == 1 ? &alone : &together, part.index == 0);
    engine->forward(network, part, microbatch, next, mask);
}

static int set_up(void **state) {
    Random random;
    engine = engine_choose(engine_is_reproducible(state));
    random_seed(&random, 7);
    network_initialise(&initial, &random);
    for (size_t i = 0; i < IMAGES * MNIST_PIXELS; i++) {
        const uint32_t number = random_next32(&random);
        pixels[i] = number % 4 > 0 ? 0 : (uint8_t)(number >> 8);
        labels[i % IMAGES] = (uint8_t)(number >> 8) % MNIST_CLASSES;
    }
    dataset = made_dataset(pixels, labels, IMAGES);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    dataset_destroy(&dataset);
    return 0;
}

typedef struct {
    size_t batches;
    size_t stop_after; // batches; 0: never
    double loss;       // sum over the batches
} Record;

static bool on_microbatch(void *context, const MicrobatchResult *result) {
    Record *record = context;
    if (!result->microbatch->is_last_of_batch)
        return true;
    record->loss += result->batch_loss;
    return ++record->batches != record->stop_after;
}

static const Transforms none, rotations = {1, {{TRANSFORM_ROTATE, 20.0}}};

// Trains two epochs on `threads` threads. They wait for patience nanoseconds, and thread 0 then
// goes on alone for a batch. Returns the batches of the second epoch that were trained.
static Record train(size_t threads, size_t batch_size, const Transforms *transforms,
                    int64_t patience, size_t stop_after, Random *random,
                    NetworkParameters *parameters) {
    Engine counting = *engine;
    DataLoader loader;
    Adam adam;
    Error error;
    Record record = {0};
    counting.forward = forward;
    ThreadPool *pool = thread_pool_create(threads, &error);
    Network *network = engine->create(threads, &error);
    TrainLoop *loop = train_loop_create(&counting, network, pool, &error);
    assert_true(data_loader_create(&loader, &dataset, batch_size, transforms, pool, &error));
    adam_create(&adam, 0.001, loader.seen);
    network_set(network, ENGINE_PARAMETERS, &initial);
    train_loop_set_patience(loop, patience, 1);
    random_seed(random, 3);
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        const size_t batches = data_loader_batches(&loader);
        record = (Record){.stop_after = epoch + 1 == EPOCHS ? stop_after : 0};
        data_loader_shuffle(&loader, data_loader_draw_seed(random));
        train_loop_run(loop, &(TrainPass){.loader = &loader,
                                          .end_batch = batches,
                                          .random = random,
                                          .adam = &adam,
                                          .steps = epoch * batches,
                                          .on_microbatch = on_microbatch,
                                          .context = &record});
        assert_true(stop_after > 0 || record.batches == batches);
    }
    network_get(network, ENGINE_PARAMETERS, parameters);
    train_loop_destroy(loop);
    data_loader_destroy(&loader);
    network_destroy(network);
    thread_pool_destroy(pool);
    return record;
}

static const int64_t never_late = INT64_MAX, always_late = -1;

static void check(size_t batch_size, const Transforms *transforms) {
    static NetworkParameters found;
    Random whole, parts;
    const Record one = train(1, batch_size, transforms, never_late, 0, &whole, &expected);
    for (size_t threads = 2; threads <= ENGINE_MAX_PARTS; threads++) {
        atomic_store(&alone, 0);
        atomic_store(&together, 0);
        const Record more = train(threads, batch_size, transforms, always_late, 0, &parts, &found);
        assert_memory_equal(&found, &expected, sizeof found);
        assert_memory_equal(&parts, &whole, sizeof parts);
        assert_true(more.loss == one.loss);
        assert_true(atomic_load(&together) > 2 && atomic_load(&alone) > 2);
    }
}

TEST_OF_BOTH(set_up, tear_down, threads_that_come_and_go_change_no_bit) {
    check(7, &none);
    check(32, &none);
    check(70, &none); // three microbatches
    check(7, &rotations);
    check(70, &rotations);
}

// A pass that is stopped after any batch ends at a batch of the whole pass, with its draws.
TEST_OF_BOTH(set_up, tear_down, a_pass_stops_while_threads_come_and_go) {
    static NetworkParameters found;
    for (size_t stop_after = 1; stop_after <= 9; stop_after++) {
        Random random, unused;
        const Record stopped = train(2, 40, &rotations, always_late, stop_after, &random, &found);
        assert_in_range(stopped.batches, stop_after, stop_after + 2);
        if (stopped.batches < 10) // one thread, which stops exactly where the others did
            train(1, 40, &rotations, never_late, stopped.batches - 2, &unused, &expected);
        if (stopped.batches < 10 && stopped.batches > 2)
            assert_memory_equal(&found, &expected, sizeof found);
    }
}

TEST_OF_BOTH(set_up, tear_down, threads_in_time_stay_together) {
    static NetworkParameters found;
    Random random;
    atomic_store(&alone, 0);
    train(3, 32, &none, never_late, 0, &random, &found);
    assert_int_equal(atomic_load(&alone), 0);
}
