#include "support/report_fixture.h"
#include "support/test.h"

#include "io/gzip_reader.h"
#include "support/datasets.h"
#include "support/scratch.h"

ReportFixture fixture;

static char *page; // that was written last

void fixture_predict(size_t image, uint8_t digit, float confidence) {
    Prediction *prediction = &fixture.predictions[image];
    for (size_t d = 0; d < MNIST_CLASSES; d++)
        prediction->probabilities[d] = (1.0F - confidence) / (MNIST_CLASSES - 1);
    prediction->probabilities[digit] = confidence;
    prediction->digit = digit;
}

void fixture_misclassify(size_t image, float confidence) {
    fixture_predict(image, (uint8_t)((fixture.labels[image] + 1) % 10), confidence);
}

Metrics fixture_metrics(size_t batch_size, size_t batches, size_t correct, double loss) {
    Metrics metrics = {.batch_size = batch_size};
    for (size_t i = 0; i < batches; i++)
        metrics_add(&metrics, batch_size, correct, loss + 0.01 * (double)i);
    return metrics;
}

void fixture_add_epoch(const Metrics *metrics, double seconds) {
    TrainEvent event = {.kind = TRAIN_EPOCH_DONE, .metrics = metrics, .seconds = seconds};
    report_on_event(&fixture.report, &event);
}

void fixture_set_images(void) {
    dataset_destroy(&fixture.images_only);
    fixture.images_only = made_dataset(fixture.images, NULL, FIXTURE_IMAGES);
    fixture.test = fixture.images_only;
    fixture.test.images_path = fixture.images_path;
    fixture.test.labels_path = fixture.labels_path;
    fixture.test.labels = fixture.labels;
    fixture.train = fixture.test;
}

static void fill_data(void) {
    snprintf(fixture.images_path, sizeof fixture.images_path, "data/images.gz");
    snprintf(fixture.labels_path, sizeof fixture.labels_path, "data/labels.gz");
    for (size_t i = 0; i < FIXTURE_IMAGES; i++) {
        fixture.labels[i] = (uint8_t)(i % 10);
        memset(fixture.images + i * MNIST_PIXELS, (int)i, MNIST_PIXELS);
        fixture_predict(i, fixture.labels[i], 0.9F);
    }
    fixture_set_images();
}

static void fill_run(void) {
    static char program[] = "build/mnist-train";
    static char option[] = "--report";
    static char value[] = "run.html";
    fixture.config = (TrainConfig){.epochs = FIXTURE_MAX_EPOCHS,
                                   .batch_size = 32,
                                   .learning_rate = 0.001,
                                   .seed = 42,
                                   .loss = LOSS_TUTORIAL};
    fixture.arguments[0] = program;
    fixture.arguments[1] = option;
    fixture.arguments[2] = value;
    fixture.environment = (Environment){.started = "2026-01-31T12:00:00Z",
                                        .system = "A system",
                                        .program = "mnist-train 1",
                                        .blas = "a library",
                                        .kernel = "a kernel",
                                        .zlib = "1.0",
                                        .processors = 3,
                                        .threads = 2,
                                        .working_dir = "/home/someone",
                                        .argument_count = 3,
                                        .arguments = fixture.arguments};
    for (size_t i = 0; i < sizeof fixture.parameters.d1_weight / sizeof(float); i++)
        fixture.parameters.d1_weight[i] = (float)(i % 201) / 100.0F - 1.0F;
}

static void fill_report(void) {
    static char path[8192];
    const RunInfo run = {.config = &fixture.config,
                         .environment = &fixture.environment,
                         .train = &fixture.train,
                         .test = &fixture.test};
    const Metrics test_metrics = fixture_metrics(10, 10, 9, 0.3);
    const TrainEvent test = {.kind = TRAIN_TEST_DONE, .metrics = &test_metrics, .seconds = 0.1};
    Error error;
    snprintf(path, sizeof path, "%s", scratch_path("page.html"));
    if (!report_begin(&fixture.report, path, &run, &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < 3; i++) {
        const Metrics metrics = fixture_metrics(32, 7, 20 + i, 2.0 / 3.0);
        fixture_add_epoch(&metrics, 1.0 + 0.1 * (double)i);
    }
    report_on_event(&fixture.report, &test);
}

int fixture_create(void **state) {
    int result = scratch_create(state);
    memset(&fixture, 0, sizeof fixture);
    fill_data();
    fill_run();
    fill_report();
    return result;
}

int fixture_destroy(void **state) {
    report_destroy(&fixture.report);
    dataset_destroy(&fixture.images_only);
    free(page);
    page = NULL;
    return scratch_remove(state);
}

const char *fixture_write_page(void) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    Error error;
    if (!report_write(&fixture.report, &fixture.parameters, fixture.predictions, &error) ||
        !gzip_reader_read_file(fixture.report.path, 1 << 24, &bytes, &size, &error))
        fail_msg("%s", error.text);
    free(page);
    page = malloc(size + 1);
    assert_non_null(page);
    memcpy(page, bytes, size);
    page[size] = '\0';
    free(bytes);
    assert_int_equal(strlen(page), size);
    return page;
}
