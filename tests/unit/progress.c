#include "output/progress.h"
#include "base/system.h"
#include "support/capture.h"
#include "support/test.h"

#include <time.h>
#include <unistd.h>

enum { COLUMNS = 150, EPOCHS = 4, EPOCH_BATCHES = 1000, BATCH_SIZE = 64, CORRECT = 48 };

// Events of a run, and the times around the first and the last batch: the line counts from the end
// of the first batch to that of the last one.
typedef struct {
    Progress progress;
    Metrics metrics; // of the epoch
    size_t epoch;
    size_t batches;
    double before_first, after_first, before_last, after_last;
} Run;

static Run begin(void) {
    return (Run){.progress = {.is_shown = true}, .metrics = {.batch_size = BATCH_SIZE}};
}

static void send(Run *run, TrainEventKind kind) {
    const TrainEvent event = {.kind = kind,
                              .epoch = run->epoch,
                              .epochs = EPOCHS,
                              .epoch_batches = EPOCH_BATCHES,
                              .metrics = &run->metrics};
    progress_on_event(&run->progress, &event);
}

static void finish_batch(Run *run) {
    metrics_add(&run->metrics, BATCH_SIZE, CORRECT, 0.5);
    run->before_last = clock_seconds();
    if (run->batches == 0)
        run->before_first = run->before_last;
    send(run, TRAIN_BATCH_DONE);
    run->after_last = clock_seconds();
    if (run->batches++ == 0)
        run->after_first = run->after_last;
}

static void finish_epoch(Run *run) {
    send(run, TRAIN_EPOCH_DONE);
    run->epoch++;
    run->metrics = (Metrics){.batch_size = BATCH_SIZE};
}

// Longer than the time between two redraws.
static void wait_for_redraw(void) {
    const struct timespec time = {.tv_nsec = 110000000};
    nanosleep(&time, NULL);
}

static void begin_terminal(unsigned short columns) {
    if (!capture_begin_terminal(STDERR_FILENO, columns))
        skip_because("there are no pseudo-terminals");
}

static const char *last_line(const char *output) {
    const char *line = text_after(output, "Epoch: ");
    for (const char *next = line; (next = strstr(next, "Epoch: ")); next++)
        line = next + strlen("Epoch: ");
    return line;
}

// The number before a text of the line.
static double number_before(const char *line, const char *text) {
    const char *end = text_after(line, text) - strlen(text);
    while (end > line && end[-1] != ' ')
        end--;
    return strtod(end, NULL);
}

// Of a number that is printed without decimals.
static void check_between(const char *what, double found, double lowest, double highest) {
    check_near(what, 0, found, (lowest + highest) / 2, (highest - lowest) / 2 + 0.5);
}

// Of 4000 batches 31 are done, 30 of them in the measured time.
TEST(the_speed_and_the_time_left_count_the_batches_of_all_epochs) {
    Run run = begin();
    begin_terminal(COLUMNS);
    for (size_t epoch = 0; epoch < 3; epoch++) {
        for (size_t i = 0; i < 10; i++)
            finish_batch(&run);
        finish_epoch(&run);
    }
    wait_for_redraw();
    finish_batch(&run);
    const char *line = last_line(capture_end());
    assert_memory_equal(line, "3 (4 of 4) ", 11);
    const double shortest = run.before_last - run.after_first;
    const double longest = run.after_last - run.before_first;
    check_between("images/s", number_before(line, " images/s"), 30 * BATCH_SIZE / longest,
                  30 * BATCH_SIZE / shortest);
    const char *time = text_after(line, " %  ");
    char *end;
    double seconds = 60.0 * strtod(time, &end);
    assert_int_equal(*end, ':');
    seconds += strtod(end + 1, &end);
    assert_memory_equal(end, " left", 5);
    check_between("seconds left", seconds, 999 * shortest / 30, 999 * longest / 30);
}

TEST(the_line_has_epoch_bar_percent_and_metrics) {
    Run run = begin();
    begin_terminal(COLUMNS);
    finish_batch(&run);
    wait_for_redraw();
    for (size_t i = 1; i < 500; i++)
        metrics_add(&run.metrics, BATCH_SIZE, CORRECT, 0.5);
    finish_batch(&run);
    static const char expected[] = "0 (1 of 4) ####################....................  50 %";
    const char *line = last_line(capture_end());
    assert_memory_equal(line, expected, strlen(expected));
    text_after(line, "  loss 0.5000, accuracy 75.00 %  ");
}

TEST(a_narrow_terminal_has_fewer_parts) {
    Run run = begin();
    begin_terminal(40);
    finish_batch(&run);
    wait_for_redraw();
    finish_batch(&run);
    const char *output = capture_end();
    assert_string_equal(last_line(output), "0 (1 of 4) .............   0 %");
    assert_int_equal(strlen(text_after(output, "\r\033[J")),
                     37); // there is room for the "^C" of Ctrl-C
}

TEST(the_line_is_redrawn_ten_times_a_second_at_most) {
    Run run = begin();
    begin_terminal(COLUMNS);
    while (run.after_last - run.before_first < 0.35)
        finish_batch(&run);
    size_t redraws = count_of(capture_end(), "Epoch: ");
    assert_in_range(redraws, 1, (size_t)((run.after_last - run.before_first) / 0.1));
}
