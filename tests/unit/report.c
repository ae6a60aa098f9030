// The page as a whole; its sections are in test_report_*.c.
#include "support/file_checks.h"
#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/scratch.h"
#include "support/sha256.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static void set_test(size_t batch_size, size_t batches, size_t correct, double loss,
                     double seconds) {
    fixture.report.test_metrics = fixture_metrics(batch_size, batches, correct, loss);
    fixture.report.test_seconds = seconds;
}

TEST_WITH(fixture_create, fixture_destroy, the_header_has_the_test_with_all_digits) {
    set_test(30, 10, 27, 0.3, 1.0 / 3.0);
    const char *next = text_after(fixture_write_page(), "<header id=\"test\">");
    next = check_next_number(next, "exact-accuracy", 90.0);
    next = check_next_number(next, "exact-right", 270);
    next = check_next_number(next, "exact-images", 300);
    next = check_next_number(next, "exact-margin",
                             metrics_accuracy_margin(&fixture.report.test_metrics));
    next = check_next_number(next, "seconds", 1.0 / 3.0);
    check_next_number(next, "tutorial-accuracy", 900.0 / 9);
    text_after(fixture_write_page(), "<title>mnist-train: test accuracy 90.00 %</title>");
}

TEST_WITH(fixture_create, fixture_destroy, a_single_test_image_makes_a_page) {
    fixture.test.count = 1;
    set_test(1, 1, 0, 2.0, 0.1);
    fixture_misclassify(0, 0.4F);
    const char *page = fixture_write_page();
    check_numbers_are_finite(page);
    const char *next = text_after(page, "<header id=\"test\">");
    next = check_next_number(next, "exact-accuracy", 0);
    next = check_next_number(next, "exact-right", 0);
    next = check_next_number(next, "exact-images", 1);
    assert_int_equal(count_of(next, "alt=\"Test image "), 1);
    text_after(next, "test set</th><td>1 images of");
}

TEST_WITH(fixture_create, fixture_destroy, a_thousand_epochs_make_a_page_below_900_kb) {
    for (size_t i = 3; i < FIXTURE_MAX_EPOCHS; i++) {
        const Metrics metrics = fixture_metrics(32, 7, 20 + i % 12, 2.0 / 3.0);
        fixture_add_epoch(&metrics, 1.0);
    }
    const char *page = fixture_write_page();
    assert_in_range(strlen(page), 600000, 900000);
    check_numbers_are_finite(page);
    text_after(page, "</html>\n");
}

static void noise(uint8_t *bytes, size_t count) {
    uint32_t state = 1;
    for (size_t i = 0; i < count; i++) {
        state = 1664525U * state + 1013904223U;
        bytes[i] = (uint8_t)(state >> 24);
    }
}

// Noise does not compress: neither the images nor the weights.
TEST_WITH(fixture_create, fixture_destroy, the_worst_images_and_weights_make_a_page_below_900_kb) {
    float *weights = fixture.parameters.d1_weight;
    noise(fixture.images, sizeof fixture.images);
    for (size_t i = 0; i < sizeof fixture.parameters.d1_weight / sizeof *weights; i++)
        weights[i] = (float)fixture.images[i % sizeof fixture.images] - 127.0F;
    for (size_t i = 0; i < FIXTURE_IMAGES; i++)
        fixture_predict(i, (uint8_t)((i + 1 + i / 10 % 9) % 10), 0.5F);
    for (size_t i = 3; i < FIXTURE_MAX_EPOCHS; i++) {
        const Metrics metrics = fixture_metrics(32, 7, 20 + i % 12, 2.0 / 3.0);
        fixture_add_epoch(&metrics, 1.0);
    }
    const char *page = fixture_write_page();
    assert_in_range(strlen(page), 700000, 900000);
    assert_int_equal(count_of(page, "class=\"cell\""), count_of(page, "href=\"#cell-"));
}

TEST_WITH(fixture_create, fixture_destroy,
          numbers_are_finite_when_all_is_wrong_and_weights_are_zero) {
    memset(&fixture.parameters, 0, sizeof fixture.parameters);
    for (size_t i = 0; i < 3; i++)
        fixture.report.epochs[i] = (ReportEpoch){.metrics = fixture_metrics(32, 7, 0, 1e30)};
    for (size_t i = 0; i < FIXTURE_IMAGES; i++)
        fixture_misclassify(i, 1.0F);
    set_test(10, 10, 0, 1e30, 0.0);
    check_numbers_are_finite(fixture_write_page());
}

TEST_WITH(fixture_create, fixture_destroy, numbers_are_finite_for_a_single_batch) {
    set_test(1, 1, 1, 0.0, 0.0);
    for (size_t i = 0; i < 3; i++)
        fixture.report.epochs[i] = (ReportEpoch){.metrics = fixture_metrics(32, 1, 32, 0.0)};
    check_numbers_are_finite(fixture_write_page());
}

TEST_WITH(fixture_create, fixture_destroy, batch_events_change_nothing) {
    const Metrics metrics = fixture_metrics(1, 1, 0, 9.0);
    const TrainEvent event = {.kind = TRAIN_BATCH_DONE, .metrics = &metrics, .seconds = 9.0};
    report_on_event(&fixture.report, &event);
    assert_int_equal(fixture.report.epoch_count, 3);
    assert_int_equal(fixture.report.test_metrics.images, 100);
}

TEST_WITH(fixture_create, fixture_destroy, events_without_a_report_are_ignored) {
    Report none = {0};
    const Metrics metrics = fixture_metrics(1, 1, 0, 9.0);
    TrainEvent event = {.kind = TRAIN_EPOCH_DONE, .metrics = &metrics};
    report_on_event(&none, &event);
    event.kind = TRAIN_TEST_DONE;
    report_on_event(&none, &event);
    assert_int_equal(none.epoch_count, 0);
    report_destroy(&none);
}

static void check_failure(const char *name, const char *reason) {
    Error error = {.text = ""};
    size_t entries = count_entries(".");
    fixture.report.path = scratch_path(name);
    assert_false(report_write(&fixture.report, &fixture.parameters, fixture.predictions, &error));
    text_after(error.text, fixture.report.path);
    text_after(error.text, reason);
    assert_null(strchr(error.text, '\n'));
    assert_int_equal(count_entries("."), entries);
}

TEST_WITH(fixture_create, fixture_destroy,
          a_page_that_cannot_be_written_is_an_error_and_leaves_no_file) {
    check_failure("missing/page.html", "No such file or directory");
    scratch_make_directory("directory");
    check_failure("directory", "found a directory");
    scratch_write("file", "kept", 4);
    check_failure("file/page.html", "Not a directory");
}

TEST_WITH(fixture_create, fixture_destroy, a_page_replaces_an_older_one) {
    scratch_write("page.html", "old", 3);
    assert_memory_equal(fixture_write_page(), "<!DOCTYPE html>", 15);
    assert_int_equal(count_entries("."), 1);
}

TEST_WITH(fixture_create, fixture_destroy, a_page_loads_nothing) {
    fixture_misclassify(1, 0.5F);
    const char *page = fixture_write_page();
    assert_int_equal(count_of(page, "src=\""), 3);
    assert_int_equal(count_of(page, "src=\"data:image/png;base64,"), 3);
    assert_null(strstr(page, "<link"));
    assert_int_equal(count_of(page, "://"), 1);
    assert_int_equal(count_of(page, "<a href=\"https://github.com/AINewHorizon/"), 1);
    assert_null(strstr(page, "url("));
    assert_null(strstr(page, "@import"));
}

// The value of a hash in the policy, and of the text between two tags.
static void check_hash(const char *page, const char *directive, const char *start,
                       const char *end) {
    char expected[SHA256_TEXT], found[SHA256_TEXT] = "";
    size_t size;
    const char *text = text_after(page, start);
    sha256_of_bytes((const uint8_t *)text, (size_t)(strstr(text, end) - text), expected);
    uint8_t *hash = base64_decode(text_after(page, directive), &size);
    assert_int_equal(size, 32);
    for (size_t i = 0; i < size; i++)
        snprintf(found + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(found, expected);
    free(hash);
}

TEST_WITH(fixture_create, fixture_destroy,
          the_policy_allows_the_style_and_the_script_by_their_hashes) {
    const char *page = fixture_write_page();
    text_after(page, "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; "
                     "img-src data:; style-src 'sha256-");
    assert_null(strstr(page, "unsafe-"));
    assert_null(strstr(page, " style=\""));
    assert_int_equal(count_of(page, "<style>"), 1);
    assert_int_equal(count_of(page, "<script>"), 1);
    check_hash(page, "style-src 'sha256-", "<style>", "</style>");
    check_hash(page, "script-src 'sha256-", "<script>", "</script>");
}

TEST_WITH(fixture_create, fixture_destroy, elements_are_closed) {
    static const char *const names[] = {
        "html",  "head",   "body",   "main",       "header",  "section", "table", "thead", "tbody",
        "tr",    "td",     "th",     "figure",     "ul",      "li",      "svg",   "text",  "div",
        "p",     "h1",     "h2",     "figcaption", "caption", "data",    "code",  "style", "b",
        "title", "script", "canvas", "button",     "g",       "a",       "h3",
    };
    fixture_misclassify(1, 0.5F);
    fixture.report.run.first_epoch = 2;
    const char *page = fixture_write_page();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char plain[32], with_attributes[32], end[32];
        snprintf(plain, sizeof plain, "<%s>", names[i]);
        snprintf(with_attributes, sizeof with_attributes, "<%s ", names[i]);
        snprintf(end, sizeof end, "</%s>", names[i]);
        size_t starts = count_of(page, plain) + count_of(page, with_attributes);
        size_t ends = count_of(page, end);
        if (starts == 0 || starts != ends)
            fail_msg("%s: %zu start tags, %zu end tags", names[i], starts, ends);
    }
}
