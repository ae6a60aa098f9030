#include "cli/cmd_train.h"

#include "base/cpu.h"
#include "base/thread_pool.h"
#include "cli/observers.h"
#include "cli/train_config.h"
#include "data/dataset_pair.h"
#include "nn/gemm.h"
#include "report/environment.h"
#include "report/image_grid.h"
#include "train/checkpoint.h"
#include "train/checkpoint_writer.h"
#include "train/model.h"
#include "train/trainer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t pending_signal; // the signal's number, or 0

static void catch_signal(int number) {
    pending_signal = number;
}

// The first signal is pending_signal, a second one does what it always does. Behind nohup a lost
// terminal stays ignored.
static void catch_signals(void) {
    struct sigaction action = {.sa_handler = catch_signal,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    struct sigaction former;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &former) == 0 && former.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

typedef struct {
    const Options *options;
    TrainConfig settings;
    Environment environment;
    ThreadPool *pool;
    Dataset train; // without images when there is nothing to train
    Dataset test;
    size_t limits[2];         // by split
    Checkpoint *checkpoint;   // to resume from, or NULL
    CheckpointWriter *writer; // or NULL
    bool has_written;         // a checkpoint
    DatasetId data[2];        // by split, for checkpoints
    Trainer trainer;
    Observers observers;
} Training;

static void listen(void *context, const TrainEvent *event) {
    Training *training = context;
    observers_on_event(&training->observers, event);
    if (pending_signal)
        trainer_stop(&training->trainer);
}

// As many as may run at once, but no more than have work.
static size_t choose_threads(const Options *options) {
    size_t wanted = options->threads > 0 ? (size_t)options->threads : cpu_count();
    return wanted < NETWORK_SHARDS ? wanted : NETWORK_SHARDS;
}

static bool choose_settings(Training *training, Error *error) {
    const char *path = training->options->resume;
    if (path) {
        training->checkpoint = calloc(1, sizeof *training->checkpoint);
        if (!training->checkpoint)
            return error_set(error, "%s: expected memory to read it, found less", path);
        if (!checkpoint_load(path, training->checkpoint, error))
            return false;
    }
    return train_config_choose(training->options, training->checkpoint, &training->settings,
                               training->limits, error);
}

static bool check_same_data(const Training *training, const Dataset *dataset, const char *done,
                            const DatasetId *found, const DatasetId *expected, Error *error) {
    if (found->images == expected->images && found->checksum == expected->checksum)
        return true;
    return error_set(error, "%s: expected the %" PRIu64 " images that %s was %s on, found others",
                     dataset->images_path, expected->images, training->options->resume, done);
}

// A run goes on with the data that it had.
static bool check_data(Training *training, Error *error) {
    const Checkpoint *checkpoint = training->checkpoint;
    DatasetId *train = &training->data[DATASET_TRAIN];
    DatasetId *test = &training->data[DATASET_TEST];
    if ((!checkpoint && !training->options->checkpoint) || training->train.count == 0)
        return true;
    *train = dataset_id(&training->train);
    *test = dataset_id(&training->test);
    return !checkpoint ||
           (check_same_data(training, &training->train, "trained", train, &checkpoint->train,
                            error) &&
            check_same_data(training, &training->test, "tested", test, &checkpoint->test, error));
}

static bool load_data(Training *training, Error *error) {
    const Options *options = training->options;
    DatasetPair splits = {
        .folder = dataset_default_dir(options->data),
        .train_limit = training->limits[DATASET_TRAIN],
        .test_limit = training->limits[DATASET_TEST],
        .train = training->settings.epochs > 0 || options->grid ? &training->train : NULL,
        .test = &training->test,
    };
    if (!dataset_pair_load(&splits, training->pool, error))
        return false;
    return check_data(training, error);
}

static bool write_grid(const Training *training, Error *error) {
    const TrainConfig *settings = &training->settings;
    size_t count;
    if (!training->options->grid)
        return true;
    uint8_t *images = image_grid_first_batch(&training->train, settings->batch_size, settings->seed,
                                             &settings->transforms, &count, error);
    bool written = images && image_grid_write(training->options->grid, images, count, error);
    free(images);
    return written;
}

static bool load_parameters(Training *training, Error *error) {
    NetworkParameters *parameters = malloc(sizeof *parameters);
    if (!parameters)
        return error_set(error, "expected memory for parameters, found less");
    bool loaded = model_load(training->options->load, parameters, error);
    if (loaded)
        trainer_set_parameters(&training->trainer, parameters);
    free(parameters);
    return loaded;
}

static bool begin(Training *training, Error *error) {
    const Options *options = training->options;
    const Dataset *train = training->settings.epochs > 0 ? &training->train : NULL;
    if (!trainer_create(&training->trainer, &training->settings, training->pool, train,
                        &training->test, listen, training, error) ||
        (options->load && !load_parameters(training, error)))
        return false;
    if (options->resume)
        checkpoint_restore(training->checkpoint, &training->trainer);
    return observers_begin(&training->observers, &training->trainer, train, &training->test, error);
}

static bool write_checkpoint(Training *training, Error *error) {
    training->has_written = true;
    return checkpoint_writer_write(training->writer, &training->trainer,
                                   &training->data[DATASET_TRAIN], &training->data[DATASET_TEST],
                                   error);
}

// All epochs that are left, or until a signal; checkpoints come after the same batches, resumed or
// not, and one at least.
static bool train_epochs(Training *training, Error *error) {
    Trainer *trainer = &training->trainer;
    size_t every = (size_t)training->options->checkpoint_every;
    while (!pending_signal && trainer->epoch < training->settings.epochs) {
        size_t most = every > 0 ? every - trainer->batch % every : 0;
        if (!trainer_train(trainer, most, error))
            return false;
        if (training->writer && !write_checkpoint(training, error))
            return false;
    }
    return !training->writer || training->has_written || write_checkpoint(training, error);
}

static bool train(Training *training, Error *error) {
    const char *path = training->options->checkpoint;
    catch_signals();
    if (!path)
        return train_epochs(training, error);
    training->writer = checkpoint_writer_create(path, error);
    if (!training->writer)
        return false;
    bool trained = train_epochs(training, error);
    Error last;
    bool written = checkpoint_writer_finish(training->writer, &last);
    if (trained && !written)
        *error = last;
    return trained && written;
}

static bool save_model(Training *training, Error *error) {
    const TrainConfig *settings = &training->settings;
    const Metrics *tested = observers_tested(&training->observers);
    NetworkParameters *parameters = malloc(sizeof *parameters);
    Metadata pairs[] = {
        {"format", "pt"},         {"program", "mnist-train"}, {"version", VERSION}, {.key = "seed"},
        {.key = "epochs"},        {.key = "batch"},           {.key = "lr"},        {.key = "loss"},
        {.key = "test_accuracy"}, {.key = "test_right"}};
    if (!parameters)
        return error_set(error, "%s: expected memory to write it, found less",
                         training->options->save);
    size_t size = sizeof pairs[0].text;
    snprintf(pairs[3].text, size, "%" PRIu64, settings->seed);
    snprintf(pairs[4].text, size, "%zu", settings->epochs);
    snprintf(pairs[5].text, size, "%zu", settings->batch_size);
    snprintf(pairs[6].text, size, "%.17g", settings->learning_rate);
    snprintf(pairs[7].text, size, "%s", settings->loss == LOSS_LOGITS ? "logits" : "tutorial");
    snprintf(pairs[8].text, size, "%.17g", metrics_accuracy(tested) / 100.0);
    snprintf(pairs[9].text, size, "%zu of %zu", tested->right, tested->images);
    trainer_parameters(&training->trainer, parameters);
    bool saved =
        model_save(training->options->save, parameters, pairs, sizeof pairs / sizeof *pairs, error);
    free(parameters);
    return saved;
}

static bool finish(Training *training, int *signal_number, Error *error) {
    Trainer *trainer = &training->trainer;
    if (pending_signal && trainer->epoch < training->settings.epochs) {
        *signal_number = pending_signal;
        return observers_stop(&training->observers, trainer, pending_signal, error);
    }
    trainer_test(trainer);
    return (!training->options->save || save_model(training, error)) &&
           observers_finish(&training->observers, trainer, training->pool, error);
}

static bool run(Training *training, int *signal_number, Error *error) {
    if (!train_config_check_outputs(training->options, error) || !choose_settings(training, error))
        return false;
    training->pool = thread_pool_create(training->environment.threads, error);
    return training->pool && load_data(training, error) && write_grid(training, error) &&
           begin(training, error) && train(training, error) &&
           finish(training, signal_number, error);
}

bool cmd_train(const Options *options, int argument_count, char *const *arguments,
               int *signal_number, Error *error) {
    Training *training = calloc(1, sizeof *training);
    if (!training)
        return error_set(error, "expected memory for a run, found less");
    gemm_use_one_thread();
    training->options = options;
    environment_find(&training->environment, choose_threads(options), argument_count, arguments);
    training->observers = observers_create(options, &training->environment);
    bool done = run(training, signal_number, error);
    if (!done)
        observers_fail(&training->observers, error);
    observers_destroy(&training->observers);
    trainer_destroy(&training->trainer);
    dataset_destroy(&training->train);
    dataset_destroy(&training->test);
    thread_pool_destroy(training->pool);
    free(training->checkpoint);
    free(training);
    return done;
}
