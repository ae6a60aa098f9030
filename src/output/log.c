#include "output/log.h"

#include "base/number.h"
#include "base/text.h"
#include "io/atomic_file.h"
#include "train/settings.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// Longer than any line, so that a line is written in one piece.
static char line_buffer[1 << 16];

static void begin_line(Log *log, const char *event) {
    log->line_begin = ftell(log->file);
    fprintf(log->file, "{\"event\":\"%s\"", event);
}

// Returns whether the path is a device, a pipe, or the file that receives stdout or stderr.
static bool is_irreplaceable(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0 || S_ISDIR(status.st_mode))
        return false;
    return !S_ISREG(status.st_mode) || atomic_file_stdio_fd(path) >= 0;
}

// After an error, a file loses the part of a line that was written; closing may write more of it.
static void close_file(Log *log) {
    if (fclose(log->file) != 0 && log->error == 0)
        log->error = errno;
    log->file = NULL;
    if (log->error != 0 && log->line_begin >= 0 && !is_irreplaceable(log->path))
        (void)!truncate(log->path, log->line_begin);
}

// After an error no more lines are written.
static void end_line(Log *log) {
    fputs("}\n", log->file);
    if (fflush(log->file) == 0 && !ferror(log->file))
        return;
    log->error = errno;
    close_file(log);
}

static void put_text(FILE *file, const char *key, const char *text) {
    fprintf(file, ",\"%s\":", key);
    if (text)
        text_put_json(file, text);
    else
        fputs("null", file);
}

static void put_number(FILE *file, const char *before, double number) {
    char text[NUMBER_TEXT];
    fprintf(file, "%s%s", before, number_format(number, text));
}

static void put_dataset(FILE *file, const char *key, const Dataset *dataset) {
    fprintf(file, ",\"%s\":", key);
    if (!dataset) {
        fputs("null", file);
        return;
    }
    fprintf(file, "{\"count\":%zu", dataset->count);
    put_text(file, "images", dataset->images_path);
    put_text(file, "labels", dataset->labels_path);
    fputc('}', file);
}

static void put_transforms(FILE *file, const Transforms *transforms) {
    fputc('[', file);
    for (size_t i = 0; i < transforms->count; i++) {
        const Transform *transform = &transforms->list[i];
        fprintf(file, "%s{\"name\":\"%s\"", i > 0 ? "," : "", transforms_name(transform->kind));
        put_number(file, ",\"amount\":", transform->parameter);
        fputc('}', file);
    }
    fputc(']', file);
}

static void put_config(FILE *file, const TrainConfig *config) {
    for (size_t i = 0; i < SETTINGS; i++) {
        char text[SETTING_TEXT];
        const char *value = setting_format(&settings[i], config, text);
        fprintf(file, ",\"%s\":", settings[i].key);
        if (settings[i].type == SETTING_TRANSFORMS)
            put_transforms(file, &config->transforms);
        else if (settings[i].type == SETTING_LOSS)
            text_put_json(file, value);
        else
            fputs(value, file);
    }
}

static void put_environment(FILE *file, const Environment *environment) {
    RunFields fields = run_info_fields(environment);
    for (size_t i = 0; i < RUN_FIELDS; i++) {
        if (fields.list[i].text)
            put_text(file, fields.list[i].key, fields.list[i].text);
        else
            fprintf(file, ",\"%s\":%zu", fields.list[i].key, fields.list[i].number);
    }
    put_text(file, "folder", environment->working_dir);
    fputs(",\"command\":[", file);
    for (int i = 0; i < environment->argument_count; i++) {
        fputs(i > 0 ? "," : "", file);
        text_put_json(file, environment->arguments[i]);
    }
    fputs("],\"variables\":[", file);
    for (size_t i = 0; environment->variables[i]; i++) {
        fputs(i > 0 ? "," : "", file);
        text_put_json(file, environment->variables[i]);
    }
    fputc(']', file);
}

// Writes the members "tutorial", "exact" and "seconds" of an epoch or a test. A test has no loss.
static void put_results(FILE *file, const Metrics *metrics, bool is_test, double seconds) {
    fputs("\"tutorial\":{", file);
    if (!is_test)
        put_number(file, "\"loss\":", metrics_tutorial_loss(metrics));
    put_number(file,
               is_test ? "\"accuracy\":" : ",\"accuracy\":", metrics_tutorial_accuracy(metrics));
    fputs("},\"exact\":{", file);
    if (!is_test)
        put_number(file, "\"loss\":", metrics_loss(metrics));
    fprintf(file, "%s\"right\":%zu,\"images\":%zu", is_test ? "" : ",", metrics->correct,
            metrics->images);
    put_number(file, ",\"accuracy\":", metrics_accuracy(metrics));
    if (is_test)
        put_number(file, ",\"margin\":", metrics_accuracy_margin(metrics));
    put_number(file, "},\"seconds\":", seconds);
}

bool log_can_begin(const char *path, Error *error) {
    if (is_irreplaceable(path))
        return access(path, W_OK) == 0 || error_errno(error, "write", path);
    return atomic_file_check(path, error);
}

// Adds a newline to a last line that has none, as after a crash.
static void end_last_line(FILE *file) {
    const bool is_cut = fseek(file, -1, SEEK_END) == 0 && fgetc(file) != '\n';
    fseek(file, 0, SEEK_END);
    if (is_cut)
        fputc('\n', file);
}

bool log_begin(Log *log, const char *path, const RunInfo *run, Error *error) {
    // A second descriptor would write over the output of stdout: it has its own file offset.
    const int output = atomic_file_stdio_fd(path);
    const bool is_continued = run->resumed && !is_irreplaceable(path);
    *log = (Log){.path = path};
    log->file = output >= 0 ? fdopen(dup(output), "w") : fopen(path, is_continued ? "a+" : "w");
    if (!log->file)
        return error_errno(error, "write", path);
    setvbuf(log->file, line_buffer, _IOFBF, sizeof line_buffer);
    if (is_continued)
        end_last_line(log->file);
    begin_line(log, "run");
    put_environment(log->file, run->environment);
    put_config(log->file, run->config);
    put_text(log->file, "loaded", run->loaded);
    put_text(log->file, "resumed", run->resumed);
    put_dataset(log->file, "train", run->train);
    put_dataset(log->file, "test", run->test);
    end_line(log);
    return log->error == 0 || log_finish(log, error);
}

void log_on_event(Log *log, const TrainEvent *event) {
    const bool is_epoch = event->kind == TRAIN_EPOCH_DONE;
    if (!log->file || event->kind == TRAIN_BATCH_DONE)
        return;
    begin_line(log, is_epoch ? "epoch" : "test");
    if (is_epoch)
        fprintf(log->file, ",\"epoch\":%zu", event->epoch);
    fputc(',', log->file);
    put_results(log->file, event->metrics, !is_epoch, event->seconds);
    if (event->test) {
        fputs(",\"test\":{", log->file);
        put_results(log->file, event->test, true, event->test_seconds);
        fputc('}', log->file);
    }
    end_line(log);
}

void log_write_stop(Log *log, const TrainProgress *progress, int signal_number) {
    if (!log->file)
        return;
    begin_line(log, "stop");
    fprintf(log->file, ",\"signal\":%d,\"epoch\":%zu,\"batch\":%zu", signal_number, progress->epoch,
            progress->batch);
    end_line(log);
}

void log_write_error(Log *log, const Error *error) {
    if (!log->file)
        return;
    begin_line(log, "error");
    put_text(log->file, "text", error->text);
    end_line(log);
}

bool log_finish(Log *log, Error *error) {
    if (log->file)
        close_file(log);
    errno = log->error;
    return log->error == 0 || error_errno(error, "write", log->path);
}
