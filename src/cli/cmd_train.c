#include "cli/cmd_train.h"

#include "base/cpu.h"
#include "base/memory.h"
#include "base/simd.h"
#include "base/thread_pool.h"
#include "cli/observers.h"
#include "cli/output_files.h"
#include "cli/signals.h"
#include "cli/train_config.h"
#include "data/class_names.h"
#include "data/dataset.h"
#include "nn/gemm.h"
#include "report/environment.h"
#include "report/image_grid.h"
#include "report/notices.h"
#include "train/checkpoint.h"
#include "train/checkpoint_writer.h"
#include "train/model.h"
#include "train/trainer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const Options *options;
    Environment environment;
    TrainConfig config;
    TrainState *resumed; // the checkpoint that the run continues from, or NULL
    ThreadPool *pool;
    size_t limits[DATASET_SPLITS]; // images to use; 0: all
    Dataset train;                 // empty if neither training nor the grid needs it
    Dataset test;
    DatasetId ids[DATASET_SPLITS]; // for checkpoints
    Trainer *trainer;
    ClassNames classes; // set if there are --classes
    Observers observers;
    CheckpointWriter *writer; // or NULL
    bool has_written_checkpoint;
    Metrics test_metrics;
    Prediction *test_predictions; // (test images) for a report, or NULL
} TrainCommand;

static void on_event(void *context, const TrainEvent *event) {
    TrainCommand *command = context;
    observers_on_event(&command->observers, event);
    if (signals_pending())
        trainer_request_stop(command->trainer);
}

// Threads beyond the number of shards would be idle.
static size_t choose_threads(const Options *options) {
    size_t wanted = options->threads > 0 ? (size_t)options->threads : cpu_count();
    return wanted < NETWORK_SHARDS ? wanted : NETWORK_SHARDS;
}

static bool choose_config(TrainCommand *command, Error *error) {
    const char *path = command->options->resume;
    if (path) {
        command->resumed = memory_alloc(1, sizeof *command->resumed, path, error);
        if (!command->resumed || !checkpoint_load(path, command->resumed, error))
            return false;
    }
    return train_config_choose(command->options, command->resumed, &command->config,
                               command->limits, error);
}

static bool check_same_data(const TrainCommand *command, const Dataset *dataset, const char *done,
                            const DatasetId *found, const DatasetId *expected, Error *error) {
    if (found->images == expected->images && found->checksum == expected->checksum)
        return true;
    return error_set(error, "%s: expected the %" PRIu64 " images that %s was %s on, found others",
                     dataset->images_path, expected->images, command->options->resume, done);
}

// Sets command->ids if checkpoints need them. A resumed run needs the data that it began with.
static bool identify_data(TrainCommand *command, Error *error) {
    const TrainState *resumed = command->resumed;
    DatasetId *train = &command->ids[DATASET_TRAIN];
    DatasetId *test = &command->ids[DATASET_TEST];
    if ((!resumed && !command->options->checkpoint) || command->train.count == 0)
        return true;
    *train = dataset_id(&command->train);
    *test = dataset_id(&command->test);
    return !resumed ||
           (check_same_data(command, &command->train, "trained", train, &resumed->train, error) &&
            check_same_data(command, &command->test, "tested", test, &resumed->test, error));
}

static bool load_data(TrainCommand *command, Error *error) {
    const Options *options = command->options;
    bool needs_train = command->config.epochs > 0 || options->grid;
    if (!dataset_load_both(dataset_default_dir(options->data), command->limits,
                           needs_train ? &command->train : NULL, &command->test, command->pool,
                           error))
        return false;
    return output_files_check_data(options, &command->train, error) &&
           output_files_check_data(options, &command->test, error) && identify_data(command, error);
}

static bool write_grid(const TrainCommand *command, Error *error) {
    const TrainConfig *config = &command->config;
    const char *path = command->options->grid;
    return !path || image_grid_write_first_batch(path, &command->train, config->batch_size,
                                                 &config->transforms, config->seed, error);
}

static bool load_parameters(TrainCommand *command, Error *error) {
    const char *path = command->options->load;
    NetworkParameters *parameters = memory_alloc(1, sizeof *parameters, path, error);
    bool loaded = parameters && model_load(path, parameters, error);
    if (loaded)
        trainer_set_parameters(command->trainer, parameters);
    free(parameters);
    return loaded;
}

// Returns the training set, or NULL if the run trains nothing.
static const Dataset *training_set(const TrainCommand *command) {
    return command->config.epochs > 0 ? &command->train : NULL;
}

static bool create_trainer(TrainCommand *command, Error *error) {
    const Options *options = command->options;
    command->trainer = trainer_create(&command->config, command->pool, training_set(command),
                                      &command->test, on_event, command, error);
    if (!command->trainer || (options->load && !load_parameters(command, error)))
        return false;
    if (command->resumed)
        trainer_restore(command->trainer, command->resumed);
    if (options->report)
        command->test_predictions = memory_alloc(
            command->test.count, sizeof *command->test_predictions, options->report, error);
    return !options->report || command->test_predictions;
}

// Prints reasons why the run is slow or its last bits differ from those of another run.
static void print_notices(const TrainCommand *command) {
    const TrainState *resumed = command->resumed;
    const char *kernel = trainer_kernel(&command->config);
    if (command->options->quiet)
        return;
    if (command->config.is_reproducible)
        notices_print_slow_reproducible(simd_has_fma());
    else if (resumed && *resumed->kernel && strcmp(resumed->kernel, kernel) != 0)
        notices_print_other_kernel(resumed->kernel, kernel);
}

static bool begin_observers(TrainCommand *command, Error *error) {
    command->environment.blas =
        command->config.is_reproducible ? "none: ordered products" : gemm_library();
    command->environment.kernel = trainer_kernel(&command->config);
    print_notices(command);
    const RunInfo run = {
        .config = &command->config,
        .environment = &command->environment,
        .train = training_set(command),
        .test = &command->test,
        .loaded = command->options->load,
        .resumed = command->options->resume,
        .classes = command->options->classes ? &command->classes : NULL,
        .first_epoch = trainer_progress(command->trainer)->epoch,
    };
    return observers_begin(&command->observers, &run, error);
}

static bool write_checkpoint(TrainCommand *command, Error *error) {
    command->has_written_checkpoint = true;
    return checkpoint_writer_write(command->writer, command->trainer, error);
}

static bool is_trained(const TrainCommand *command) {
    return trainer_progress(command->trainer)->epoch >= command->config.epochs;
}

// Trains until the last epoch is complete or a signal is pending. Checkpoints are written after the
// same batches of an epoch whether the run was resumed or not. At least one is written.
static bool train_epochs(TrainCommand *command, Error *error) {
    size_t every = (size_t)command->options->checkpoint_every;
    while (!signals_pending() && !is_trained(command)) {
        size_t batch = trainer_progress(command->trainer)->batch;
        size_t max_batches = every > 0 ? every - batch % every : 0;
        if (!trainer_train(command->trainer, max_batches, error))
            return false;
        if (command->writer && !write_checkpoint(command, error))
            return false;
    }
    return !command->writer || command->has_written_checkpoint || write_checkpoint(command, error);
}

static bool train(TrainCommand *command, Error *error) {
    const char *path = command->options->checkpoint;
    signals_catch();
    if (!path)
        return train_epochs(command, error);
    command->writer = checkpoint_writer_create(path, &command->ids[DATASET_TRAIN],
                                               &command->ids[DATASET_TEST], error);
    if (!command->writer)
        return false;
    bool trained = train_epochs(command, error);
    Error writer_error;
    bool written = checkpoint_writer_finish(command->writer, &writer_error);
    if (trained && !written)
        *error = writer_error;
    return trained && written;
}

static bool write_results(TrainCommand *command, Error *error) {
    const Options *options = command->options;
    NetworkParameters *parameters = memory_alloc(1, sizeof *parameters, "results", error);
    if (!parameters)
        return false;
    trainer_get_parameters(command->trainer, parameters);
    bool written = (!options->save || model_save(options->save, parameters, &command->config,
                                                 &command->test_metrics, error)) &&
                   (!options->report || observers_write_report(&command->observers, parameters,
                                                               command->test_predictions, error));
    free(parameters);
    return written;
}

static bool finish(TrainCommand *command, int *signal_number, Error *error) {
    if (signals_pending() && !is_trained(command)) {
        *signal_number = signals_pending();
        return observers_stop(&command->observers, command->trainer, *signal_number, error);
    }
    return trainer_test(command->trainer, &command->test_metrics, command->test_predictions,
                        error) &&
           write_results(command, error) && observers_finish(&command->observers, error);
}

static bool run(TrainCommand *command, int *signal_number, Error *error) {
    const char *classes = command->options->classes;
    if (!output_files_check_writable(command->options, error) ||
        (classes && !class_names_read(classes, &command->classes, error)) ||
        !choose_config(command, error))
        return false;
    command->pool = thread_pool_create(command->environment.threads, error);
    return command->pool && load_data(command, error) && write_grid(command, error) &&
           create_trainer(command, error) && begin_observers(command, error) &&
           train(command, error) && finish(command, signal_number, error);
}

bool cmd_train(const Options *options, int argument_count, char *const *arguments,
               int *signal_number, Error *error) {
    TrainCommand *command = memory_alloc(1, sizeof *command, "run", error);
    if (!command)
        return false;
    gemm_use_one_thread();
    command->options = options;
    command->environment = (Environment){
        .threads = choose_threads(options),
        .argument_count = argument_count,
        .arguments = arguments,
    };
    environment_detect(&command->environment);
    command->observers = observers_create(&(ObserversConfig){
        .is_quiet = options->quiet,
        .log = options->log,
        .report = options->report,
        .checkpoint = options->checkpoint,
    });
    bool done = run(command, signal_number, error);
    if (!done)
        observers_fail(&command->observers, error);
    observers_destroy(&command->observers);
    trainer_destroy(command->trainer);
    free(command->test_predictions);
    dataset_destroy(&command->train);
    dataset_destroy(&command->test);
    thread_pool_destroy(command->pool);
    free(command->resumed);
    free(command);
    return done;
}
