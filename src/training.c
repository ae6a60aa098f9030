#include "training.h"

#include "checkpoint.h"
#include "checkpoint_writer.h"
#include "console.h"
#include "dataset.h"
#include "file.h"
#include "matmul.h"
#include "model.h"
#include "progress.h"
#include "team.h"
#include "trainer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t caught; // the signal's number, or 0

static void catch_signal(int number) {
    caught = number;
}

// The first signal is caught, a second one does what it always does.
static void catch_signals(void) {
    struct sigaction action = {.sa_handler = catch_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

typedef struct {
    const Options *options;
    TrainerSettings settings;
    size_t threads;
    Team *team;
    Dataset train; // without images when there is nothing to train
    Dataset test;
    size_t train_limit;
    bool loaded[2]; // train, test
    Error errors[2];
    Checkpoint *checkpoint;   // to resume from, or NULL
    CheckpointWriter *writer; // or NULL
    uint32_t train_checksum;
    Trainer trainer;
    Console console;
    Progress progress;
    Figures tested;
} Training;

static void report(void *context, const TrainerEvent *event) {
    Training *training = context;
    progress_listen(&training->progress, event);
    console_listen(&training->console, event);
    if (event->kind == TRAINER_TEST_DONE)
        training->tested = *event->figures;
    if (caught)
        trainer_stop(&training->trainer);
}

static const char *choose_folder(const Options *options) {
    const char *folder = options->data ? options->data : getenv("MNIST_DATA");
    return folder && *folder ? folder : "data/mnist";
}

// As many as may run at once, but no more than have work.
static size_t choose_threads(const Options *options) {
    size_t wanted = options->threads > 0 ? (size_t)options->threads : team_processors();
    return wanted < NETWORK_SLICES ? wanted : NETWORK_SLICES;
}

// What would only fail behind the training, beforehand.
static bool check_outputs(const Options *options, Error *error) {
    return (!options->save || file_can_replace(options->save, error)) &&
           (!options->checkpoint || file_can_replace(options->checkpoint, error));
}

static bool check_same(const Options *options, const char *name, double found, double expected,
                       Error *error) {
    if (!options_given(options, name) || found == expected)
        return true;
    return error_set(error, "--%s: expected %.17g, as in %s, found %.17g", name, expected,
                     options->resume, found);
}

// A checkpoint's run goes on with its own settings; others can't be asked for, but more epochs.
static bool resume_settings(Training *training, Error *error) {
    const Options *options = training->options;
    const Checkpoint *checkpoint = training->checkpoint;
    const TrainerSettings *saved = &checkpoint->settings;
    bool seed_differs = options_given(options, "seed") && options->seed != saved->seed;
    if (!check_same(options, "batch", (double)options->batch, (double)saved->batch_size, error) ||
        !check_same(options, "lr", options->learning_rate, saved->learning_rate, error) ||
        !check_same(options, "train-limit", (double)options->train_limit,
                    (double)checkpoint->train_images, error))
        return false;
    if (options_given(options, "loss") && options->loss != (uint64_t)saved->loss)
        return error_set(error, "--loss: expected %s, as in %s, found the other",
                         saved->loss == LOSS_LOGITS ? "logits" : "tutorial", options->resume);
    if (seed_differs)
        return error_set(error, "--seed: expected %" PRIu64 ", as in %s, found %" PRIu64,
                         saved->seed, options->resume, options->seed);
    uint64_t begun = checkpoint->epoch + (checkpoint->batch > 0 ? 1 : 0);
    if (options_given(options, "epochs") && options->epochs < begun)
        return error_set(
            error, "--epochs: expected at least %" PRIu64 ", which %s has begun, found %" PRIu64,
            begun, options->resume, options->epochs);
    training->settings = *saved;
    if (options_given(options, "epochs"))
        training->settings.epochs = (size_t)options->epochs;
    training->train_limit = (size_t)checkpoint->train_images;
    return true;
}

static bool choose_settings(Training *training, Error *error) {
    const Options *options = training->options;
    training->train_limit = (size_t)options->train_limit;
    training->settings = (TrainerSettings){
        .epochs = (size_t)options->epochs,
        .batch_size = (size_t)options->batch,
        .learning_rate = options->learning_rate,
        .seed = options->seed,
        .loss = options->loss == 0 ? LOSS_TUTORIAL : LOSS_LOGITS,
    };
    if (!options->resume)
        return true;
    training->checkpoint = calloc(1, sizeof *training->checkpoint);
    if (!training->checkpoint)
        return error_set(error, "%s: expected memory to read it, found less", options->resume);
    return checkpoint_load(options->resume, training->checkpoint, error) &&
           resume_settings(training, error);
}

// One thread loads what is trained on, another what is tested on.
static void load_share(void *context, size_t thread) {
    Training *training = context;
    const Options *options = training->options;
    const char *folder = choose_folder(options);
    if (thread == 0)
        training->loaded[0] = training->settings.epochs == 0 ||
                              dataset_load(folder, DATASET_TRAIN, training->train_limit,
                                           &training->train, &training->errors[0]);
    if (thread == (training->threads > 1 ? 1 : 0))
        training->loaded[1] = dataset_load(folder, DATASET_TEST, (size_t)options->test_limit,
                                           &training->test, &training->errors[1]);
}

static bool load_data(Training *training, Error *error) {
    team_run(training->team, load_share, training);
    for (int i = 0; i < 2; i++) {
        if (!training->loaded[i]) {
            *error = training->errors[i];
            return false;
        }
    }
    const Checkpoint *checkpoint = training->checkpoint;
    if ((!checkpoint && !training->options->checkpoint) || training->train.count == 0)
        return true;
    training->train_checksum = dataset_checksum(&training->train);
    if (checkpoint && (training->train.count != checkpoint->train_images ||
                       training->train_checksum != checkpoint->train_checksum))
        return error_set(error,
                         "%s: expected the %" PRIu64 " images that %s was trained on, "
                         "found others",
                         training->train.images_path, checkpoint->train_images,
                         training->options->resume);
    return true;
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
    const Dataset *train = training->train.count > 0 ? &training->train : NULL;
    if (!trainer_create(&training->trainer, &training->settings, training->team, train,
                        &training->test, report, training, error) ||
        (options->load && !load_parameters(training, error)))
        return false;
    if (options->resume)
        checkpoint_give(training->checkpoint, &training->trainer);
    console_tell_start(&training->console, &training->settings, training->threads, train,
                       &training->test);
    return true;
}

// All epochs that are left, or until a signal; checkpoints come after the same batches, resumed or
// not.
static bool train_epochs(Training *training, Error *error) {
    Trainer *trainer = &training->trainer;
    size_t every = (size_t)training->options->checkpoint_every;
    while (!caught && trainer->epoch < training->settings.epochs) {
        size_t most = every > 0 ? every - trainer->batch % every : 0;
        if (!trainer_train(trainer, most, error))
            return false;
        if (training->writer &&
            !checkpoint_writer_write(training->writer, trainer, training->train_checksum, error))
            return false;
    }
    return true;
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
    const TrainerSettings *settings = &training->settings;
    NetworkParameters *parameters = malloc(sizeof *parameters);
    TensorsPair pairs[] = {
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
    snprintf(pairs[8].text, size, "%.17g", figures_accuracy(&training->tested) / 100.0);
    snprintf(pairs[9].text, size, "%zu of %zu", training->tested.right, training->tested.images);
    trainer_parameters(&training->trainer, parameters);
    bool saved =
        model_save(training->options->save, parameters, pairs, sizeof pairs / sizeof *pairs, error);
    free(parameters);
    return saved;
}

static bool finish(Training *training, int *stopped_by, Error *error) {
    if (caught && training->trainer.epoch < training->settings.epochs) {
        *stopped_by = caught;
        console_tell_stop(&training->console, &training->trainer, training->options->checkpoint);
        return true;
    }
    trainer_test(&training->trainer);
    return !training->options->save || save_model(training, error);
}

static bool run(Training *training, int *stopped_by, Error *error) {
    if (!check_outputs(training->options, error) || !choose_settings(training, error))
        return false;
    training->team = team_create(training->threads, error);
    if (!training->team || !load_data(training, error) || !begin(training, error))
        return false;
    bool done = train(training, error);
    progress_erase(&training->progress);
    if (!done || !finish(training, stopped_by, error))
        return false;
    console_tell_end(&training->console);
    return true;
}

bool training_run(const Options *options, int *stopped_by, Error *error) {
    Training *training = calloc(1, sizeof *training);
    if (!training)
        return error_set(error, "expected memory for a run, found less");
    matmul_use_one_thread();
    training->options = options;
    training->threads = choose_threads(options);
    training->console.quiet = options->quiet;
    training->progress = progress_begin(!options->quiet);
    bool done = run(training, stopped_by, error);
    trainer_destroy(&training->trainer);
    dataset_destroy(&training->train);
    dataset_destroy(&training->test);
    team_destroy(training->team);
    free(training->checkpoint);
    free(training);
    return done;
}
