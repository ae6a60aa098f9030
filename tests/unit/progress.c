#include "output/progress.h"
#include "base/system.h"
#include "support/assert_near.h"
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

static void begin_terminal(void) {
    if (!capture_begin_terminal(STDERR_FILENO, COLUMNS))
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

// Checks the speed of `batches` batches, which is printed without decimals.
static void check_speed(const Run *run, const char *line, double batches) {
    double images = batches * BATCH_SIZE;
    double lowest = images / (run->after_last - run->before_first) - 0.5;
    double highest = images / (run->before_last - run->after_first) + 0.5;
    check_near("images/s", 0, number_before(line, " images/s"), (lowest + highest) / 2,
               (highest - lowest) / 2);
}

TEST(the_speed_counts_all_images_after_the_first_batch) {
    Run run = begin();
    begin_terminal();
    for (size_t i = 0; i < 20; i++)
        finish_batch(&run);
    wait_for_redraw();
    finish_batch(&run);
    check_speed(&run, last_line(capture_end()), 20);
}

TEST(the_speed_counts_the_images_of_all_epochs) {
    Run run = begin();
    begin_terminal();
    for (size_t epoch = 0; epoch < 3; epoch++) {
        for (size_t i = 0; i < 10; i++)
            finish_batch(&run);
        finish_epoch(&run);
    }
    wait_for_redraw();
    finish_batch(&run);
    const char *line = last_line(capture_end());
    assert_memory_equal(line, "3 (4 of 4) ", 11);
    check_speed(&run, line, 30);
}

// 21 of the 4000 batches are done, 20 of them in the measured time.
TEST(the_time_left_is_that_of_all_remaining_batches) {
    Run run = begin();
    begin_terminal();
    for (size_t i = 0; i < 20; i++)
        finish_batch(&run);
    wait_for_redraw();
    finish_batch(&run);
    const char *line = last_line(capture_end());
    double per_batch_low = (run.before_last - run.after_first) / 20;
    double per_batch_high = (run.after_last - run.before_first) / 20;
    double lowest = 3979 * per_batch_low - 0.5;
    double highest = 3979 * per_batch_high + 0.5;
    const char *time = text_after(line, " %  ");
    char *end;
    double seconds = 60.0 * strtod(time, &end);
    assert_int_equal(*end, ':');
    seconds += strtod(end + 1, &end);
    assert_memory_equal(end, " left", 5);
    check_near("seconds left", 0, seconds, (lowest + highest) / 2, (highest - lowest) / 2);
}

TEST(the_line_has_epoch_bar_percent_and_metrics) {
    Run run = begin();
    begin_terminal();
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
    if (!capture_begin_terminal(STDERR_FILENO, 40))
        skip_because("there are no pseudo-terminals");
    finish_batch(&run);
    wait_for_redraw();
    finish_batch(&run);
    const char *output = capture_end();
    assert_string_equal(last_line(output), "0 (1 of 4) .............   0 %");
    assert_int_equal(strlen(text_after(output, "\r\033[J")),
                     37); // there is room for the "^C" of Ctrl-C
}

TEST(an_epochs_end_erases_the_line) {
    static const char erasure[] = "\r\033[J";
    Run run = begin();
    begin_terminal();
    finish_batch(&run);
    wait_for_redraw();
    finish_batch(&run);
    finish_epoch(&run);
    const char *output = capture_end();
    assert_string_equal(output + strlen(output) - strlen(erasure), erasure);
    assert_int_equal(count_of(output, erasure), 2); // and before the line
}

// Also before the first redraw: Ctrl-C has left "^C" in the row.
TEST(the_row_is_erased_at_the_end) {
    Run run = begin();
    begin_terminal();
    progress_erase(&run.progress);
    assert_string_equal(capture_end(), "\r\033[J");
}

TEST(the_line_is_redrawn_ten_times_a_second_at_most) {
    Run run = begin();
    begin_terminal();
    while (run.after_last - run.before_first < 0.35)
        finish_batch(&run);
    size_t redraws = count_of(capture_end(), "Epoch: ");
    assert_in_range(redraws, 1, (size_t)((run.after_last - run.before_first) / 0.1));
}

TEST(nothing_is_drawn_where_the_line_is_not_shown) {
    Run run = begin();
    run.progress = progress_begin(false);
    begin_terminal();
    finish_batch(&run);
    wait_for_redraw();
    finish_batch(&run);
    finish_epoch(&run);
    progress_erase(&run.progress);
    assert_string_equal(capture_end(), "");
}
