#include "cli/observers.h"

Observers observers_create(const ObserversConfig *config) {
    return (Observers){
        .config = *config,
        .progress = progress_begin(!config->is_quiet),
        .console = {.is_quiet = config->is_quiet},
        .log = {.descriptor = -1},
    };
}

void observers_destroy(Observers *observers) {
    Error ignored; // reported by observers_finish and observers_stop
    log_finish(&observers->log, &ignored);
    report_destroy(&observers->report);
    *observers = (Observers){.log = {.descriptor = -1}};
}

bool observers_begin(Observers *observers, const RunInfo *run, Error *error) {
    const ObserversConfig *config = &observers->config;
    if (config->report && !report_begin(&observers->report, config->report, run, error))
        return false;
    if (config->log && !log_begin(&observers->log, config->log, run, error))
        return false;
    console_print_start(&observers->console, run);
    return true;
}

void observers_on_event(void *context, const TrainEvent *event) {
    Observers *observers = context;
    progress_on_event(&observers->progress, event);
    if (event->kind == TRAIN_BATCH_DONE)
        return;
    console_on_event(&observers->console, event);
    log_on_event(&observers->log, event);
    report_on_event(&observers->report, event);
}

bool observers_write_report(Observers *observers, const NetworkParameters *parameters,
                            const Prediction *predictions, Error *error) {
    return report_write(&observers->report, parameters, predictions, error);
}

bool observers_finish(Observers *observers, Error *error) {
    if (!log_finish(&observers->log, error))
        return false;
    console_print_summary(&observers->console);
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
