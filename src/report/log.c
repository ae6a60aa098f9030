#include "report/log.h"

#include "io/atomic_file.h"
#include "io/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A line in memory, until it is written.
typedef struct {
    FILE *stream; // NULL: no memory
    char *bytes;
    size_t size;
} Line;

// False: memory is short.
static bool line_begin(Line *line, const char *event) {
    *line = (Line){0};
    line->stream = open_memstream(&line->bytes, &line->size);
    if (line->stream)
        fprintf(line->stream, "{\"event\":\"%s\"", event);
    return line->stream;
}

// The last byte is a newline. False: memory was short.
static bool line_end(Line *line) {
    if (!line->stream)
        return false;
    fputs("}\n", line->stream);
    bool whole = !ferror(line->stream);
    return fclose(line->stream) == 0 && whole;
}

static void put_string(Line *line, const char *text) {
    size_t size = json_write_string(NULL, 0, text) + 1;
    char *json = malloc(size);
    if (json)
        json_write_string(json, size, text);
    fputs(json ? json : "null", line->stream);
    free(json);
}

static void put_text(Line *line, const char *key, const char *text) {
    fprintf(line->stream, ",\"%s\":", key);
    if (text)
        put_string(line, text);
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

static void put_settings(Line *line, const TrainConfig *settings) {
    fprintf(line->stream,
            ",\"seed\":%" PRIu64
            ",\"epochs\":%zu,\"batch\":%zu,\"lr\":%.17g,\"loss\":\"%s\",\"transforms\":[",
            settings->seed, settings->epochs, settings->batch_size, settings->learning_rate,
            settings->loss == LOSS_LOGITS ? "logits" : "tutorial");
    for (size_t i = 0; i < settings->transforms.count; i++) {
        const Transform *transform = &settings->transforms.list[i];
        fprintf(line->stream, "%s{\"name\":\"%s\",\"amount\":%.17g}", i > 0 ? "," : "",
                transforms_name(transform->kind), transform->parameter);
    }
    fputc(']', line->stream);
}

static void put_environment(Line *line, const Environment *environment) {
    put_text(line, "program", environment->program);
    put_text(line, "started", environment->started);
    put_text(line, "blas", environment->blas);
    put_text(line, "kernel", environment->kernel);
    put_text(line, "zlib", environment->zlib);
    put_text(line, "system", environment->system);
    fprintf(line->stream, ",\"processors\":%zu,\"threads\":%zu", environment->processors,
            environment->threads);
    put_text(line, "folder", environment->folder);
    fputs(",\"command\":[", line->stream);
    for (int i = 0; i < environment->argument_count; i++) {
        fputs(i > 0 ? "," : "", line->stream);
        put_string(line, environment->arguments[i]);
    }
    fputs("],\"variables\":[", line->stream);
    for (size_t i = 0; environment->variables[i]; i++) {
        fputs(i > 0 ? "," : "", line->stream);
        put_string(line, environment->variables[i]);
    }
    fputc(']', line->stream);
}

static void put_tutorial(Line *line, const Metrics *metrics, bool trained) {
    fputs(",\"tutorial\":{", line->stream);
    if (trained)
        fprintf(line->stream, "\"loss\":%.17g,", metrics_tutorial_loss(metrics));
    fprintf(line->stream, "\"accuracy\":%.17g}", metrics_tutorial_accuracy(metrics));
}

static void put_exact(Line *line, const Metrics *metrics, bool trained) {
    fputs(",\"exact\":{", line->stream);
    if (trained)
        fprintf(line->stream, "\"loss\":%.17g,", metrics_loss(metrics));
    fprintf(line->stream, "\"right\":%zu,\"images\":%zu,\"accuracy\":%.17g", metrics->correct,
            metrics->images, metrics_accuracy(metrics));
    if (!trained)
        fprintf(line->stream, ",\"margin\":%.17g", metrics_accuracy_margin(metrics));
    fputc('}', line->stream);
}

static bool fail(const char *path, Error *error) {
    return error_set(error, "%s: expected to write it, found: %s", path, strerror(errno));
}

// A line that does not fit on the disk goes again, whatever of it was written.
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
    int problem = errno;
    if (is_file && ftruncate(log->descriptor, before.st_size) != 0)
        problem = errno;
    errno = problem;
    return fail(log->path, error);
}

static void send_line(Log *log, Line *line) {
    bool whole = line_end(line);
    if (!whole && !log->failed)
        log->failed =
            !error_set(&log->error, "%s: expected memory for a line, found less", log->path);
    else if (!log->failed)
        log->failed = !write_line(log, line, &log->error);
    free(line->bytes);
}

// A device, a pipe, or what stdout goes to: not to be replaced.
static bool is_other_than_file(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0 || S_ISDIR(status.st_mode))
        return false;
    return !S_ISREG(status.st_mode) || atomic_file_stdio_fd(path) >= 0;
}

bool log_can_begin(const char *path, Error *error) {
    if (is_other_than_file(path))
        return access(path, W_OK) == 0 || fail(path, error);
    return atomic_file_check(path, error);
}

// A last line without an end, which only a crash of the machine can leave, gets one.
static bool end_last_line(Log *log, Error *error) {
    char last;
    int reader = open(log->path, O_RDONLY | O_CLOEXEC);
    if (reader < 0)
        return fail(log->path, error);
    bool ended = lseek(reader, -1, SEEK_END) < 0 || read(reader, &last, 1) != 1 || last == '\n';
    close(reader);
    char newline[] = "\n";
    return ended || write_line(log, &(Line){.bytes = newline, .size = 1}, error);
}

static bool open_log(Log *log, Error *error) {
    int output =
        atomic_file_stdio_fd(log->path); // which has a place in the file that must be shared
    log->descriptor = output >= 0 ? dup(output) : open(log->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return log->descriptor >= 0 || fail(log->path, error);
}

static bool write_first_line(Log *log, const Line *line, bool goes_on, Error *error) {
    if (is_other_than_file(log->path))
        return open_log(log, error) && write_line(log, line, error);
    if (goes_on && access(log->path, F_OK) == 0)
        return open_log(log, error) && end_last_line(log, error) && write_line(log, line, error);
    return atomic_file_write(log->path, line->bytes, line->size, error) && open_log(log, error);
}

bool log_begin(Log *log, const char *path, const LogRun *run, Error *error) {
    *log = (Log){.path = path, .descriptor = -1};
    Line line;
    if (line_begin(&line, "run")) {
        put_environment(&line, run->environment);
        put_settings(&line, run->settings);
        put_text(&line, "loaded", run->loaded);
        put_text(&line, "resumed", run->resumed);
        put_dataset(&line, "train", run->train);
        put_dataset(&line, "test", run->test);
    }
    bool begun = line_end(&line)
                     ? write_first_line(log, &line, run->resumed != NULL, error)
                     : error_set(error, "%s: expected memory for a line, found less", path);
    free(line.bytes);
    return begun;
}

void log_on_event(void *context, const TrainEvent *event) {
    Log *log = context;
    if (!log->path || event->kind == TRAIN_BATCH_DONE)
        return;
    bool trained = event->kind == TRAIN_EPOCH_DONE;
    Line line;
    if (line_begin(&line, trained ? "epoch" : "test")) {
        if (trained)
            fprintf(line.stream, ",\"epoch\":%zu", event->epoch);
        put_tutorial(&line, event->metrics, trained);
        put_exact(&line, event->metrics, trained);
        fprintf(line.stream, ",\"seconds\":%.17g", event->seconds);
    }
    send_line(log, &line);
}

void log_write_stop(Log *log, const TrainProgress *progress, int signal) {
    if (!log->path)
        return;
    Line line;
    if (line_begin(&line, "stop"))
        fprintf(line.stream, ",\"signal\":%d,\"epoch\":%zu,\"batch\":%zu", signal, progress->epoch,
                progress->batch);
    send_line(log, &line);
}

void log_write_error(Log *log, const Error *error) {
    if (!log->path)
        return;
    Line line;
    if (line_begin(&line, "error"))
        put_text(&line, "text", error->text);
    send_line(log, &line);
}

bool log_finish(Log *log, Error *error) {
    if (!log->path || log->descriptor < 0)
        return true;
    bool synced = fsync(log->descriptor) == 0 || errno == EINVAL || errno == ENOTSUP; // pipes can't
    if (!log->failed && !synced)
        log->failed = !fail(log->path, &log->error);
    if (close(log->descriptor) != 0 && !log->failed)
        log->failed = !fail(log->path, &log->error);
    log->descriptor = -1;
    if (log->failed)
        *error = log->error;
    return !log->failed;
}
