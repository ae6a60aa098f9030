// The golden runs, whole trainings by PyTorch: one test for each run, in each mode.
#include "base/simd.h"
#include "support/datasets.h"
#include "support/sha256.h"
#include "support/test.h"
#include "support/transform_kind.h"
#include "train/trainer.h"

#include "golden/drawn_runs.h"
#include "golden/runs.h"

#include <math.h>

enum { MAX_EPOCHS = 5, MAX_STEPS = 200, SLOW_IMAGES = 40000 };

// The events of a run.
typedef struct {
    const Trainer *trainer;
    size_t steps;
    double step_loss[MAX_STEPS];
    Metrics epochs[MAX_EPOCHS];
    uint64_t order_seeds[MAX_EPOCHS];
    size_t epoch_tests; // after epochs
    Metrics tests[MAX_EPOCHS];
    Metrics test;
} Record;

static bool record(void *context, const TrainEvent *event) {
    Record *r = context;
    if (event->kind == TRAIN_BATCH_DONE && r->steps < MAX_STEPS)
        r->step_loss[r->steps++] = event->batch_loss;
    if (event->kind == TRAIN_EPOCH_DONE) {
        r->epochs[event->epoch] = *event->metrics;
        r->order_seeds[event->epoch] = trainer_progress(r->trainer)->order_seed;
        r->epoch_tests += event->test != NULL;
        if (event->test)
            r->tests[event->epoch] = *event->test;
    }
    if (event->kind == TRAIN_TEST_DONE)
        r->test = *event->metrics;
    return true;
}

static Dataset load(const char *dir, DatasetSplit split, size_t limit) {
    Dataset dataset;
    Error error;
    if (!load_split(dir, split, limit, &dataset, &error))
        fail_msg("%s", error.text);
    return dataset;
}

static Transforms transforms_of(const GoldenRun *golden) {
    Transforms transforms = {0};
    for (size_t i = 0; i < golden->transform_count; i++) {
        transforms_add(&transforms, transform_kind_of(golden->transforms[i].name),
                       golden->transforms[i].amount);
    }
    return transforms;
}

static TrainConfig config_of(const GoldenRun *golden) {
    return (TrainConfig){
        .epochs = golden->epochs,
        .batch_size = golden->batch,
        .learning_rate = golden->learning_rate,
        .seed = golden->seed,
        .loss = strcmp(golden->loss, "logits") == 0 ? LOSS_LOGITS : LOSS_TUTORIAL,
        .transforms = transforms_of(golden),
        .tests_every_epoch = golden->test_every_epoch,
    };
}

static void check_initial_parameters(const Trainer *trainer, const GoldenRun *golden) {
    static NetworkParameters p;
    trainer_get_parameters(trainer, &p);
    const struct {
        const float *values;
        size_t count;
    } tensors[4] = {
        {p.d1_weight, sizeof p.d1_weight / sizeof(float)},
        {p.d1_bias, sizeof p.d1_bias / sizeof(float)},
        {p.d2_weight, sizeof p.d2_weight / sizeof(float)},
        {p.d2_bias, sizeof p.d2_bias / sizeof(float)},
    };
    for (size_t i = 0; i < 4; i++) {
        char text[SHA256_TEXT];
        sha256_of_floats(tensors[i].values, tensors[i].count, text);
        assert_string_equal(text, golden->initial_sha256[i]);
    }
}

static void check_order(uint64_t order_seed, size_t images, const char *expected_sha256) {
    char text[SHA256_TEXT];
    uint32_t *order = calloc(images, sizeof *order);
    Random permutation;
    random_seed(&permutation, order_seed);
    random_permutation(&permutation, order, images);
    sha256_of_words(order, images, text);
    assert_string_equal(text, expected_sha256);
    free(order);
}

// What a right program may differ by; PyTorch differs from itself by so much between two sets of
// kernels (see the heads of the golden files).
typedef struct {
    double step_loss;  // after the first 20 steps, which agree to 1e-5
    double first_loss; // of epoch 0
    double loss;       // of later epochs
    double first_accuracy;
    double accuracy;
    double test_accuracy;
} Tolerances;

static void check_record(const Record *r, const GoldenRun *golden, size_t images,
                         const Tolerances *tolerances) {
    for (size_t i = 0; i < golden->step_count; i++)
        check_near("step loss", i, r->step_loss[i], golden->step_loss[i],
                   i < 20 ? 1e-5 : tolerances->step_loss);
    for (size_t i = 0; i < golden->epochs; i++) {
        const Metrics *found = &r->epochs[i];
        const GoldenEpoch *expected = &golden->epoch[i];
        double loss = i == 0 ? tolerances->first_loss : tolerances->loss;
        double accuracy = i == 0 ? tolerances->first_accuracy : tolerances->accuracy;
        check_order(r->order_seeds[i], images, expected->order_sha256);
        check_near("loss of epoch", i, metrics_tutorial_loss(found), expected->tutorial_loss, loss);
        check_near("exact loss of epoch", i, metrics_loss(found), expected->loss, loss);
        check_near("accuracy of epoch", i, metrics_tutorial_accuracy(found),
                   expected->tutorial_accuracy, accuracy);
        check_near("exact accuracy of epoch", i, metrics_accuracy(found),
                   100 * (double)expected->right / (double)found->images, accuracy);
    }
    assert_int_equal(r->epoch_tests, golden->test_every_epoch ? golden->epochs : 0);
    for (size_t i = 0; i < r->epoch_tests; i++) {
        assert_int_equal(r->tests[i].images, golden->test_count);
        check_near("test after epoch", i, metrics_accuracy(&r->tests[i]),
                   100 * (double)golden->epoch[i].test_right / (double)golden->test_count,
                   tolerances->test_accuracy);
    }
    assert_int_equal(r->test.images, golden->test_count);
    check_near("test accuracy", 0, metrics_tutorial_accuracy(&r->test),
               golden->test_tutorial_accuracy, tolerances->test_accuracy);
    check_near("exact test accuracy", 0, metrics_accuracy(&r->test),
               100 * (double)golden->test_right / (double)golden->test_count,
               tolerances->test_accuracy);
}

// A run of one of the tables, in one mode: the state of its test.
typedef struct {
    const GoldenRun *golden;
    bool is_drawn; // on the bundled digits; otherwise on MNIST
    bool is_reproducible;
} Case;

static Tolerances tolerances_of(const Case *run, size_t images) {
    const GoldenRun *golden = run->golden;
    if (!run->is_drawn)
        return (Tolerances){1e-3, 0.0002, 0.0008, 0.05, 0.15, 0.5};
    // one image may be classified otherwise
    const double batches = (double)((images - 1) / golden->batch + 1);
    const double one_image = ceil(100.0 / (double)golden->batch) / fmax(1.0, batches - 1.0);
    const double one_of_all =
        100.0 / (double)(images < golden->test_count ? images : golden->test_count);
    const double accuracy = fmax(one_image, one_of_all);
    return (Tolerances){2e-4, 2e-5, 2e-5, accuracy, accuracy, 1.5 * one_of_all};
}

static void run_as_pytorch(void **state) {
    const Case *run = *state;
    const GoldenRun *golden = run->golden;
    const char *dir = run->is_drawn ? "data/drawn" : need_real_mnist();
    TrainConfig config = config_of(golden);
    Error error;
    Metrics metrics;
    Record r = {0};
    config.is_reproducible = run->is_reproducible;
    Dataset train = load(dir, DATASET_TRAIN, golden->train_limit);
    const Tolerances tolerances = tolerances_of(run, train.count);
    if (run->is_reproducible && !simd_has_fma() && golden->epochs * train.count > SLOW_IMAGES) {
        dataset_destroy(&train);
        skip_because("fused multiply-adds are too slow here for long reproducible runs");
    }
    Dataset test = load(dir, DATASET_TEST, golden->test_limit);
    ThreadPool *pool = thread_pool_create(2, &error);
    Trainer *trainer = trainer_create(&config, pool, &train, &test, record, &r, &error);
    assert_non_null(trainer);
    r.trainer = trainer;
    check_initial_parameters(trainer, golden);
    while (trainer_progress(trainer)->epoch < config.epochs)
        assert_true(trainer_train(trainer, 0, &error));
    assert_true(trainer_test(trainer, &metrics, NULL, &error));
    check_record(&r, golden, train.count, &tolerances);
    trainer_destroy(trainer);
    thread_pool_destroy(pool);
    dataset_destroy(&train);
    dataset_destroy(&test);
}

enum {
    RUNS = sizeof golden_runs / sizeof *golden_runs,
    DRAWN_RUNS = sizeof drawn_golden_runs / sizeof *drawn_golden_runs,
};

__attribute__((constructor)) static void register_runs(void) {
    static Case cases[2 * (RUNS + DRAWN_RUNS)];
    static char names[2 * (RUNS + DRAWN_RUNS)][96];
    for (size_t i = 0; i < 2 * (RUNS + DRAWN_RUNS); i++) {
        const size_t n = i / 2;
        cases[i].is_drawn = n >= RUNS;
        cases[i].golden = n < RUNS ? &golden_runs[n] : &drawn_golden_runs[n - RUNS];
        cases[i].is_reproducible = i % 2 == 1;
        snprintf(names[i], sizeof names[i], "%s%s_runs_as_pytorch%s",
                 cases[i].is_drawn ? "drawn_digits_" : "", cases[i].golden->name,
                 cases[i].is_reproducible ? "_reproducibly" : "");
        test_register_case(names[i], run_as_pytorch, NULL, NULL, &cases[i]);
    }
}
