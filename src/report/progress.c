#include "report/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

enum { LEAST_BAR = 6, MOST_BAR = 40, PARTS = 5, PART_TEXT = 48, LINE_TEXT = 1024 };

// A line that is drawn at once: stderr has no buffer of its own.
typedef struct {
    char text[LINE_TEXT];
    size_t length;
} Line;

Progress progress_begin(bool wanted) {
    Terminal terminal = terminal_detect(STDERR_FILENO);
    return (Progress){.shown = wanted && terminal.is_terminal, .terminal = terminal};
}

static void put(Line *line, const char *text) {
    size_t length = strlen(text);
    if (length < LINE_TEXT - line->length) {
        memcpy(line->text + line->length, text, length);
        line->length += length;
    }
}

static void send(const Line *line) {
    fwrite(line->text, 1, line->length, stderr);
}

// The line on the screen may have been folded, if the terminal has become narrower since.
static void put_erasure(const Progress *progress, Line *line) {
    size_t rows = (progress->on_screen - 1) / terminal_width(STDERR_FILENO);
    char up[32];
    snprintf(up, sizeof up, "\033[%zuA", rows);
    if (rows > 0)
        put(line, up);
    put(line, "\r\033[J");
}

void progress_erase(Progress *progress) {
    Line line = {.length = 0};
    if (progress->on_screen > 0)
        put_erasure(progress, &line);
    send(&line);
    progress->on_screen = 0;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void write_time(double seconds, char *text, size_t size) {
    unsigned long whole = (unsigned long)(seconds + 0.5);
    if (whole < 3600)
        snprintf(text, size, "  %lu:%02lu left", whole / 60, whole % 60);
    else
        snprintf(text, size, "  %lu:%02lu:%02lu left", whole / 3600, whole / 60 % 60, whole % 60);
}

// What is on the line: the epoch, then the bar, then the rest. What comes last is left out first
// where there is little room.
static void write_parts(const Progress *progress, const TrainEvent *event, double now,
                        char parts[PARTS][PART_TEXT]) {
    const Metrics *metrics = event->metrics;
    double elapsed = now - progress->begun;
    double left =
        (double)((event->epochs - event->epoch) * event->epoch_batches) - (double)metrics->batches;
    snprintf(parts[0], PART_TEXT, "Epoch: %zu (%zu of %zu) ", event->epoch, event->epoch + 1,
             event->epochs);
    snprintf(parts[1], PART_TEXT, " %3.0f %%",
             100.0 * (double)metrics->batches / (double)event->epoch_batches);
    write_time(left * elapsed / (double)progress->batches, parts[2], PART_TEXT);
    snprintf(parts[3], PART_TEXT, "  loss %.4f, %.2f %% right", metrics_loss(metrics),
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
    size_t width = terminal_width(STDERR_FILENO) - 1; // the last column may fold the line
    size_t used = 0;
    size_t shown = 0;
    write_parts(progress, event, now, parts);
    while (shown < PARTS && used + strlen(parts[shown]) + LEAST_BAR <= width)
        used += strlen(parts[shown++]);
    if (progress->on_screen > 0)
        put_erasure(progress, &line);
    progress->on_screen = 0;
    if (shown > 0) {
        size_t bar = width - used < MOST_BAR ? width - used : MOST_BAR;
        put(&line, parts[0]);
        put_bar(progress, bar, (double)event->metrics->batches / (double)event->epoch_batches,
                &line);
        for (size_t i = 1; i < shown; i++)
            put(&line, parts[i]);
        progress->on_screen = used + bar;
    }
    send(&line);
}

void progress_on_event(void *context, const TrainEvent *event) {
    Progress *progress = context;
    if (!progress->shown)
        return;
    if (event->kind != TRAIN_BATCH_DONE) {
        progress_erase(progress);
        progress->images_before = 0;
        return;
    }
    double now = seconds_now();
    if (progress->batches == 0)
        progress->begun = progress->drawn_last = now;
    else
        progress->images += event->metrics->images - progress->images_before;
    progress->images_before = event->metrics->images;
    progress->batches++;
    if (now - progress->drawn_last < redraw_seconds)
        return;
    progress->drawn_last = now;
    draw(progress, event, now);
}
