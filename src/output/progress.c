#include "output/progress.h"

#include "base/system.h"
#include "output/print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

enum { MIN_BAR = 6, MAX_BAR = 40, PARTS = 5, PART_TEXT = 48 };

// Columns that stay free: the last one may wrap the line, and the terminal shows Ctrl-C as "^C".
enum { RESERVED = 3 };

Progress progress_begin(bool is_wanted) {
    Terminal terminal = terminal_detect(STDERR_FILENO);
    return (Progress){.is_shown = is_wanted && terminal.is_terminal, .terminal = terminal};
}

static const char erasure[] = "\r\033[J"; // of the row of the cursor

void progress_erase(const Progress *progress) {
    if (!progress->is_shown)
        return;
    print_stderr(erasure);
    print_flush();
}

// Writes the texts of the line: the epoch, which is drawn before the bar, and the others, which are
// drawn after it. On a narrow terminal draw() omits the last ones. The duration of the first batch
// is unknown, so speed and time left do not count it.
static void write_parts(const Progress *progress, const TrainEvent *event, double now,
                        char parts[PARTS][PART_TEXT]) {
    const Metrics *metrics = event->metrics;
    const double done = (double)metrics_batches(metrics);
    const double left = (double)((event->epochs - event->epoch) * event->epoch_batches) - done;
    const double per_batch = (now - progress->start) / (double)(progress->batches - 1);
    const unsigned long seconds = (unsigned long)(left * per_batch + 0.5);
    snprintf(parts[0], PART_TEXT, "Epoch: %zu (%zu of %zu) ", event->epoch, event->epoch + 1,
             event->epochs);
    snprintf(parts[1], PART_TEXT, " %3.0f %%", 100.0 * done / (double)event->epoch_batches);
    if (seconds < 3600)
        snprintf(parts[2], PART_TEXT, "  %lu:%02lu left", seconds / 60, seconds % 60);
    else
        snprintf(parts[2], PART_TEXT, "  %lu:%02lu:%02lu left", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
    snprintf(parts[3], PART_TEXT, "  loss %.4f, accuracy %.2f %%", metrics_loss(metrics),
             metrics_accuracy(metrics));
    snprintf(parts[4], PART_TEXT, "  %.0f images/s", (double)metrics->batch_size / per_batch);
}

static void print_bar(const Progress *progress, size_t width, double done) {
    size_t full = (size_t)(done * (double)width);
    const Terminal *terminal = &progress->terminal;
    if (terminal->has_colours)
        print_stderr("\033[36m");
    for (size_t i = 0; i < width; i++) {
        if (i == full && terminal->has_colours)
            print_stderr("\033[2m"); // faint
        if (terminal->has_blocks)
            print_stderr(i < full || terminal->has_colours ? "━" : "─");
        else
            print_stderr(i < full ? "#" : ".");
    }
    if (terminal->has_colours)
        print_stderr("\033[0m");
}

static void draw(Progress *progress, const TrainEvent *event, double now) {
    char parts[PARTS][PART_TEXT];
    size_t columns = terminal_width(STDERR_FILENO);
    size_t width = columns > RESERVED ? columns - RESERVED : 0;
    size_t used = 0;
    size_t shown = 0;
    write_parts(progress, event, now, parts);
    while (shown < PARTS && used + strlen(parts[shown]) + MIN_BAR <= width)
        used += strlen(parts[shown++]);
    print_stderr(erasure);
    if (shown > 0) {
        size_t bar = width - used < MAX_BAR ? width - used : MAX_BAR;
        print_stderr("%s", parts[0]);
        print_bar(progress, bar,
                  (double)metrics_batches(event->metrics) / (double)event->epoch_batches);
        for (size_t i = 1; i < shown; i++)
            print_stderr("%s", parts[i]);
    }
    print_flush();
}

void progress_on_event(Progress *progress, const TrainEvent *event) {
    if (!progress->is_shown)
        return;
    if (event->kind != TRAIN_BATCH_DONE) {
        progress_erase(progress);
        return;
    }
    const double now = clock_seconds();
    if (progress->batches++ == 0)
        progress->start = progress->last_draw = now;
    if (now - progress->last_draw < redraw_seconds)
        return;
    progress->last_draw = now;
    draw(progress, event, now);
}
