#include "cli/observers.h"

#include "train/prediction.h"

Observers observers_create(const Options *options, const Environment *environment) {
    return (Observers){
        .options = options,
        .environment = environment,
        .progress = progress_begin(!options->quiet),
        .console = {.is_quiet = options->quiet},
        .log = {.descriptor = -1},
    };
}

void observers_destroy(Observers *observers) {
    Error ignored; // told before, where it matters
    log_finish(&observers->log, &ignored);
    report_destroy(&observers->report);
    *observers = (Observers){.log = {.descriptor = -1}};
}

static RunInfo describe_run(const Observers *observers, const Trainer *trainer,
                            const Dataset *train, const Dataset *test) {
    return (RunInfo){
        .config = trainer_config(trainer),
        .environment = observers->environment,
        .train = train,
        .test = test,
        .loaded = observers->options->load,
        .resumed = observers->options->resume,
        .first_epoch = trainer_progress(trainer)->epoch,
    };
}

bool observers_begin(Observers *observers, const Trainer *trainer, const Dataset *train,
                     const Dataset *test, Error *error) {
    const Options *options = observers->options;
    RunInfo run = describe_run(observers, trainer, train, test);
    if (options->report && !report_begin(&observers->report, options->report, &run, error))
        return false;
    if (options->log && !log_begin(&observers->log, options->log, &run, error))
        return false;
    console_print_start(&observers->console, &run);
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
