#include "base/error.h"
#include "base/number.h"
#include "base/simd.h"
#include "base/system.h"
#include "base/thread_pool.h"
#include "commands.h"
#include "data/class_names.h"
#include "data/dataset.h"
#include "nn/gemm.h"
#include "output/console.h"
#include "output/log.h"
#include "output/preview.h"
#include "output/print.h"
#include "output/progress.h"
#include "output/report.h"
#include "output_files.h"
#include "train/checkpoint.h"
#include "train/model.h"
#include "train/trainer.h"
#include "train_config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// A run and what hears of it.
typedef struct {
    const Options *options;
    Environment environment;
    TrainConfig config;
    TrainState *state;           // of the checkpoint that is read or written; NULL if there is none
    DatasetId train_id, test_id; // of the data, for the checkpoint
    Dataset train;               // empty if neither training nor the grid needs it
    Dataset test;
    ClassNames classes;
    ThreadPool *pool;
    Trainer *trainer;
    NetworkParameters parameters; // initial ones of --load; trained ones
    Prediction *predictions;      // (test images) for a report, or NULL
    Progress progress;
    Console console;
    Log log;
    Report report;
} Run;

static volatile sig_atomic_t pending_signal; // the last one caught, or 0

static void on_signal(int number) {
    pending_signal = number;
}

// Catches the first SIGINT, SIGTERM, SIGXCPU (the limit of processor time) and SIGHUP; a second
// signal of the same number has its default effect. SIGHUP stays ignored if it is ignored already,
// as under nohup.
static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    struct sigaction old;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGXCPU, &action, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

static bool on_event(void *context, const TrainEvent *event) {
    Run *run = context;
    progress_on_event(&run->progress, event);
    console_on_event(&run->console, event);
    log_on_event(&run->log, event);
    report_on_event(&run->report, event);
    return pending_signal == 0;
}

static bool choose_config(Run *run, size_t limits[DATASET_SPLITS], Error *error) {
    const Options *options = run->options;
    const char *file = options->resume ? options->resume : options->checkpoint;
    if (file && !(run->state = memory_alloc(1, sizeof *run->state, file, error)))
        return false;
    if (options->resume && !checkpoint_load(options->resume, run->state, error))
        return false;
    return train_config_choose(options, options->resume ? run->state : NULL, &run->config, limits,
                               error);
}

// A resumed run needs the data that it began with. done: what the run did with them.
static bool check_same_data(const Run *run, const Dataset *dataset, const char *done,
                            const DatasetId *found, const DatasetId *expected, Error *error) {
    return (found->images == expected->images && found->checksum == expected->checksum) ||
           error_set(error, "%s: expected the %" PRIu64 " images that %s was %s on, found others",
                     dataset->images_path, expected->images, run->options->resume, done);
}

static bool load_data(Run *run, const size_t limits[DATASET_SPLITS], Error *error) {
    const Options *options = run->options;
    const bool needs_train = run->config.epochs > 0 || options->grid;
    if (!dataset_load(dataset_default_dir(options->data), limits, needs_train ? &run->train : NULL,
                      &run->test, run->pool, error) ||
        !output_files_check_data(options, &run->train, error) ||
        !output_files_check_data(options, &run->test, error))
        return false;
    if (run->state && needs_train) {
        const TrainState *old = run->state;
        run->train_id = dataset_id(&run->train);
        run->test_id = dataset_id(&run->test);
        if (options->resume &&
            (!check_same_data(run, &run->train, "trained", &run->train_id, &old->train, error) ||
             !check_same_data(run, &run->test, "tested", &run->test_id, &old->test, error)))
            return false;
    }
    return !options->grid || preview_write_grid(options->grid, &run->train, &run->config, error);
}

// Returns the training set, or NULL if the run trains nothing.
static const Dataset *training_set(const Run *run) {
    return run->config.epochs > 0 ? &run->train : NULL;
}

static bool create_trainer(Run *run, Error *error) {
    const Options *options = run->options;
    if (options->load && !model_load(options->load, &run->parameters, error))
        return false;
    run->trainer = trainer_create(&run->config, run->pool, training_set(run), &run->test, on_event,
                                  run, error);
    if (!run->trainer)
        return false;
    if (options->load)
        trainer_set_parameters(run->trainer, &run->parameters);
    if (options->resume)
        trainer_restore(run->trainer, run->state);
    if (options->report)
        run->predictions =
            memory_alloc(run->test.count, sizeof *run->predictions, options->report, error);
    return !options->report || run->predictions;
}

static bool begin_outputs(Run *run, Error *error) {
    const Options *options = run->options;
    const Engine *engine = engine_choose(run->config.is_reproducible);
    run->environment.blas = engine->library();
    run->environment.kernel = engine->kernel();
    const RunInfo info = {
        .config = &run->config,
        .environment = &run->environment,
        .train = training_set(run),
        .test = &run->test,
        .loaded = options->load,
        .resumed = options->resume,
        .classes = options->classes ? &run->classes : NULL,
        .first_epoch = trainer_progress(run->trainer)->epoch,
    };
    if (!options->quiet && run->config.is_reproducible && !simd_has_fma())
        print_stderr("Notice: --reproducible is slow here: the processor has no multiply-add\n");
    if (!options->quiet && !run->config.is_reproducible && options->resume && *run->state->kernel &&
        strcmp(run->state->kernel, info.environment->kernel) != 0)
        print_stderr("Notice: kernel %s, not %s as before: the last bits will differ\n",
                     info.environment->kernel, run->state->kernel);
    if ((options->report && !report_begin(&run->report, options->report, &info, error)) ||
        (options->log && !log_begin(&run->log, options->log, &info, error)))
        return false;
    console_print_start(&run->console, &info);
    return true;
}

static bool write_checkpoint(Run *run, Error *error) {
    trainer_capture(run->trainer, run->state);
    run->state->train = run->train_id;
    run->state->test = run->test_id;
    return checkpoint_save(run->options->checkpoint, run->state, error);
}

// Returns the progress if epochs have been tested, else NULL.
static const TrainProgress *best_test(const Run *run) {
    const TrainProgress *progress = trainer_progress(run->trainer);
    return run->config.tests_every_epoch && progress->epoch > 0 ? progress : NULL;
}

static bool save_best(const Run *run, Error *error) {
    const TrainProgress *best = best_test(run);
    TrainConfig config = run->config;
    if (!best)
        return true;
    config.epochs = best->best_epoch + 1; // a run of so many ends with this network
    return model_save(run->options->save_best, trainer_best(run->trainer), &config,
                      &(Metrics){.images = run->test.count, .correct = best->best_correct}, error);
}

// Trains until the last epoch is complete or a signal is pending. Checkpoints follow the same
// batches of an epoch whether the run was resumed or not. At least one is written. The best network
// is written before the checkpoint that knows of it, and when a run is resumed.
static bool train(Run *run, Error *error) {
    const TrainProgress *progress = trainer_progress(run->trainer);
    const size_t every = (size_t)run->options->checkpoint_every;
    bool has_checkpoint = !run->options->checkpoint;
    if (run->options->save_best && !save_best(run, error))
        return false;
    while (pending_signal == 0 && progress->epoch < run->config.epochs) {
        if (!trainer_train(run->trainer, every > 0 ? every - progress->batch % every : 0, error))
            return false;
        const bool is_best = progress->batch == 0 && progress->best_epoch + 1 == progress->epoch;
        if (run->options->save_best && is_best && !save_best(run, error))
            return false;
        if (run->options->checkpoint && !write_checkpoint(run, error))
            return false;
        has_checkpoint = true;
    }
    return has_checkpoint || write_checkpoint(run, error);
}

static bool test_and_save(Run *run, Error *error) {
    const Options *options = run->options;
    Metrics metrics;
    if (!trainer_test(run->trainer, &metrics, run->predictions, error))
        return false;
    trainer_get_parameters(run->trainer, &run->parameters);
    if ((options->save &&
         !model_save(options->save, &run->parameters, &run->config, &metrics, error)) ||
        (options->report &&
         !report_write(&run->report, &run->parameters, run->predictions, error)) ||
        !log_finish(&run->log, error))
        return false;
    console_print_summary(&run->console, best_test(run));
    return true;
}

// Everything before the first epoch.
static bool prepare(Run *run, Error *error) {
    const char *classes = run->options->classes;
    size_t limits[DATASET_SPLITS]; // images to use; 0: all
    if (!output_files_check_writable(run->options, error) ||
        (classes && !class_names_read(classes, &run->classes, error)) ||
        !choose_config(run, limits, error))
        return false;
    run->pool = thread_pool_create(run->environment.threads, error);
    if (!run->pool || !load_data(run, limits, error) || !create_trainer(run, error) ||
        !begin_outputs(run, error))
        return false;
    catch_signals();
    return true;
}

// After the last epoch, or after a signal, whose number it returns in *signal_number.
static bool finish(Run *run, int *signal_number, Error *error) {
    const TrainProgress *progress = trainer_progress(run->trainer);
    if (progress->epoch >= run->config.epochs)
        return test_and_save(run, error);
    *signal_number = pending_signal;
    progress_erase(&run->progress);
    console_print_stop(&run->console, progress, trainer_epoch_batches(run->trainer),
                       run->options->checkpoint);
    log_write_stop(&run->log, progress, *signal_number);
    return log_finish(&run->log, error);
}

bool cmd_train(const Options *options, int argument_count, char *const *arguments,
               int *signal_number, Error *error) {
    Run *run = memory_alloc(1, sizeof *run, "run", error);
    if (!run)
        return false;
    gemm_use_one_thread();
    // Threads beyond the number of parts would be idle. Whether a resumed run is reproducible is
    // not known yet.
    const size_t wanted = options->threads > 0 ? (size_t)options->threads : cpu_count();
    const size_t parts = options->config.is_reproducible ? ENGINE_MAX_PARTS : gemm_max_threads();
    run->options = options;
    run->environment = (Environment){
        .threads = number_min(wanted, parts),
        .argument_count = argument_count,
        .arguments = arguments,
    };
    environment_detect(&run->environment);
    run->progress = progress_begin(!options->quiet);
    run->console.is_quiet = options->quiet;
    bool done = prepare(run, error) && train(run, error) && finish(run, signal_number, error);
    if (!done) {
        progress_erase(&run->progress);
        log_write_error(&run->log, error);
    }
    Error reported; // by log_finish before
    log_finish(&run->log, &reported);
    report_destroy(&run->report);
    trainer_destroy(run->trainer);
    free(run->predictions);
    dataset_destroy(&run->train);
    dataset_destroy(&run->test);
    thread_pool_destroy(run->pool);
    free(run->state);
    free(run);
    return done;
}
