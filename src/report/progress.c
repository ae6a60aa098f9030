#include "report/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

enum { MIN_BAR = 6, MAX_BAR = 40, PARTS = 5, PART_TEXT = 48, LINE_TEXT = 1024 };

// The line is written in one piece, because stderr is not buffered.
typedef struct {
    char text[LINE_TEXT];
    size_t length;
} Line;

Progress progress_begin(bool is_wanted) {
    Terminal terminal = terminal_detect(STDERR_FILENO);
    return (Progress){.is_shown = is_wanted && terminal.is_terminal, .terminal = terminal};
}

static void put(Line *line, const char *text) {
    size_t length = strlen(text);
    if (length < LINE_TEXT - line->length) {
        memcpy(line->text + line->length, text, length);
        line->length += length;
    }
}

static void write_line(const Line *line) {
    fwrite(line->text, 1, line->length, stderr);
}

// A terminal that has become narrower since the last redraw has wrapped the line.
static void put_erasure(const Progress *progress, Line *line) {
    size_t rows_above = (progress->drawn_columns - 1) / terminal_width(STDERR_FILENO);
    char up[32];
    snprintf(up, sizeof up, "\033[%zuA", rows_above);
    if (rows_above > 0)
        put(line, up);
    put(line, "\r\033[J");
}

void progress_erase(Progress *progress) {
    Line line = {.length = 0};
    if (progress->drawn_columns > 0)
        put_erasure(progress, &line);
    write_line(&line);
    progress->drawn_columns = 0;
}

static void write_time(double seconds, char *text, size_t size) {
    unsigned long rounded = (unsigned long)(seconds + 0.5);
    if (rounded < 3600)
        snprintf(text, size, "  %lu:%02lu left", rounded / 60, rounded % 60);
    else
        snprintf(text, size, "  %lu:%02lu:%02lu left", rounded / 3600, rounded / 60 % 60,
                 rounded % 60);
}

// Writes the texts of the line: the epoch, which is drawn before the bar, and the others, which are
// drawn after it. On a narrow terminal draw() omits the last ones.
static void write_parts(const Progress *progress, const TrainEvent *event, double now,
                        char parts[PARTS][PART_TEXT]) {
    const Metrics *metrics = event->metrics;
    double elapsed = now - progress->start;
    double batches_left =
        (double)((event->epochs - event->epoch) * event->epoch_batches) - (double)metrics->batches;
    snprintf(parts[0], PART_TEXT, "Epoch: %zu (%zu of %zu) ", event->epoch, event->epoch + 1,
             event->epochs);
    snprintf(parts[1], PART_TEXT, " %3.0f %%",
             100.0 * (double)metrics->batches / (double)event->epoch_batches);
    write_time(batches_left * elapsed / (double)progress->batches, parts[2], PART_TEXT);
    snprintf(parts[3], PART_TEXT, "  loss %.4f, accuracy %.2f %%", metrics_loss(metrics),
             metrics_accuracy(metrics));
    snprintf(parts[4], PART_TEXT, "  %.0f images/s", (double)progress->images / elapsed);
}

static void put_bar(const Progress *progress, size_t width, double done, Line *line) {
    size_t full = (size_t)(done * (double)width);
    const Terminal *terminal = &progress->terminal;
    if (terminal->has_colours)
        put(line, "\033[36m");
    for (size_t i = 0; i < width; i++) {
        if (i == full && terminal->has_colours)
            put(line, "\033[2m"); // faint
        if (terminal->has_blocks)
            put(line, i < full || terminal->has_colours ? "━" : "─");
        else
            put(line, i < full ? "#" : ".");
    }
    if (terminal->has_colours)
        put(line, "\033[0m");
}

static void draw(Progress *progress, const TrainEvent *event, double now) {
    char parts[PARTS][PART_TEXT];
    Line line = {.length = 0};
    size_t width = terminal_width(STDERR_FILENO) - 1; // the last column may wrap the line
    size_t used = 0;
    size_t shown = 0;
    write_parts(progress, event, now, parts);
    while (shown < PARTS && used + strlen(parts[shown]) + MIN_BAR <= width)
        used += strlen(parts[shown++]);
    if (progress->drawn_columns > 0)
        put_erasure(progress, &line);
    progress->drawn_columns = 0;
    if (shown > 0) {
        size_t bar = width - used < MAX_BAR ? width - used : MAX_BAR;
        put(&line, parts[0]);
        put_bar(progress, bar, (double)event->metrics->batches / (double)event->epoch_batches,
                &line);
        for (size_t i = 1; i < shown; i++)
            put(&line, parts[i]);
        progress->drawn_columns = used + bar;
    }
    write_line(&line);
}

// The duration of the first batch is unknown, so its images are not counted.
static void count_batch(Progress *progress, const Metrics *metrics, double now) {
    if (progress->has_started) {
        progress->batches++;
        progress->images += metrics->images - progress->epoch_images;
    } else {
        progress->has_started = true;
        progress->start = progress->last_draw = now;
    }
    progress->epoch_images = metrics->images;
}

void progress_on_event(void *context, const TrainEvent *event) {
    Progress *progress = context;
    if (!progress->is_shown)
        return;
    if (event->kind != TRAIN_BATCH_DONE) {
        progress_erase(progress);
        progress->epoch_images = 0;
        return;
    }
    double now = clock_seconds();
    count_batch(progress, event->metrics, now);
    if (now - progress->last_draw < redraw_seconds)
        return;
    progress->last_draw = now;
    draw(progress, event, now);
}
