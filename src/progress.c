#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

enum { LEAST_BAR = 6, MOST_BAR = 40, PARTS = 4, PART_TEXT = 48 };

Progress progress_begin(bool wanted) {
    Terminal terminal = terminal_find(STDERR_FILENO);
    return (Progress){.shown = wanted && terminal.is_terminal, .terminal = terminal};
}

// The line may have been folded, if the terminal has become narrower since.
void progress_erase(Progress *progress) {
    if (progress->on_screen == 0)
        return;
    size_t rows = (progress->on_screen - 1) / terminal_width(STDERR_FILENO);
    if (rows > 0)
        fprintf(stderr, "\033[%zuA", rows);
    fputs("\r\033[J", stderr);
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
static void write_parts(const Progress *progress, const TrainerEvent *event, double now,
                        char parts[PARTS][PART_TEXT]) {
    const Figures *figures = event->figures;
    double elapsed = now - progress->begun;
    double left =
        (double)((event->epochs - event->epoch) * event->epoch_batches) - (double)figures->batches;
    snprintf(parts[0], PART_TEXT, "Epoch: %zu (%zu of %zu) ", event->epoch, event->epoch + 1,
             event->epochs);
    snprintf(parts[1], PART_TEXT, " %3.0f %%  loss %.4f, %.2f %% right",
             100.0 * (double)figures->batches / (double)event->epoch_batches, figures_loss(figures),
             figures_accuracy(figures));
    write_time(left * elapsed / (double)progress->batches, parts[2], PART_TEXT);
    snprintf(parts[3], PART_TEXT, "  %.0f images/s", (double)progress->images / elapsed);
}

static void draw_bar(const Progress *progress, size_t width, double done) {
    size_t full = (size_t)(done * (double)width);
    const Terminal *terminal = &progress->terminal;
    if (terminal->has_colours)
        fputs("\033[36m", stderr);
    for (size_t i = 0; i < width; i++) {
        if (i == full && terminal->has_colours)
            fputs("\033[2m", stderr); // faint
        if (terminal->has_blocks)
            fputs(i < full || terminal->has_colours ? "━" : "─", stderr);
        else
            fputc(i < full ? '#' : '.', stderr);
    }
    if (terminal->has_colours)
        fputs("\033[0m", stderr);
}

static void draw(Progress *progress, const TrainerEvent *event, double now) {
    char parts[PARTS][PART_TEXT];
    size_t width = terminal_width(STDERR_FILENO) - 1; // the last column may fold the line
    size_t used = 0;
    size_t shown = 0;
    write_parts(progress, event, now, parts);
    while (shown < PARTS && used + strlen(parts[shown]) + LEAST_BAR <= width)
        used += strlen(parts[shown++]);
    progress_erase(progress);
    if (shown == 0)
        return;
    size_t bar = width - used < MOST_BAR ? width - used : MOST_BAR;
    fputs(parts[0], stderr);
    draw_bar(progress, bar, (double)event->figures->batches / (double)event->epoch_batches);
    for (size_t i = 1; i < shown; i++)
        fputs(parts[i], stderr);
    progress->on_screen = used + bar;
}

void progress_listen(void *context, const TrainerEvent *event) {
    Progress *progress = context;
    if (!progress->shown)
        return;
    if (event->kind != TRAINER_BATCH_DONE) {
        progress_erase(progress);
        progress->images_before = 0;
        return;
    }
    double now = seconds_now();
    if (progress->batches == 0)
        progress->begun = progress->drawn_last = now;
    else
        progress->images += event->figures->images - progress->images_before;
    progress->images_before = event->figures->images;
    progress->batches++;
    if (now - progress->drawn_last < redraw_seconds)
        return;
    progress->drawn_last = now;
    draw(progress, event, now);
}
