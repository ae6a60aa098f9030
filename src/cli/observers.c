#include "cli/observers.h"

#include "base/memory.h"

#include <stdlib.h>

Observers observers_create(const ObserversConfig *config) {
    return (Observers){
        .config = *config,
        .progress = progress_begin(!config->quiet),
        .console = {.quiet = config->quiet},
        .log = {.descriptor = -1},
    };
}

void observers_destroy(Observers *observers) {
    Error ignored; // reported by observers_finish and observers_stop
    log_finish(&observers->log, &ignored);
    free(observers->epochs);
    *observers = (Observers){.log = {.descriptor = -1}};
}

static bool begin_report(Observers *observers, const LogRun *run, const Trainer *trainer,
                         Error *error) {
    const char *path = observers->config.report;
    size_t first_epoch = trainer_progress(trainer)->epoch;
    if (!path)
        return true;
    observers->epochs = memory_alloc(trainer_config(trainer)->epochs - first_epoch,
                                     sizeof *observers->epochs, path, error);
    if (!observers->epochs)
        return false;
    observers->report = (Report){
        .settings = run->settings,
        .environment = run->environment,
        .train = run->train,
        .test = run->test,
        .epochs = observers->epochs,
        .first_epoch = first_epoch,
        .begun_with = run->resumed ? run->resumed : run->loaded,
    };
    return true;
}

bool observers_begin(Observers *observers, const LogRun *run, const Trainer *trainer,
                     Error *error) {
    const char *log = observers->config.log;
    if (!begin_report(observers, run, trainer, error) ||
        (log && !log_begin(&observers->log, log, run, error)))
        return false;
    console_print_start(&observers->console, run->settings, run->environment->threads, run->train,
                        run->test);
    return true;
}

static void collect_for_report(Observers *observers, const TrainEvent *event) {
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
    collect_for_report(observers, event);
}

bool observers_write_report(Observers *observers, const NetworkParameters *parameters,
                            const Prediction *predictions, Error *error) {
    observers->report.parameters = parameters;
    observers->report.predictions = predictions;
    return report_write(observers->config.report, &observers->report, error);
}

bool observers_finish(Observers *observers, Error *error) {
    if (!log_finish(&observers->log, error))
        return false;
    console_print_end(&observers->console);
    return console_finish(&observers->console, error);
}

bool observers_stop(Observers *observers, const Trainer *trainer, int signal_number, Error *error) {
    const TrainProgress *progress = trainer_progress(trainer);
    progress_erase(&observers->progress);
    console_print_stop(&observers->console, progress, trainer_epoch_batches(trainer),
                       observers->config.checkpoint);
    log_write_stop(&observers->log, progress, signal_number);
    return log_finish(&observers->log, error) && console_finish(&observers->console, error);
}

void observers_fail(Observers *observers, const Error *error) {
    progress_erase(&observers->progress);
    log_write_error(&observers->log, error);
}
