#include "real_mnist.h"
#include "sha256.h"
#include "trainer.h"

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

// What a run told, and whether it still agrees with its golden figures.
typedef struct {
    const Trainer *trainer;
    const GoldenRun *golden;
    size_t steps;
    double step_loss[LARGEST_STEPS];
    Figures epochs[LARGEST_EPOCHS];
    char orders[LARGEST_EPOCHS][SHA256_TEXT];
    Figures test;
} Record;

static void record(void *context, const TrainerEvent *event) {
    Record *r = context;
    switch (event->kind) {
    case TRAINER_BATCH_DONE:
        if (r->steps < LARGEST_STEPS)
            r->step_loss[r->steps] = event->batch_loss;
        r->steps++;
        break;
    case TRAINER_EPOCH_DONE:
        r->epochs[event->epoch] = *event->figures;
        sha256_of_words(r->trainer->train.order, r->trainer->train.dataset->count,
                        r->orders[event->epoch]);
        break;
    case TRAINER_TEST_DONE:
        r->test = *event->figures;
        break;
    }
}

static void ignore(void *context, const TrainerEvent *event) {
    (void)context;
    (void)event;
}

static Dataset load(DatasetSplit split, size_t limit) {
    const char *folder = real_mnist_folder();
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

static TrainerSettings settings_of(const GoldenRun *golden) {
    return (TrainerSettings){
        .epochs = golden->epochs,
        .batch_size = golden->batch,
        .learning_rate = golden->learning_rate,
        .seed = golden->seed,
        .loss = strcmp(golden->loss, "logits") == 0 ? LOSS_LOGITS : LOSS_TUTORIAL,
    };
}

static void check_initial_parameters(const Trainer *trainer, const GoldenRun *golden) {
    const NetworkParameters *p = trainer->network.parameters;
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
        const Figures *found = &r->epochs[i];
        const GoldenEpoch *expected = &golden->epoch[i];
        double loss_distance = i == 0 ? 0.0002 : 0.0008;
        double accuracy_distance = i == 0 ? 0.05 : 0.15;
        assert_string_equal(r->orders[i], expected->order_sha256);
        check_near("loss of epoch", i, figures_tutorial_loss(found), expected->tutorial_loss,
                   loss_distance);
        check_near("exact loss of epoch", i, figures_loss(found), expected->loss, loss_distance);
        check_near("accuracy of epoch", i, figures_tutorial_accuracy(found),
                   expected->tutorial_accuracy, accuracy_distance);
        check_near("exact accuracy of epoch", i, figures_accuracy(found),
                   100 * (double)expected->right / (double)found->images, accuracy_distance);
    }
    assert_int_equal(r->test.images, golden->test_count);
    check_near("test accuracy", 0, figures_tutorial_accuracy(&r->test),
               golden->test_tutorial_accuracy, 0.5);
    check_near("exact test accuracy", 0, figures_accuracy(&r->test),
               100 * (double)golden->test_right / (double)golden->test_count, 0.5);
}

static void check_run(const char *name) {
    const GoldenRun *golden = find_run(name);
    Dataset train = load(DATASET_TRAIN, golden->train_limit);
    Dataset test = load(DATASET_TEST, golden->test_limit);
    TrainerSettings settings = settings_of(golden);
    Trainer trainer;
    Record r = {.trainer = &trainer, .golden = golden};
    Error error;
    assert_true(trainer_create(&trainer, &settings, &train, &test, record, &r, &error));
    check_initial_parameters(&trainer, golden);
    assert_true(trainer_run(&trainer, &error));
    check_record(&r, golden);
    trainer_destroy(&trainer);
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

enum { IMAGES = 100 };

static uint8_t pixels[IMAGES * DATASET_PIXELS];
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
        labels[i] = (uint8_t)(i % DATASET_CLASSES);
        for (size_t j = 0; j < DATASET_PIXELS; j++)
            pixels[i * DATASET_PIXELS + j] =
                (uint8_t)(random_next32(&random) % (j % 10 == labels[i] ? 256 : 100));
    }
}

static void check_trains(const TrainerSettings *settings, Record *r, Trainer *trainer) {
    Error error;
    *r = (Record){.trainer = trainer};
    assert_true(trainer_create(trainer, settings, &made, &made, record, r, &error));
    assert_true(trainer_run(trainer, &error));
}

static void the_same_seed_gives_the_same_bits_and_another_seed_others(void **state) {
    (void)state;
    make_images();
    TrainerSettings settings = {
        .epochs = 3, .batch_size = 7, .learning_rate = 0.001, .seed = 4, .loss = LOSS_TUTORIAL};
    Record first_record, second_record, other_record;
    Trainer first, second, other;
    check_trains(&settings, &first_record, &first);
    check_trains(&settings, &second_record, &second);
    settings.seed = 5;
    check_trains(&settings, &other_record, &other);
    size_t size = sizeof *first.network.parameters;
    assert_memory_equal(first.network.parameters, second.network.parameters, size);
    assert_memory_equal(first_record.step_loss, second_record.step_loss,
                        sizeof first_record.step_loss);
    assert_memory_equal(first_record.orders, second_record.orders, sizeof first_record.orders);
    assert_memory_not_equal(first.network.parameters, other.network.parameters, size);
    trainer_destroy(&first);
    trainer_destroy(&second);
    trainer_destroy(&other);
}

static void training_learns_what_can_be_learnt(void **state) {
    (void)state;
    make_images();
    TrainerSettings settings = {
        .epochs = 5, .batch_size = 10, .learning_rate = 0.003, .loss = LOSS_LOGITS};
    Record r;
    Trainer trainer;
    check_trains(&settings, &r, &trainer);
    assert_true(figures_loss(&r.epochs[4]) < figures_loss(&r.epochs[0]));
    assert_true(figures_accuracy(&r.test) > 80);
    trainer_destroy(&trainer);
}

static void a_test_drops_nothing_and_takes_one_draw(void **state) {
    (void)state;
    make_images();
    TrainerSettings settings = {.epochs = 1, .batch_size = 50, .learning_rate = 0.001};
    Record r;
    Trainer trainer;
    check_trains(&settings, &r, &trainer);
    Random random = trainer.random;
    trainer_test(&trainer);
    random_next64(&random);
    assert_true(random_next64(&random) == random_next64(&trainer.random));
    size_t positive = 0;
    for (size_t i = 0; i < 50 * NETWORK_HIDDEN; i++)
        positive += trainer.network.hidden[i] > 0;
    float hidden[50 * NETWORK_HIDDEN];
    memcpy(hidden, trainer.network.hidden, sizeof hidden);
    trainer_test(&trainer);
    assert_true(positive > 500);
    assert_memory_equal(hidden, trainer.network.hidden, sizeof hidden);
    trainer_destroy(&trainer);
}

static void a_trainer_without_epochs_needs_no_training_set(void **state) {
    (void)state;
    make_images();
    TrainerSettings settings = {.epochs = 0, .batch_size = 32, .learning_rate = 0.001};
    Record r = {0};
    Trainer trainer;
    Error error;
    assert_true(trainer_create(&trainer, &settings, NULL, &made, record, &r, &error));
    assert_true(trainer_run(&trainer, &error));
    assert_int_equal(r.steps, 0);
    assert_int_equal(r.test.images, IMAGES);
    assert_int_equal(r.test.batches, 4);
    trainer_destroy(&trainer);
}

static void a_loss_that_is_no_number_ends_the_run_with_an_error(void **state) {
    (void)state;
    make_images();
    TrainerSettings settings = {.epochs = 2, .batch_size = 10, .learning_rate = 1e30};
    Trainer trainer;
    Error error;
    assert_true(trainer_create(&trainer, &settings, &made, &made, ignore, NULL, &error));
    assert_false(trainer_run(&trainer, &error));
    assert_non_null(strstr(error.text, "expected a finite loss"));
    trainer_destroy(&trainer);
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
        cmocka_unit_test(the_same_seed_gives_the_same_bits_and_another_seed_others),
        cmocka_unit_test(training_learns_what_can_be_learnt),
        cmocka_unit_test(a_test_drops_nothing_and_takes_one_draw),
        cmocka_unit_test(a_trainer_without_epochs_needs_no_training_set),
        cmocka_unit_test(a_loss_that_is_no_number_ends_the_run_with_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
