#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

Progress progress_begin(bool wanted) {
    const char *terminal = getenv("TERM");
    bool dumb = !terminal || strcmp(terminal, "dumb") == 0;
    return (Progress){.shown = wanted && !dumb && isatty(STDERR_FILENO)};
}

void progress_erase(Progress *progress) {
    if (progress->on_screen)
        fputs("\r\033[K", stderr);
    progress->on_screen = false;
}

void progress_listen(void *context, const TrainerEvent *event) {
    Progress *progress = context;
    if (!progress->shown)
        return;
    if (event->kind != TRAINER_BATCH_DONE) {
        progress_erase(progress);
        return;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    if (seconds - progress->drawn_last < redraw_seconds)
        return;
    fprintf(stderr, "\r\033[KEpoch: %zu, batch %zu of %zu", event->epoch, event->figures->batches,
            event->epoch_batches);
    progress->on_screen = true;
    progress->drawn_last = seconds;
}
