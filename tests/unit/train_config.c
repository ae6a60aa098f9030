#include "cli/train_config.h"
#include "support/test.h"

enum { MAX_WORDS = 8 };

// Parses the words of a command line up to a NULL, as if typed after the program's name.
static Options parse(const char *const *typed) {
    static char words[MAX_WORDS + 1][64];
    char *argv[MAX_WORDS + 2] = {words[0]};
    int argc = 1;
    strcpy(words[0], "mnist-train");
    for (; typed[argc - 1]; argc++) {
        assert_true(argc <= MAX_WORDS && strlen(typed[argc - 1]) < sizeof words[0]);
        argv[argc] = strcpy(words[argc], typed[argc - 1]);
    }
    Options options;
    Error error;
    if (!options_parse(argc, argv, &options, &error))
        fail_msg("%s", error.text);
    return options;
}

#define TYPED(...) ((const char *const[]){__VA_ARGS__, NULL})

// A run of 6 epochs that is at batch 2 of epoch 3.
static TrainState *resumed_state(void) {
    TrainState *state = calloc(1, sizeof *state);
    assert_non_null(state);
    state->config = (TrainConfig){
        .epochs = 6,
        .batch_size = 50,
        .learning_rate = 0.01,
        .seed = UINT64_MAX,
        .loss = LOSS_LOGITS,
    };
    transforms_add(&state->config.transforms, TRANSFORM_HFLIP, 0.25);
    state->train.images = 600;
    state->test.images = 100;
    state->progress.epoch = 3;
    state->progress.batch = 2;
    return state;
}

static void check_resumed_config(const TrainConfig *config, size_t epochs) {
    assert_int_equal(config->epochs, epochs);
    assert_int_equal(config->batch_size, 50);
    assert_true(config->learning_rate == 0.01);
    assert_true(config->seed == UINT64_MAX);
    assert_int_equal(config->loss, LOSS_LOGITS);
    assert_int_equal(config->transforms.count, 1);
    assert_int_equal(config->transforms.list[0].kind, TRANSFORM_HFLIP);
}

static void check_accepted(const char *const *typed, size_t epochs, size_t train_limit,
                           size_t test_limit) {
    TrainState *state = resumed_state();
    Options options = parse(typed);
    TrainConfig config;
    size_t limits[DATASET_SPLITS];
    Error error;
    if (!train_config_choose(&options, state, &config, limits, &error))
        fail_msg("%s", error.text);
    check_resumed_config(&config, epochs);
    assert_int_equal(limits[DATASET_TRAIN], train_limit);
    assert_int_equal(limits[DATASET_TEST], test_limit);
    free(state);
}

static void check_rejected(const char *const *typed, const char *expected) {
    TrainState *state = resumed_state();
    Options options = parse(typed);
    TrainConfig config;
    size_t limits[DATASET_SPLITS];
    Error error;
    assert_false(train_config_choose(&options, state, &config, limits, &error));
    assert_string_equal(error.text, expected);
    free(state);
}

TEST(a_new_run_has_the_settings_of_the_command_line) {
    Options options =
        parse(TYPED("-e7", "-b16", "--lr=0.5", "--seed=18446744073709551615", "--loss=logits",
                    "--rotate=9", "--train-limit=5", "--test-limit=4"));
    TrainConfig config;
    size_t limits[DATASET_SPLITS];
    Error error;
    assert_true(train_config_choose(&options, NULL, &config, limits, &error));
    assert_int_equal(config.epochs, 7);
    assert_int_equal(config.batch_size, 16);
    assert_true(config.learning_rate == 0.5);
    assert_true(config.seed == UINT64_MAX);
    assert_int_equal(config.loss, LOSS_LOGITS);
    assert_int_equal(config.transforms.count, 1);
    assert_int_equal(config.transforms.list[0].kind, TRANSFORM_ROTATE);
    assert_int_equal(limits[DATASET_TRAIN], 5);
    assert_int_equal(limits[DATASET_TEST], 4);
}

TEST(the_tutorials_loss_is_the_default) {
    const char *const nothing[] = {NULL};
    Options options = parse(nothing);
    TrainConfig config;
    size_t limits[DATASET_SPLITS];
    Error error;
    assert_true(train_config_choose(&options, NULL, &config, limits, &error));
    assert_int_equal(config.loss, LOSS_TUTORIAL);
    assert_int_equal(limits[DATASET_TRAIN], 0);
    assert_int_equal(limits[DATASET_TEST], 0);
}

TEST(a_run_that_did_not_test_every_epoch_cannot_begin_to) {
    check_rejected(TYPED("--resume=c", "--test-every-epoch"),
                   "--test-every-epoch: expected false, as in c, found true");
    check_rejected(TYPED("--resume=c", "--save-best=b"),
                   "--save-best: expected a run with --test-every-epoch in c, found one without");
}

TEST(a_resumed_run_keeps_its_settings) {
    check_accepted(TYPED("--resume=c"), 6, 600, 100);
    check_accepted(TYPED("--resume=c", "--batch=50", "--lr=1e-2", "--loss=logits", "--hflip=0.25",
                         "--seed=18446744073709551615", "--train-limit=600", "--test-limit=100"),
                   6, 600, 100);
}

TEST(a_resumed_run_may_have_more_or_fewer_epochs_than_before) {
    check_accepted(TYPED("--resume=c", "--epochs=9"), 9, 600, 100);
    check_accepted(TYPED("--resume=c", "--epochs=4"), 4, 600, 100);
    check_rejected(TYPED("--resume=c", "--epochs=3"),
                   "--epochs: expected at least 4, the epochs begun in c, found 3");
}

TEST(a_resumed_run_may_have_a_larger_limit_of_images) {
    check_accepted(TYPED("--resume=c", "--train-limit=601", "--test-limit=500"), 6, 601, 500);
    check_rejected(TYPED("--resume=c", "--train-limit=599"),
                   "--train-limit: expected 600, as in c, found 599");
    check_rejected(TYPED("--resume=c", "--test-limit=1"),
                   "--test-limit: expected 100, as in c, found 1");
}

TEST(other_settings_are_rejected) {
    check_rejected(TYPED("--resume=c", "--batch=32"), "--batch: expected 50, as in c, found 32");
    check_rejected(TYPED("--resume=c", "--lr=0.001"), "--lr: expected 0.01, as in c, found 0.001");
    check_rejected(TYPED("--resume=c", "--loss=tutorial"),
                   "--loss: expected logits, as in c, found tutorial");
    // a double does not distinguish these seeds
    check_rejected(TYPED("--resume=c", "--seed=18446744073709551614"),
                   "--seed: expected 18446744073709551615, as in c, found 18446744073709551614");
}

TEST(other_transforms_are_rejected) {
    check_rejected(TYPED("--resume=c", "--hflip=0.5"),
                   "--rotate, --vflip, --hflip: expected RandomHorizontalFlip(0.25), as in c, "
                   "found RandomHorizontalFlip(0.5)");
    check_rejected(TYPED("--resume=c", "--vflip=0.25"),
                   "--rotate, --vflip, --hflip: expected RandomHorizontalFlip(0.25), as in c, "
                   "found RandomVerticalFlip(0.25)");
    check_rejected(TYPED("--resume=c", "--hflip=0.25", "--rotate=1"),
                   "--rotate, --vflip, --hflip: expected RandomHorizontalFlip(0.25), as in c, "
                   "found RandomHorizontalFlip(0.25), RandomRotation(1)");
}
