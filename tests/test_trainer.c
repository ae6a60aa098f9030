#include "support/real_mnist.h"
#include "support/sha256.h"
#include "train/trainer.h"

#include "golden/runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LARGEST_EPOCHS = 5, LARGEST_STEPS = 200 };

// What a run told, and whether it still agrees with its golden metrics.
typedef struct {
    const Trainer *trainer;
    const GoldenRun *golden;
    size_t steps;
    double step_loss[LARGEST_STEPS];
    Metrics epochs[LARGEST_EPOCHS];
    char orders[LARGEST_EPOCHS][SHA256_TEXT];
    Metrics test;
} Record;

static void record(void *context, const TrainEvent *event) {
    Record *r = context;
    switch (event->kind) {
    case TRAIN_BATCH_DONE:
        if (r->steps < LARGEST_STEPS)
            r->step_loss[r->steps] = event->batch_loss;
        r->steps++;
        break;
    case TRAIN_EPOCH_DONE:
        r->epochs[event->epoch] = *event->metrics;
        sha256_of_words(r->trainer->train.order, r->trainer->train.dataset->count,
                        r->orders[event->epoch]);
        break;
    case TRAIN_TEST_DONE:
        r->test = *event->metrics;
        break;
    }
}

static void ignore(void *context, const TrainEvent *event) {
    (void)context;
    (void)event;
}

static Dataset load(DatasetSplit split, size_t limit) {
    const char *folder = real_mnist_dir();
    if (!folder)
        skip();
    Dataset dataset;
    Error error;
    if (!dataset_load(folder, split, limit, &dataset, &error))
        fail_msg("%s", error.text);
    return dataset;
}

static const GoldenRun *find_run(const char *name) {
    for (size_t i = 0; i < sizeof golden_runs / sizeof *golden_runs; i++) {
        if (strcmp(golden_runs[i].name, name) == 0)
            return &golden_runs[i];
    }
    fail_msg("no golden run is called %s", name);
    return NULL;
}

static Transforms transforms_of(const GoldenRun *golden) {
    Transforms transforms = {0};
    for (size_t i = 0; i < golden->transform_count; i++) {
        TransformKind kind = 0;
        while (strcmp(transforms_name(kind), golden->transforms[i].name) != 0)
            kind++;
        transforms_add(&transforms, kind, golden->transforms[i].amount);
    }
    return transforms;
}

static TrainConfig settings_of(const GoldenRun *golden) {
    return (TrainConfig){
        .epochs = golden->epochs,
        .batch_size = golden->batch,
        .learning_rate = golden->learning_rate,
        .seed = golden->seed,
        .loss = strcmp(golden->loss, "logits") == 0 ? LOSS_LOGITS : LOSS_TUTORIAL,
        .transforms = transforms_of(golden),
    };
}

static ThreadPool *create_team(size_t threads) {
    Error error;
    ThreadPool *pool = thread_pool_create(threads, &error);
    if (!pool)
        fail_msg("%s", error.text);
    return pool;
}

static NetworkParameters parameters_of(const Trainer *trainer) {
    NetworkParameters parameters;
    trainer_parameters(trainer, &parameters);
    return parameters;
}

static void check_initial_parameters(const Trainer *trainer, const GoldenRun *golden) {
    const NetworkParameters parameters = parameters_of(trainer);
    const NetworkParameters *p = &parameters;
    const struct {
        const float *values;
        size_t count;
    } tensors[4] = {
        {p->d1_weight, sizeof p->d1_weight / sizeof(float)},
        {p->d1_bias, sizeof p->d1_bias / sizeof(float)},
        {p->d2_weight, sizeof p->d2_weight / sizeof(float)},
        {p->d2_bias, sizeof p->d2_bias / sizeof(float)},
    };
    for (size_t i = 0; i < 4; i++) {
        char text[SHA256_TEXT];
        sha256_of_floats(tensors[i].values, tensors[i].count, text);
        assert_string_equal(text, golden->initial_sha256[i]);
    }
}

static void check_near(const char *what, size_t place, double found, double expected,
                       double distance) {
    if (!(fabs(found - expected) <= distance))
        fail_msg("%s %zu: expected %.6f +- %g, found %.6f", what, place, expected, distance, found);
}

static void check_record(const Record *r, const GoldenRun *golden) {
    for (size_t i = 0; i < golden->step_count; i++)
        check_near("step", i, r->step_loss[i], golden->step_loss[i], i < 20 ? 1e-5 : 1e-3);
    for (size_t i = 0; i < golden->epochs; i++) {
        const Metrics *found = &r->epochs[i];
        const GoldenEpoch *expected = &golden->epoch[i];
        double loss_distance = i == 0 ? 0.0002 : 0.0008;
        double accuracy_distance = i == 0 ? 0.05 : 0.15;
        assert_string_equal(r->orders[i], expected->order_sha256);
        check_near("loss of epoch", i, metrics_tutorial_loss(found), expected->tutorial_loss,
                   loss_distance);
        check_near("exact loss of epoch", i, metrics_loss(found), expected->loss, loss_distance);
        check_near("accuracy of epoch", i, metrics_tutorial_accuracy(found),
                   expected->tutorial_accuracy, accuracy_distance);
        check_near("exact accuracy of epoch", i, metrics_accuracy(found),
                   100 * (double)expected->correct / (double)found->images, accuracy_distance);
    }
    assert_int_equal(r->test.images, golden->test_count);
    check_near("test accuracy", 0, metrics_tutorial_accuracy(&r->test),
               golden->test_tutorial_accuracy, 0.5);
    check_near("exact test accuracy", 0, metrics_accuracy(&r->test),
               100 * (double)golden->test_right / (double)golden->test_count, 0.5);
}

static void check_run(const char *name) {
    const GoldenRun *golden = find_run(name);
    Dataset train = load(DATASET_TRAIN, golden->train_limit);
    Dataset test = load(DATASET_TEST, golden->test_limit);
    TrainConfig settings = settings_of(golden);
    Trainer trainer;
    Record r = {.trainer = &trainer, .golden = golden};
    Error error;
    ThreadPool *pool = create_team(2);
    assert_true(trainer_create(&trainer, &settings, pool, &train, &test, record, &r, &error));
    check_initial_parameters(&trainer, golden);
    assert_true(trainer_run(&trainer, &error));
    check_record(&r, golden);
    trainer_destroy(&trainer);
    thread_pool_destroy(pool);
    dataset_destroy(&train);
    dataset_destroy(&test);
}

static void seed_0_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0");
}

static void seed_1_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed1");
}

static void seed_2_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed2");
}

static void the_logits_loss_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-logits");
}

static void a_short_last_batch_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-batch50-limit1010");
}

static void a_small_subset_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-limit512");
}

static void batches_of_one_run_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-batch1");
}

static void a_batch_larger_than_the_data_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-batch4096");
}

static void a_last_batch_of_one_image_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-limit33");
}

static void a_single_image_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-limit1");
}

static void a_seed_above_32_bits_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed-above-32-bits");
}

static void the_largest_seed_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed-largest");
}

static void another_learning_rate_runs_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-logits-rate0.01");
}

static void transformed_images_run_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-transforms");
}

static void transformed_images_of_another_seed_run_as_pytorch(void **state) {
    (void)state;
    check_run("seed1-transforms");
}

// Batches of two blocks: all transforms are drawn before the first mask.
static void transformed_images_in_larger_batches_run_as_pytorch(void **state) {
    (void)state;
    check_run("seed0-batch50-transforms");
}

enum { IMAGES = 100 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];
static uint8_t labels[IMAGES];
static char made_path[] = "made";
static const Dataset made = {.count = IMAGES,
                             .images = pixels,
                             .labels = labels,
                             .images_path = made_path,
                             .labels_path = made_path};

// Pictures of noise, brighter where the label says.
static void make_images(void) {
    Random random;
    random_seed(&random, 1);
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % MNIST_CLASSES);
        for (size_t j = 0; j < MNIST_PIXELS; j++)
            pixels[i * MNIST_PIXELS + j] =
                (uint8_t)(random_next32(&random) % (j % 10 == labels[i] ? 256 : 100));
    }
}

// A run on the made images, with the parameters that it ends with.
typedef struct {
    Record record;
    NetworkParameters parameters;
} Run;

static void run_made(const TrainConfig *settings, size_t threads, Run *run) {
    Error error;
    Trainer trainer;
    ThreadPool *pool = create_team(threads);
    *run = (Run){.record = {.trainer = &trainer}};
    assert_true(
        trainer_create(&trainer, settings, pool, &made, &made, record, &run->record, &error));
    assert_true(trainer_run(&trainer, &error));
    trainer_parameters(&trainer, &run->parameters);
    trainer_destroy(&trainer);
    thread_pool_destroy(pool);
}

static void check_same(const Run *left, const Run *right) {
    assert_memory_equal(&left->parameters, &right->parameters, sizeof left->parameters);
    assert_memory_equal(left->record.step_loss, right->record.step_loss,
                        sizeof left->record.step_loss);
    assert_memory_equal(left->record.orders, right->record.orders, sizeof left->record.orders);
    assert_int_equal(left->record.test.correct, right->record.test.correct);
}

static void the_same_seed_gives_the_same_bits_and_another_seed_others(void **state) {
    (void)state;
    static Run first, second, other;
    make_images();
    TrainConfig settings = {
        .epochs = 3, .batch_size = 7, .learning_rate = 0.001, .seed = 4, .loss = LOSS_TUTORIAL};
    run_made(&settings, 1, &first);
    run_made(&settings, 1, &second);
    check_same(&first, &second);
    settings.seed = 5;
    run_made(&settings, 1, &other);
    assert_memory_not_equal(&first.parameters, &other.parameters, sizeof first.parameters);
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    static Run one, more;
    make_images();
    const size_t sizes[] = {1, 7, 32, 45, IMAGES}; // also blocks that are not full, and several
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int loss = LOSS_TUTORIAL; loss <= LOSS_LOGITS; loss++) {
            TrainConfig settings = {
                .epochs = 2, .batch_size = sizes[i], .learning_rate = 0.001, .loss = (Loss)loss};
            if (loss == LOSS_LOGITS)
                transforms_add(&settings.transforms, TRANSFORM_ROTATE, 20);
            run_made(&settings, 1, &one);
            for (size_t threads = 2; threads <= NETWORK_SHARDS; threads++) {
                run_made(&settings, threads, &more);
                check_same(&one, &more);
            }
        }
    }
}

static void training_learns_what_can_be_learnt(void **state) {
    (void)state;
    static Run run;
    make_images();
    TrainConfig settings = {
        .epochs = 5, .batch_size = 10, .learning_rate = 0.003, .loss = LOSS_LOGITS};
    run_made(&settings, 2, &run);
    assert_true(metrics_loss(&run.record.epochs[4]) < metrics_loss(&run.record.epochs[0]));
    assert_true(metrics_accuracy(&run.record.test) > 80);
}

static void a_test_drops_nothing_and_takes_one_draw(void **state) {
    (void)state;
    make_images();
    TrainConfig settings = {.epochs = 1, .batch_size = 32, .learning_rate = 0.001};
    Error error;
    Trainer trainer;
    ThreadPool *pool = create_team(1);
    Record r = {.trainer = &trainer};
    assert_true(trainer_create(&trainer, &settings, pool, &made, &made, record, &r, &error));
    assert_true(trainer_run(&trainer, &error));
    Random random = trainer.random;
    trainer_test(&trainer);
    random_next64(&random);
    assert_true(random_next64(&random) == random_next64(&trainer.random));
    Logits logits; // of the last block, of 100 % 32 images
    memcpy(logits, trainer.threads[0].logits, sizeof logits);
    trainer_test(&trainer);
    assert_memory_equal(logits, trainer.threads[0].logits, sizeof logits);
    size_t positive = 0;
    for (size_t i = 0; i < 4 * NETWORK_UNITS; i++)
        positive += trainer.shards[0].hidden[i] > 0;
    assert_in_range(positive, 20, 4 * NETWORK_UNITS);
    trainer_destroy(&trainer);
    thread_pool_destroy(pool);
}

static void a_trainer_without_epochs_needs_no_training_set(void **state) {
    (void)state;
    make_images();
    TrainConfig settings = {.epochs = 0, .batch_size = 32, .learning_rate = 0.001};
    Record r = {0};
    Trainer trainer;
    Error error;
    ThreadPool *pool = create_team(3);
    assert_true(trainer_create(&trainer, &settings, pool, NULL, &made, record, &r, &error));
    assert_true(trainer_run(&trainer, &error));
    assert_int_equal(r.steps, 0);
    assert_int_equal(r.test.images, IMAGES);
    assert_int_equal(r.test.batches, 4);
    trainer_destroy(&trainer);
    thread_pool_destroy(pool);
}

static void a_loss_that_is_no_number_ends_the_run_with_an_error(void **state) {
    (void)state;
    make_images();
    TrainConfig settings = {.epochs = 2, .batch_size = 10, .learning_rate = 1e30};
    for (size_t threads = 1; threads <= NETWORK_SHARDS; threads++) {
        Trainer trainer;
        Error error;
        ThreadPool *pool = create_team(threads);
        assert_true(trainer_create(&trainer, &settings, pool, &made, &made, ignore, NULL, &error));
        assert_false(trainer_run(&trainer, &error));
        assert_non_null(strstr(error.text, "expected a finite loss"));
        trainer_destroy(&trainer);
        thread_pool_destroy(pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seed_0_runs_as_pytorch),
        cmocka_unit_test(seed_1_runs_as_pytorch),
        cmocka_unit_test(seed_2_runs_as_pytorch),
        cmocka_unit_test(the_logits_loss_runs_as_pytorch),
        cmocka_unit_test(a_short_last_batch_runs_as_pytorch),
        cmocka_unit_test(a_small_subset_runs_as_pytorch),
        cmocka_unit_test(batches_of_one_run_as_pytorch),
        cmocka_unit_test(a_batch_larger_than_the_data_runs_as_pytorch),
        cmocka_unit_test(a_last_batch_of_one_image_runs_as_pytorch),
        cmocka_unit_test(a_single_image_runs_as_pytorch),
        cmocka_unit_test(a_seed_above_32_bits_runs_as_pytorch),
        cmocka_unit_test(the_largest_seed_runs_as_pytorch),
        cmocka_unit_test(another_learning_rate_runs_as_pytorch),
        cmocka_unit_test(transformed_images_run_as_pytorch),
        cmocka_unit_test(transformed_images_of_another_seed_run_as_pytorch),
        cmocka_unit_test(transformed_images_in_larger_batches_run_as_pytorch),
        cmocka_unit_test(the_same_seed_gives_the_same_bits_and_another_seed_others),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(training_learns_what_can_be_learnt),
        cmocka_unit_test(a_test_drops_nothing_and_takes_one_draw),
        cmocka_unit_test(a_trainer_without_epochs_needs_no_training_set),
        cmocka_unit_test(a_loss_that_is_no_number_ends_the_run_with_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
