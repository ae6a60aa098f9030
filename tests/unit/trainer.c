#include "train/trainer.h"
#include "base/denormals.h"
#include "base/system.h"
#include "support/datasets.h"
#include "support/denormal_mode.h"
#include "support/engines.h"

enum { MAX_EPOCHS = 5, MAX_STEPS = 200 };

// The events of a run.
typedef struct {
    Trainer *trainer;
    size_t steps;
    double step_loss[MAX_STEPS];
    Metrics epochs[MAX_EPOCHS];
    double epoch_seconds[MAX_EPOCHS];
    Metrics tests[MAX_EPOCHS]; // after epochs
    uint64_t order_seeds[MAX_EPOCHS];
    Metrics test;
    bool keeps_denormals; // during the last step's event
    size_t stop_after;    // steps; 0: never
} Record;

static bool record(void *context, const TrainEvent *event) {
    Record *r = context;
    switch (event->kind) {
    case TRAIN_BATCH_DONE:
        r->keeps_denormals = denormal_mode_keeps_results();
        if (r->steps < MAX_STEPS)
            r->step_loss[r->steps] = event->batch_loss;
        return ++r->steps != r->stop_after;
    case TRAIN_EPOCH_DONE:
        r->epochs[event->epoch] = *event->metrics;
        r->epoch_seconds[event->epoch] = event->seconds;
        if (event->test)
            r->tests[event->epoch] = *event->test;
        r->order_seeds[event->epoch] = trainer_progress(r->trainer)->order_seed;
        break;
    case TRAIN_TEST_DONE:
        r->test = *event->metrics;
        break;
    }
    return true;
}

static bool is_reproducible; // the mode of the running test

static ThreadPool *create_pool(size_t threads) {
    Error error;
    ThreadPool *pool = thread_pool_create(threads, &error);
    if (!pool)
        fail_msg("%s", error.text);
    return pool;
}

static Trainer *create_trainer(const TrainConfig *config, ThreadPool *pool, const Dataset *train,
                               const Dataset *test, Record *r) {
    Error error;
    TrainConfig in_mode = *config;
    in_mode.is_reproducible = is_reproducible;
    Trainer *trainer = trainer_create(&in_mode, pool, train, test, record, r, &error);
    if (!trainer)
        fail_msg("%s", error.text);
    r->trainer = trainer;
    return trainer;
}

// All epochs that are left, and the test.
static void run_to_the_end(Trainer *trainer) {
    static TrainState state;
    Error error;
    Metrics metrics;
    trainer_capture(trainer, &state);
    while (trainer_progress(trainer)->epoch < state.config.epochs) {
        if (!trainer_train(trainer, 0, &error))
            fail_msg("%s", error.text);
    }
    if (!trainer_test(trainer, &metrics, NULL, &error))
        fail_msg("%s", error.text);
}

enum { IMAGES = 100 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];
static uint8_t labels[IMAGES];
static Dataset noise;

// Noise that is brighter where the label says.
static void fill_noise(void) {
    Random random;
    random_seed(&random, 1);
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % MNIST_CLASSES);
        for (size_t j = 0; j < MNIST_PIXELS; j++)
            pixels[i * MNIST_PIXELS + j] =
                (uint8_t)(random_next32(&random) % (j % 10 == labels[i] ? 256 : 100));
    }
    noise = made_dataset(pixels, labels, IMAGES);
}

static int free_noise(void **state) {
    (void)state;
    dataset_destroy(&noise);
    return 0;
}

static int begin(void **state) {
    is_reproducible = engine_is_reproducible(state);
    fill_noise();
    return 0;
}

// A run on the noise, with its final state.
typedef struct {
    Record record;
    TrainState state;
} Run;

static void run_noise(const TrainConfig *config, size_t threads, Run *run) {
    ThreadPool *pool = create_pool(threads);
    *run = (Run){0};
    Trainer *trainer = create_trainer(config, pool, &noise, &noise, &run->record);
    run_to_the_end(trainer);
    trainer_capture(trainer, &run->state);
    trainer_destroy(trainer);
    thread_pool_destroy(pool);
}

static void check_same_state(const TrainState *left, const TrainState *right) {
    assert_memory_equal(&left->parameters, &right->parameters, sizeof left->parameters);
    assert_memory_equal(&left->first_moments, &right->first_moments, sizeof left->first_moments);
    assert_memory_equal(&left->second_moments, &right->second_moments, sizeof left->second_moments);
    assert_memory_equal(&left->progress.random, &right->progress.random,
                        sizeof left->progress.random);
    assert_memory_equal(&left->progress.metrics, &right->progress.metrics,
                        sizeof left->progress.metrics);
    assert_int_equal(left->progress.epoch, right->progress.epoch);
    assert_int_equal(left->progress.batch, right->progress.batch);
    assert_memory_equal(&left->best, &right->best, sizeof left->best);
    assert_int_equal(left->progress.best_epoch, right->progress.best_epoch);
    assert_int_equal(left->progress.best_correct, right->progress.best_correct);
}

static void check_same(const Run *left, const Run *right) {
    check_same_state(&left->state, &right->state);
    assert_memory_equal(left->record.step_loss, right->record.step_loss,
                        sizeof left->record.step_loss);
    assert_memory_equal(left->record.order_seeds, right->record.order_seeds,
                        sizeof left->record.order_seeds);
    assert_int_equal(left->record.test.correct, right->record.test.correct);
}

TEST_OF_BOTH(begin, free_noise, any_number_of_threads_gives_the_same_bits) {
    static Run one, more;
    const size_t sizes[] = {1, 7, 32, 45, IMAGES}; // with short and with several microbatches
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int loss = LOSS_TUTORIAL; loss <= LOSS_LOGITS; loss++) {
            TrainConfig config = {
                .epochs = 2, .batch_size = sizes[i], .learning_rate = 0.001, .loss = (Loss)loss};
            config.tests_every_epoch = loss == LOSS_LOGITS;
            if (loss == LOSS_LOGITS)
                transforms_add(&config.transforms, TRANSFORM_ROTATE, 20);
            run_noise(&config, 1, &one);
            for (size_t threads = 2; threads <= ENGINE_MAX_PARTS; threads++) {
                run_noise(&config, threads, &more);
                check_same(&one, &more);
            }
        }
    }
}

// A stop is requested after each step in turn; the run then continues to the same end.
TEST_OF_BOTH(begin, free_noise, a_run_stopped_after_any_batch_continues_as_if_it_had_not) {
    static Run whole;
    static TrainState stopped, end;
    const size_t sizes[] = {20, 45};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        TrainConfig config = {.epochs = 2, .batch_size = sizes[s], .learning_rate = 0.001};
        config.tests_every_epoch = s == 1;
        transforms_add(&config.transforms, TRANSFORM_HFLIP, 0.5);
        run_noise(&config, 2, &whole);
        for (size_t stop_after = 1; stop_after <= whole.record.steps; stop_after++) {
            for (size_t threads = 1; threads <= ENGINE_MAX_PARTS; threads++) {
                Error error;
                Record r = {.stop_after = stop_after};
                ThreadPool *pool = create_pool(threads);
                Trainer *trainer = create_trainer(&config, pool, &noise, &noise, &r);
                while (r.steps < stop_after)
                    assert_true(trainer_train(trainer, 0, &error));
                assert_in_range(r.steps, stop_after, stop_after + 2);
                trainer_capture(trainer, &stopped);
                trainer_destroy(trainer);

                trainer = create_trainer(&config, pool, &noise, &noise, &r);
                trainer_restore(trainer, &stopped);
                run_to_the_end(trainer);
                trainer_capture(trainer, &end);
                check_same_state(&end, &whole.state);
                assert_memory_equal(r.step_loss, whole.record.step_loss, sizeof r.step_loss);
                trainer_destroy(trainer);
                thread_pool_destroy(pool);
            }
        }
    }
}

// A part's seconds are those since the last state; none counts twice.
TEST_OF_BOTH(begin, free_noise, an_epochs_seconds_include_all_its_parts) {
    Error error;
    TrainConfig config = {.epochs = 2, .batch_size = 10, .learning_rate = 0.001};
    Record r = {0};
    ThreadPool *pool = create_pool(1);
    Trainer *trainer = create_trainer(&config, pool, &noise, &noise, &r);
    static TrainState between;
    double before_last[2] = {0.0, 0.0}, begun = clock_seconds();
    while (trainer_progress(trainer)->epoch < 2) {
        assert_true(trainer_train(trainer, 3, &error));
        trainer_capture(trainer, &between);
        if (between.progress.batch > 0) {
            assert_true(between.progress.seconds > before_last[between.progress.epoch]);
            before_last[between.progress.epoch] = between.progress.seconds;
        }
        trainer_restore(trainer, &between);
    }
    assert_true(r.epoch_seconds[0] > before_last[0] && r.epoch_seconds[1] > before_last[1]);
    assert_true(r.epoch_seconds[0] + r.epoch_seconds[1] <= clock_seconds() - begun);
    trainer_destroy(trainer);
    thread_pool_destroy(pool);
}

// With dropout, two tests would differ.
TEST_OF_BOTH(begin, free_noise, a_test_drops_nothing_and_takes_one_draw) {
    TrainConfig config = {.epochs = 1, .batch_size = 32, .learning_rate = 0.001};
    static Prediction first[IMAGES], second[IMAGES], other_threads[IMAGES];
    Error error;
    Record r = {0};
    Metrics metrics;
    ThreadPool *pool = create_pool(1);
    Trainer *trainer = create_trainer(&config, pool, &noise, &noise, &r);
    run_to_the_end(trainer);
    Random random = trainer_progress(trainer)->random;
    assert_true(trainer_test(trainer, &metrics, first, &error));
    random_next64(&random);
    assert_memory_equal(&random, &trainer_progress(trainer)->random, sizeof random);
    assert_true(trainer_test(trainer, &metrics, second, &error));
    assert_memory_equal(first, second, sizeof first);
    size_t correct = 0;
    for (size_t i = 0; i < IMAGES; i++)
        correct += first[i].digit == labels[i];
    assert_int_equal(metrics.correct, correct);

    static NetworkParameters parameters;
    trainer_get_parameters(trainer, &parameters);
    ThreadPool *pool_of_3 = create_pool(3);
    assert_true(prediction_run(&parameters, engine_choose(is_reproducible), &noise, pool_of_3,
                               other_threads, &error));
    assert_memory_equal(first, other_threads, sizeof first);
    thread_pool_destroy(pool_of_3);
    trainer_destroy(trainer);
    thread_pool_destroy(pool);
}

// Trains the noise; checks that progress and trainer_best have the first epoch whose test has the
// most correct images, and that network. Returns the number of epochs that were better than those
// before them.
static size_t check_best(const TrainConfig *config) {
    static NetworkParameters best, parameters;
    Error error;
    Record r = {0};
    ThreadPool *pool = create_pool(2);
    Trainer *trainer = create_trainer(config, pool, &noise, &noise, &r);
    const TrainProgress *progress = trainer_progress(trainer);
    size_t best_epoch = 0, improvements = 0;
    while (progress->epoch < config->epochs) {
        const size_t epoch = progress->epoch;
        assert_true(trainer_train(trainer, 3, &error));
        if (progress->epoch == epoch)
            continue;
        trainer_get_parameters(trainer, &parameters);
        assert_int_equal(r.tests[epoch].images, IMAGES);
        if (epoch == 0 || r.tests[epoch].correct > r.tests[best_epoch].correct) {
            best = parameters;
            best_epoch = epoch;
            improvements++;
        }
        assert_int_equal(progress->best_epoch, best_epoch);
        assert_int_equal(progress->best_correct, r.tests[best_epoch].correct);
        assert_memory_equal(trainer_best(trainer), &best, sizeof best);
    }
    trainer_destroy(trainer);
    thread_pool_destroy(pool);
    return improvements;
}

// With a learning rate of 0 all tests are equal.
TEST_OF_BOTH(begin, free_noise, the_best_network_is_that_of_the_first_of_the_best_tests) {
    TrainConfig config = {.epochs = 5,
                          .batch_size = 10,
                          .learning_rate = 0.01,
                          .loss = LOSS_LOGITS,
                          .tests_every_epoch = true};
    assert_in_range(check_best(&config), 2, 5);
    config.learning_rate = 0.0;
    assert_int_equal(check_best(&config), 1);
}

TEST_OF_BOTH(begin, free_noise, a_trainer_without_epochs_needs_no_training_set) {
    TrainConfig config = {.epochs = 0, .batch_size = 32, .learning_rate = 0.001};
    Record r = {0};
    ThreadPool *pool = create_pool(3);
    Trainer *trainer = create_trainer(&config, pool, NULL, &noise, &r);
    run_to_the_end(trainer);
    assert_int_equal(r.steps, 0);
    assert_int_equal(r.test.images, IMAGES);
    assert_int_equal(metrics_batches(&r.test), 4);
    trainer_destroy(trainer);
    thread_pool_destroy(pool);
}

TEST_OF_BOTH(begin, free_noise, a_loss_that_is_not_finite_ends_the_run_with_an_error) {
    TrainConfig config = {.epochs = 2, .batch_size = 10, .learning_rate = 1e30};
    for (size_t threads = 1; threads <= ENGINE_MAX_PARTS; threads++) {
        Error error;
        Record r = {0};
        ThreadPool *pool = create_pool(threads);
        Trainer *trainer = create_trainer(&config, pool, &noise, &noise, &r);
        bool trained = true;
        while (trained && trainer_progress(trainer)->epoch < config.epochs)
            trained = trainer_train(trainer, 0, &error);
        assert_false(trained);
        // the number of the failed batch is that of the batches before it
        char expected[64];
        snprintf(expected, sizeof expected, "epoch 0, batch %zu: expected a finite loss", r.steps);
        assert_non_null(strstr(error.text, expected));
        assert_int_equal(trainer_progress(trainer)->batch, r.steps);
        assert_null(strstr(error.text, "-nan")); // processors give a computed NaN different signs
        trainer_destroy(trainer);
        thread_pool_destroy(pool);
    }
}

// The loss of the only batch is that of the initial parameters.
TEST_OF_BOTH(begin, free_noise, weights_that_are_not_finite_after_the_last_step_are_an_error) {
    TrainConfig config = {.epochs = 1, .batch_size = IMAGES, .learning_rate = 1e300};
    for (size_t threads = 1; threads <= ENGINE_MAX_PARTS; threads++) {
        Error error = {{0}};
        Record r = {0};
        ThreadPool *pool = create_pool(threads);
        Trainer *trainer = create_trainer(&config, pool, &noise, &noise, &r);
        assert_false(trainer_train(trainer, 0, &error));
        text_after(error.text, "epoch 0, after batch 1: expected finite weights");
        assert_int_equal(r.steps, 1);
        assert_int_equal(trainer_progress(trainer)->epoch, 0);
        trainer_destroy(trainer);
        thread_pool_destroy(pool);
    }
}

TEST_OF_BOTH(begin, free_noise, logits_that_are_not_finite_are_an_error_of_test_and_prediction) {
    TrainConfig config = {.epochs = 0, .batch_size = 32, .learning_rate = 0.001};
    static NetworkParameters parameters;
    static Prediction predictions[IMAGES];
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        ((float *)&parameters)[i] = 1e30F;
    for (size_t threads = 1; threads <= ENGINE_MAX_PARTS; threads++) {
        Error error = {{0}};
        Record r = {0};
        Metrics metrics;
        ThreadPool *pool = create_pool(threads);
        Trainer *trainer = create_trainer(&config, pool, NULL, &noise, &r);
        trainer_set_parameters(trainer, &parameters);
        assert_false(trainer_test(trainer, &metrics, predictions, &error));
        text_after(error.text, "test: image 0: expected finite logits, found ");
        assert_false(prediction_run(&parameters, engine_choose(is_reproducible), &noise, pool,
                                    predictions, &error));
        text_after(error.text, ": image 0: expected finite logits, found ");
        trainer_destroy(trainer);
        thread_pool_destroy(pool);
    }
}

// As after a library that was linked with -ffast-math.
TEST_OF_BOTH(begin, free_noise, a_mode_that_was_set_before_the_run_does_not_change_it) {
    static Run run;
    TrainConfig config = {.epochs = 1, .batch_size = 10, .learning_rate = 0.001};
    uint64_t saved = denormals_set(true);
    run_noise(&config, 2, &run);
    bool is_kept_after = denormal_mode_keeps_results();
    denormals_restore(saved);
    assert_int_equal(run.record.keeps_denormals, is_reproducible || !denormal_mode_can_flush());
    assert_int_equal(is_kept_after, !denormal_mode_can_flush());
}
