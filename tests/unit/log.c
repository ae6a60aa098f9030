#include "output/log.h"
#include "support/file_checks.h"
#include "support/report_fixture.h"
#include "support/scratch.h"
#include "support/test.h"

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

// Valid until the next call.
static const char *read_log(const Log *log) {
    static char content[4096];
    FILE *file = fopen(log->path, "rb");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    return content;
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
