#include "output/log.h"
#include "support/file_checks.h"
#include "support/report_fixture.h"
#include "support/scratch.h"
#include "support/test.h"

#include <signal.h>

#define ENVIRONMENT_JSON                                                                           \
    "{\"event\":\"run\",\"program\":\"mnist-train 1\",\"started\":\"2026-01-31T12:00:00Z\","       \
    "\"blas\":\"a library\",\"kernel\":\"a kernel\",\"zlib\":\"1.0\",\"system\":\"A system\","     \
    "\"processors\":3,\"threads\":2,\"folder\":\"/home/someone\","                                 \
    "\"command\":[\"build/mnist-train\",\"--report\",\"run.html\"],\"variables\":["
#define DATASET_JSON "{\"count\":100,\"images\":\"data/images.gz\",\"labels\":\"data/labels.gz\"}"

static Log begin(void) {
    static char path[8192];
    Log log;
    Error error;
    snprintf(path, sizeof path, "%s", scratch_path("log"));
    if (!log_begin(&log, path, &fixture.report.run, &error))
        fail_msg("%s", error.text);
    return log;
}

static void finish(Log *log) {
    Error error;
    if (!log_finish(log, &error))
        fail_msg("%s", error.text);
}

static void send(Log *log, TrainEventKind kind, size_t epoch, const Metrics *metrics,
                 double seconds) {
    const TrainEvent event = {
        .kind = kind, .epoch = epoch, .epochs = 2, .seconds = seconds, .metrics = metrics};
    log_on_event(log, &event);
}

// Valid until the next call.
static const char *read_log(const Log *log) {
    static char content[4096];
    FILE *file = fopen(log->path, "rb");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    return content;
}

TEST_WITH(fixture_create, fixture_destroy, the_first_line_describes_the_run) {
    Log log = begin();
    finish(&log);
    check_content("log", ENVIRONMENT_JSON
                  "],\"seed\":42,\"epochs\":1000,\"batch\":32,\"lr\":0.001,\"loss\":\"tutorial\","
                  "\"reproducible\":false,\"test-every-epoch\":false,\"transforms\":[],"
                  "\"loaded\":null,\"resumed\":null,"
                  "\"train\":" DATASET_JSON ",\"test\":" DATASET_JSON "}\n");
}

TEST_WITH(fixture_create, fixture_destroy, all_settings_of_a_run_are_in_its_line) {
    fixture.environment.variables[0] = "MNIST_DATA=\"here\"";
    fixture.environment.variables[1] = "OPENBLAS_CORETYPE=Zen";
    fixture.config.seed = UINT64_MAX;
    fixture.config.learning_rate = 0.1;
    fixture.config.loss = LOSS_LOGITS;
    fixture.config.is_reproducible = true;
    fixture.config.tests_every_epoch = true;
    transforms_add(&fixture.config.transforms, TRANSFORM_ROTATE, 10);
    transforms_add(&fixture.config.transforms, TRANSFORM_HFLIP, 0.5);
    fixture.report.run.loaded = "model";
    fixture.report.run.resumed = "checkpoint";
    fixture.report.run.train = NULL;
    Log log = begin();
    finish(&log);
    check_content("log", ENVIRONMENT_JSON
                  "\"MNIST_DATA=\\\"here\\\"\",\"OPENBLAS_CORETYPE=Zen\"],"
                  "\"seed\":18446744073709551615,\"epochs\":1000,\"batch\":32,"
                  "\"lr\":0.1,\"loss\":\"logits\",\"reproducible\":true,"
                  "\"test-every-epoch\":true,\"transforms\":["
                  "{\"name\":\"RandomRotation\",\"amount\":10},"
                  "{\"name\":\"RandomHorizontalFlip\",\"amount\":0.5}],\"loaded\":\"model\","
                  "\"resumed\":\"checkpoint\",\"train\":null,\"test\":" DATASET_JSON "}\n");
}

// Two batches of four images with 3 and 4 correct ones; the tutorial divides by 1.
TEST_WITH(fixture_create, fixture_destroy, epochs_and_the_test_have_their_metrics_and_seconds) {
    Metrics metrics = {.batch_size = 4};
    metrics_add(&metrics, 4, 3, 0.5);
    metrics_add(&metrics, 4, 4, 0.25);
    Log log = begin();
    send(&log, TRAIN_BATCH_DONE, 0, &metrics, 0.0);
    send(&log, TRAIN_EPOCH_DONE, 0, &metrics, 1.5);
    send(&log, TRAIN_EPOCH_DONE, 1, &metrics, 0.25);
    send(&log, TRAIN_TEST_DONE, 2, &metrics, 0.125);
    const char *content = read_log(&log); // before log_finish: each line is written at once
    finish(&log);
    const char *lines = text_after(content, "\n");
    const char *margin = text_after(lines, ",\"margin\":");
    assert_memory_equal(
        lines,
        "{\"event\":\"epoch\",\"epoch\":0,\"tutorial\":{\"loss\":0.75,\"accuracy\":175},\"exact\":"
        "{\"loss\":0.375,\"right\":7,\"images\":8,\"accuracy\":87.5},\"seconds\":1.5}\n"
        "{\"event\":\"epoch\",\"epoch\":1,\"tutorial\":{\"loss\":0.75,\"accuracy\":175},\"exact\":"
        "{\"loss\":0.375,\"right\":7,\"images\":8,\"accuracy\":87.5},\"seconds\":0.25}\n"
        "{\"event\":\"test\",\"tutorial\":{\"accuracy\":175},\"exact\":"
        "{\"right\":7,\"images\":8,\"accuracy\":87.5,\"margin\":",
        (size_t)(margin - lines));
    char *end;
    assert_true(strtod(margin, &end) == metrics_accuracy_margin(&metrics));
    assert_string_equal(end, "},\"seconds\":0.125}\n");
}

TEST_WITH(fixture_create, fixture_destroy, the_test_of_an_epoch_is_in_its_line) {
    const Metrics metrics = fixture_metrics(4, 2, 3, 0.5);
    const Metrics test = {
        .batch_size = 5, .images = 1000, .correct = 969, .sum_batch_percent = 19380};
    const TrainEvent event = {.kind = TRAIN_EPOCH_DONE,
                              .epoch = 2,
                              .metrics = &metrics,
                              .seconds = 1.5,
                              .test = &test,
                              .test_seconds = 0.25};
    Log log = begin();
    log_on_event(&log, &event);
    finish(&log);
    const char *line = text_after(read_log(&log), "\"images\":8,\"accuracy\":75},\"seconds\":1.5,");
    const char *margin = text_after(line, ",\"margin\":");
    const char *expected = "\"test\":{\"tutorial\":{\"accuracy\":97.38693467336684},\"exact\":"
                           "{\"right\":969,\"images\":1000,\"accuracy\":96.9,\"margin\":";
    assert_memory_equal(line, expected, strlen(expected));
    text_after(margin, "},\"seconds\":0.25}}\n");
}

TEST_WITH(fixture_create, fixture_destroy, a_stop_and_an_error_have_a_line) {
    const TrainProgress progress = {.epoch = 3, .batch = 17};
    const Error error = {.text = "an \"error\""};
    fixture.report.run.resumed = "checkpoint";
    scratch_write("log", "", 0);
    Log log = begin();
    log_write_stop(&log, &progress, SIGTERM);
    log_write_error(&log, &error);
    finish(&log);
    const char *content = read_log(&log);
    assert_string_equal(text_after(content, "\n"),
                        "{\"event\":\"stop\",\"signal\":15,\"epoch\":3,\"batch\":17}\n"
                        "{\"event\":\"error\",\"text\":\"an \\\"error\\\"\"}\n");
}

TEST_WITH(fixture_create, fixture_destroy,
          a_resumed_run_continues_the_file_after_a_line_cut_short) {
    static const char cut[] = "{\"event\":\"epo";
    fixture.report.run.resumed = "checkpoint";
    scratch_write("log", cut, sizeof cut - 1);
    Log log = begin();
    finish(&log);
    const char *content = read_log(&log);
    assert_memory_equal(content, cut, sizeof cut - 1);
    assert_memory_equal(content + sizeof cut - 1, "\n{\"event\":\"run\"", 15);
    assert_int_equal(count_of(content, "\n"), 2);
}
