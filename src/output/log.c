#include "output/log.h"

#include "base/text.h"
#include "io/atomic_file.h"
#include "train/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A line in memory.
typedef struct {
    FILE *stream; // NULL if memory is short
    char *bytes;  // the caller frees
    size_t size;
} Line;

// Returns false if memory is short.
static bool line_begin(Line *line, const char *event) {
    *line = (Line){0};
    line->stream = open_memstream(&line->bytes, &line->size);
    if (line->stream)
        fprintf(line->stream, "{\"event\":\"%s\"", event);
    return line->stream;
}

// Ends the line, even if line_begin failed. Returns false if memory was short.
static bool line_end(Line *line) {
    if (!line->stream)
        return false;
    fputs("}\n", line->stream);
    bool is_whole = !ferror(line->stream);
    return fclose(line->stream) == 0 && is_whole && line->bytes;
}

static void put_text(Line *line, const char *key, const char *text) {
    fprintf(line->stream, ",\"%s\":", key);
    if (text)
        text_put_json(line->stream, text);
    else
        fputs("null", line->stream);
}

static void put_dataset(Line *line, const char *key, const Dataset *dataset) {
    fprintf(line->stream, ",\"%s\":", key);
    if (!dataset) {
        fputs("null", line->stream);
        return;
    }
    fprintf(line->stream, "{\"count\":%zu", dataset->count);
    put_text(line, "images", dataset->images_path);
    put_text(line, "labels", dataset->labels_path);
    fputc('}', line->stream);
}

static void put_transforms(Line *line, const Transforms *transforms) {
    fputc('[', line->stream);
    for (size_t i = 0; i < transforms->count; i++) {
        const Transform *transform = &transforms->list[i];
        fprintf(line->stream, "%s{\"name\":\"%s\",\"amount\":%.17g}", i > 0 ? "," : "",
                transforms_name(transform->kind), transform->parameter);
    }
    fputc(']', line->stream);
}

static void put_config(Line *line, const TrainConfig *config) {
    for (size_t i = 0; i < SETTINGS; i++) {
        char text[SETTING_TEXT];
        const char *value = setting_format(&settings[i], config, text);
        fprintf(line->stream, ",\"%s\":", settings[i].key);
        if (settings[i].type == SETTING_TRANSFORMS)
            put_transforms(line, &config->transforms);
        else if (settings[i].type == SETTING_LOSS)
            text_put_json(line->stream, value);
        else
            fputs(value, line->stream);
    }
}

static void put_environment(Line *line, const Environment *environment) {
    RunFields fields = run_info_fields(environment);
    for (size_t i = 0; i < RUN_FIELDS; i++) {
        if (fields.list[i].text)
            put_text(line, fields.list[i].key, fields.list[i].text);
        else
            fprintf(line->stream, ",\"%s\":%zu", fields.list[i].key, fields.list[i].number);
    }
    put_text(line, "folder", environment->working_dir);
    fputs(",\"command\":[", line->stream);
    for (int i = 0; i < environment->argument_count; i++) {
        fputs(i > 0 ? "," : "", line->stream);
        text_put_json(line->stream, environment->arguments[i]);
    }
    fputs("],\"variables\":[", line->stream);
    for (size_t i = 0; environment->variables[i]; i++) {
        fputs(i > 0 ? "," : "", line->stream);
        text_put_json(line->stream, environment->variables[i]);
    }
    fputc(']', line->stream);
}

static void put_tutorial(Line *line, const Metrics *metrics, bool is_epoch) {
    fputs(",\"tutorial\":{", line->stream);
    if (is_epoch)
        fprintf(line->stream, "\"loss\":%.17g,", metrics_tutorial_loss(metrics));
    fprintf(line->stream, "\"accuracy\":%.17g}", metrics_tutorial_accuracy(metrics));
}

static void put_exact(Line *line, const Metrics *metrics, bool is_epoch) {
    fputs(",\"exact\":{", line->stream);
    if (is_epoch)
        fprintf(line->stream, "\"loss\":%.17g,", metrics_loss(metrics));
    fprintf(line->stream, "\"right\":%zu,\"images\":%zu,\"accuracy\":%.17g", metrics->correct,
            metrics->images, metrics_accuracy(metrics));
    if (!is_epoch)
        fprintf(line->stream, ",\"margin\":%.17g", metrics_accuracy_margin(metrics));
    fputc('}', line->stream);
}

static bool write_error(const char *path, Error *error) {
    return error_errno(error, "write", path);
}

static bool no_memory(const char *path, Error *error) {
    errno = ENOMEM;
    return write_error(path, error);
}

// If only a part of the line can be written, removes that part.
static bool write_line(const Log *log, const Line *line, Error *error) {
    struct stat before;
    bool is_file = fstat(log->descriptor, &before) == 0 && S_ISREG(before.st_mode);
    size_t done = 0;
    while (done < line->size) {
        ssize_t written = write(log->descriptor, line->bytes + done, line->size - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    if (done == line->size)
        return true;
    int code = errno;
    if (is_file && ftruncate(log->descriptor, before.st_size) != 0)
        code = errno;
    errno = code;
    return write_error(log->path, error);
}

static void write_event(Log *log, Line *line) {
    bool is_whole = line_end(line);
    if (!log->has_failed)
        log->has_failed =
            !(is_whole ? write_line(log, line, &log->error) : no_memory(log->path, &log->error));
    free(line->bytes);
}

// Returns whether the path is a device, a pipe, or the file that receives stdout or stderr.
static bool is_irreplaceable(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0 || S_ISDIR(status.st_mode))
        return false;
    return !S_ISREG(status.st_mode) || atomic_file_stdio_fd(path) >= 0;
}

bool log_can_begin(const char *path, Error *error) {
    if (is_irreplaceable(path))
        return access(path, W_OK) == 0 || write_error(path, error);
    return atomic_file_check(path, error);
}

// Adds a newline to a last line that has none, as after a crash of the machine.
static bool end_last_line(Log *log, Error *error) {
    char last;
    int reader = open(log->path, O_RDONLY | O_CLOEXEC);
    if (reader < 0)
        return write_error(log->path, error);
    bool has_end = lseek(reader, -1, SEEK_END) < 0 || read(reader, &last, 1) != 1 || last == '\n';
    close(reader);
    char newline[] = "\n";
    return has_end || write_line(log, &(Line){.bytes = newline, .size = 1}, error);
}

static bool open_log(Log *log, Error *error) {
    // A second descriptor would write over the output of stdout: it has its own file offset.
    int output = atomic_file_stdio_fd(log->path);
    log->descriptor = output >= 0 ? dup(output) : open(log->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return log->descriptor >= 0 || write_error(log->path, error);
}

static bool write_first_line(Log *log, const Line *line, bool is_resumed, Error *error) {
    if (is_irreplaceable(log->path))
        return open_log(log, error) && write_line(log, line, error);
    if (is_resumed && access(log->path, F_OK) == 0)
        return open_log(log, error) && end_last_line(log, error) && write_line(log, line, error);
    return atomic_file_write(log->path, line->bytes, line->size, error) && open_log(log, error);
}

bool log_begin(Log *log, const char *path, const RunInfo *run, Error *error) {
    *log = (Log){.path = path, .descriptor = -1};
    Line line;
    if (line_begin(&line, "run")) {
        put_environment(&line, run->environment);
        put_config(&line, run->config);
        put_text(&line, "loaded", run->loaded);
        put_text(&line, "resumed", run->resumed);
        put_dataset(&line, "train", run->train);
        put_dataset(&line, "test", run->test);
    }
    bool is_written = line_end(&line) ? write_first_line(log, &line, run->resumed != NULL, error)
                                      : no_memory(path, error);
    free(line.bytes);
    return is_written;
}

void log_on_event(void *context, const TrainEvent *event) {
    Log *log = context;
    if (!log->path || event->kind == TRAIN_BATCH_DONE)
        return;
    bool is_epoch = event->kind == TRAIN_EPOCH_DONE;
    Line line;
    if (line_begin(&line, is_epoch ? "epoch" : "test")) {
        if (is_epoch)
            fprintf(line.stream, ",\"epoch\":%zu", event->epoch);
        put_tutorial(&line, event->metrics, is_epoch);
        put_exact(&line, event->metrics, is_epoch);
        fprintf(line.stream, ",\"seconds\":%.17g", event->seconds);
    }
    write_event(log, &line);
}

void log_write_stop(Log *log, const TrainProgress *progress, int signal_number) {
    if (!log->path)
        return;
    Line line;
    if (line_begin(&line, "stop"))
        fprintf(line.stream, ",\"signal\":%d,\"epoch\":%zu,\"batch\":%zu", signal_number,
                progress->epoch, progress->batch);
    write_event(log, &line);
}

void log_write_error(Log *log, const Error *error) {
    if (!log->path)
        return;
    Line line;
    if (line_begin(&line, "error"))
        put_text(&line, "text", error->text);
    write_event(log, &line);
}

bool log_finish(Log *log, Error *error) {
    if (!log->path || log->descriptor < 0)
        return true;
    // Pipes cannot be synced.
    bool is_synced = fsync(log->descriptor) == 0 || errno == EINVAL || errno == ENOTSUP;
    if (!log->has_failed && !is_synced)
        log->has_failed = !write_error(log->path, &log->error);
    if (close(log->descriptor) != 0 && !log->has_failed)
        log->has_failed = !write_error(log->path, &log->error);
    log->descriptor = -1;
    if (log->has_failed)
        *error = log->error;
    return !log->has_failed;
}
