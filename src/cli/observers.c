#include "cli/observers.h"

#include "train/prediction.h"

#include <stdlib.h>

Observers observers_create(const Options *options, const Environment *environment) {
    return (Observers){
        .options = options,
        .environment = environment,
        .progress = progress_begin(!options->quiet),
        .console = {.quiet = options->quiet},
        .log = {.descriptor = -1},
    };
}

void observers_destroy(Observers *observers) {
    Error ignored; // told before, where it matters
    log_finish(&observers->log, &ignored);
    free(observers->epochs);
    *observers = (Observers){.log = {.descriptor = -1}};
}

static bool begin_log(Observers *observers, const Trainer *trainer, const Dataset *train,
                      const Dataset *test, Error *error) {
    const Options *options = observers->options;
    LogRun run = {
        .settings = trainer_config(trainer),
        .environment = observers->environment,
        .train = train,
        .test = test,
        .loaded = options->load,
        .resumed = options->resume,
    };
    return !options->log || log_begin(&observers->log, options->log, &run, error);
}

static bool begin_report(Observers *observers, const Trainer *trainer, const Dataset *train,
                         const Dataset *test, Error *error) {
    const Options *options = observers->options;
    size_t left = trainer_config(trainer)->epochs - trainer_progress(trainer)->epoch;
    if (!options->report)
        return true;
    observers->epochs = calloc(left > 0 ? left : 1, sizeof *observers->epochs);
    if (!observers->epochs)
        return error_set(error, "%s: expected memory for %zu epochs, found less", options->report,
                         left);
    observers->report = (Report){
        .settings = trainer_config(trainer),
        .environment = observers->environment,
        .train = train,
        .test = test,
        .epochs = observers->epochs,
        .first_epoch = trainer_progress(trainer)->epoch,
        .begun_with = options->resume ? options->resume : options->load,
    };
    return true;
}

bool observers_begin(Observers *observers, const Trainer *trainer, const Dataset *train,
                     const Dataset *test, Error *error) {
    if (!begin_report(observers, trainer, train, test, error) ||
        !begin_log(observers, trainer, train, test, error))
        return false;
    console_print_start(&observers->console, trainer_config(trainer),
                        observers->environment->threads, train, test);
    return true;
}

static void note_for_report(Observers *observers, const TrainEvent *event) {
    Report *report = &observers->report;
    if (event->kind == TRAIN_EPOCH_DONE && observers->epochs)
        observers->epochs[report->epoch_count++] = (ReportEpoch){*event->metrics, event->seconds};
    if (event->kind == TRAIN_TEST_DONE) {
        report->tested = *event->metrics;
        report->test_seconds = event->seconds;
    }
}

void observers_on_event(void *context, const TrainEvent *event) {
    Observers *observers = context;
    progress_on_event(&observers->progress, event);
    if (event->kind == TRAIN_BATCH_DONE)
        return;
    console_on_event(&observers->console, event);
    log_on_event(&observers->log, event);
    note_for_report(observers, event);
}

bool observers_write_report(Observers *observers, const NetworkParameters *parameters,
                            const Prediction *predictions, Error *error) {
    observers->report.parameters = parameters;
    observers->report.predictions = predictions;
    return report_write(observers->options->report, &observers->report, error);
}

bool observers_finish(Observers *observers, Error *error) {
    if (!log_finish(&observers->log, error))
        return false;
    console_print_end(&observers->console);
    return console_finish(&observers->console, error);
}

bool observers_stop(Observers *observers, const Trainer *trainer, int signal, Error *error) {
    progress_erase(&observers->progress);
    console_print_stop(&observers->console, trainer_progress(trainer),
                       trainer_epoch_batches(trainer), observers->options->checkpoint);
    log_write_stop(&observers->log, trainer_progress(trainer), signal);
    return log_finish(&observers->log, error) && console_finish(&observers->console, error);
}

void observers_fail(Observers *observers, const Error *error) {
    progress_erase(&observers->progress);
    log_write_error(&observers->log, error);
}
