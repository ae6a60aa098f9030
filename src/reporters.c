#include "reporters.h"

#include "predict.h"

#include <stdlib.h>

Reporters reporters_create(const Options *options, const Environment *environment) {
    return (Reporters){
        .options = options,
        .environment = environment,
        .progress = progress_begin(!options->quiet),
        .console = {.quiet = options->quiet},
        .log = {.descriptor = -1},
    };
}

void reporters_destroy(Reporters *reporters) {
    Error ignored; // told before, where it matters
    log_finish(&reporters->log, &ignored);
    free(reporters->epochs);
    *reporters = (Reporters){.log = {.descriptor = -1}};
}

static bool begin_log(Reporters *reporters, const Trainer *trainer, const Dataset *train,
                      const Dataset *test, Error *error) {
    const Options *options = reporters->options;
    LogRun run = {
        .settings = &trainer->settings,
        .environment = reporters->environment,
        .train = train,
        .test = test,
        .loaded = options->load,
        .resumed = options->resume,
    };
    return !options->log || log_begin(&reporters->log, options->log, &run, error);
}

static bool begin_report(Reporters *reporters, const Trainer *trainer, const Dataset *train,
                         const Dataset *test, Error *error) {
    const Options *options = reporters->options;
    size_t left = trainer->settings.epochs - trainer->epoch;
    if (!options->report)
        return true;
    reporters->epochs = calloc(left > 0 ? left : 1, sizeof *reporters->epochs);
    if (!reporters->epochs)
        return error_set(error, "%s: expected memory for %zu epochs, found less", options->report,
                         left);
    reporters->report = (Report){
        .settings = &trainer->settings,
        .environment = reporters->environment,
        .train = train,
        .test = test,
        .epochs = reporters->epochs,
        .first_epoch = trainer->epoch,
        .begun_with = options->resume ? options->resume : options->load,
    };
    return true;
}

bool reporters_begin(Reporters *reporters, const Trainer *trainer, const Dataset *train,
                     const Dataset *test, Error *error) {
    if (!begin_report(reporters, trainer, train, test, error) ||
        !begin_log(reporters, trainer, train, test, error))
        return false;
    console_tell_start(&reporters->console, &trainer->settings, reporters->environment->threads,
                       train, test);
    return true;
}

static void note_for_report(Reporters *reporters, const TrainerEvent *event) {
    Report *report = &reporters->report;
    if (event->kind == TRAINER_EPOCH_DONE && reporters->epochs)
        reporters->epochs[report->epoch_count++] = (ReportEpoch){*event->figures, event->seconds};
    if (event->kind == TRAINER_TEST_DONE) {
        report->tested = *event->figures;
        report->test_seconds = event->seconds;
    }
}

void reporters_listen(void *context, const TrainerEvent *event) {
    Reporters *reporters = context;
    progress_listen(&reporters->progress, event);
    if (event->kind == TRAINER_BATCH_DONE)
        return;
    console_listen(&reporters->console, event);
    log_listen(&reporters->log, event);
    note_for_report(reporters, event);
}

const Figures *reporters_tested(const Reporters *reporters) {
    return &reporters->report.tested;
}

static bool write_report(Reporters *reporters, const Trainer *trainer, Team *team, Error *error) {
    Report *report = &reporters->report;
    const char *path = reporters->options->report;
    NetworkParameters *parameters = malloc(sizeof *parameters);
    Prediction *predictions = calloc(report->test->count, sizeof *predictions);
    bool written = parameters && predictions;
    if (!written)
        error_set(error, "%s: expected memory for predictions, found less", path);
    if (parameters)
        trainer_parameters(trainer, parameters);
    report->parameters = parameters;
    report->predictions = predictions;
    written = written && predict_images(parameters, report->test, team, predictions, error) &&
              report_write(path, report, error);
    free(parameters);
    free(predictions);
    return written;
}

bool reporters_finish(Reporters *reporters, const Trainer *trainer, Team *team, Error *error) {
    if (reporters->options->report && !write_report(reporters, trainer, team, error))
        return false;
    if (!log_finish(&reporters->log, error))
        return false;
    console_tell_end(&reporters->console);
    return console_finish(&reporters->console, error);
}

bool reporters_stop(Reporters *reporters, const Trainer *trainer, int signal, Error *error) {
    progress_erase(&reporters->progress);
    console_tell_stop(&reporters->console, trainer, reporters->options->checkpoint);
    log_tell_stop(&reporters->log, trainer, signal);
    return log_finish(&reporters->log, error) && console_finish(&reporters->console, error);
}

void reporters_fail(Reporters *reporters, const Error *error) {
    progress_erase(&reporters->progress);
    log_tell_error(&reporters->log, error);
}
