// Pages of unusual runs; tests/report_page.py checks every number of an ordinary one.
#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/scratch.h"
#include "support/test.h"

static void add_epochs(void) {
    for (size_t i = 3; i < FIXTURE_MAX_EPOCHS; i++) {
        const Metrics metrics = fixture_metrics(32, 7, 20 + i % 12, 2.0 / 3.0);
        fixture_add_epoch(&metrics, 1.0);
    }
}

// Noise does not compress: neither the images nor the weights. Every wrong cell has an image.
TEST_WITH(fixture_create, fixture_destroy, a_page_of_noise_and_a_thousand_epochs_shows_all) {
    float *weights = fixture.parameters.d1_weight;
    uint32_t noise = 1;
    for (size_t i = 0; i < sizeof fixture.images; i++) {
        noise = 1664525U * noise + 1013904223U;
        fixture.images[i] = (uint8_t)(noise >> 24);
    }
    fixture_set_images();
    for (size_t i = 0; i < sizeof fixture.parameters.d1_weight / sizeof *weights; i++)
        weights[i] = (float)fixture.images[i % sizeof fixture.images] - 127.0F;
    for (size_t i = 0; i < FIXTURE_IMAGES; i++)
        fixture_predict(i, (uint8_t)((i + 1 + i / 10 % 9) % 10), 0.5F);
    add_epochs();
    const char *page = fixture_write_page();
    check_numbers_are_finite(page);
    text_after(page, "<tr><th scope=\"row\">999</th><td>");
    assert_int_equal(count_of(page, "class=\"cell\""), 90);
    assert_int_equal(count_of(page, "href=\"#cell-"), 90);
}

// 100 images, all with the label 3, are predicted as 4, and the last one with more confidence.
TEST_WITH(fixture_create, fixture_destroy, many_mistakes_show_their_first_and_most_confident_ones) {
    for (size_t i = 0; i < FIXTURE_IMAGES; i++) {
        fixture.labels[i] = 3;
        fixture_misclassify(i, 0.5F);
    }
    fixture_misclassify(99, 0.75F);
    const char *cell =
        text_after(fixture_write_page(), "<h3>Label 3, predicted 4: 12 of 100 images</h3>");
    assert_int_equal(count_of(cell, "alt=\"Image "), 12);
    text_after(cell, "alt=\"Image 11\"");
    const char *next = text_after(cell, "The most confident mistakes");
    assert_int_equal(count_of(next, "alt=\"Test image "), 24);
    next = text_after(next, "alt=\"Test image 99: label 3, predicted 4\">");
    next = text_after(next, "alt=\"Test image 0: "); // equal ones in the order of the images
    text_after(next, "alt=\"Test image 22: ");
}

TEST_WITH(fixture_create, fixture_destroy, a_run_without_mistakes_or_epochs_says_so) {
    fixture.report.epoch_count = 0;
    fixture.report.run.train = NULL;
    const char *page = fixture_write_page();
    text_after(page, "None: all test images were classified correctly.");
    text_after(page, "only tested the network");
    assert_null(strstr(page, "<svg"));
    assert_null(strstr(page, "id=\"epochs\""));
    assert_null(strstr(page, "cell-"));
    assert_null(strstr(page, "training set</th>"));
}

TEST_WITH(fixture_create, fixture_destroy, a_resumed_run_starts_at_its_first_epoch) {
    fixture.report.run.first_epoch = 3;
    fixture.report.run.resumed = "there/run.checkpoint";
    fixture.report.run.loaded = "there/model";
    const char *page = fixture_write_page();
    const char *next = text_after(page, "was resumed in epoch 3");
    next = text_after(text_after(next, "id=\"epochs\""), "<th scope=\"row\">3</th>");
    next = text_after(next, "<td>1.5059</td><td>95.46</td>");
    next = text_after(next, "<th scope=\"row\">4</th>");
    next =
        text_after(text_after(next, "<td>1.5003</td><td>95.98</td>"), "<th scope=\"row\">5</th>");
    next = text_after(next, "<td></td><td></td>");
    next = text_after(next, "initial weights</th><td>model</td>");
    text_after(next, "resumed from</th><td>run.checkpoint</td>");
}

// 190 is the sum of three batches' percents, of which the tutorial's mean is 190 / 2.
TEST_WITH(fixture_create, fixture_destroy, tests_after_epochs_have_a_curve_and_a_column) {
    fixture.config.tests_every_epoch = true;
    const Metrics metrics = fixture_metrics(32, 7, 20, 1.0);
    const Metrics test = {.batch_size = 10, .images = 30, .correct = 27, .sum_batch_percent = 190};
    const TrainEvent event = {
        .kind = TRAIN_EPOCH_DONE, .metrics = &metrics, .seconds = 1.0, .test = &test};
    fixture.report.epoch_count = 0;
    report_on_event(&fixture.report, &event);
    report_on_event(&fixture.report, &event);
    const char *page = fixture_write_page();
    check_numbers_are_finite(page);
    const char *next = text_after(page, "Training and test accuracy in percent");
    assert_int_equal(count_of(page, "<polyline class=\"run\""), 3);
    assert_int_equal(count_of(next, "<polyline class=\"run\""), 2);
    next = text_after(next, "<title>epoch 1, test: 90</title>");
    next = text_after(next, "<th scope=\"col\">percent in test</th>");
    next = text_after(next, "<tr><th scope=\"row\">0</th>");
    assert_int_equal(count_of(next, "<td>90.00</td><td>1.00</td></tr>"), 2);
}

TEST_WITH(fixture_create, fixture_destroy, another_loss_has_no_curve_of_the_tutorials_loss) {
    fixture.config.loss = LOSS_LOGITS;
    const char *page = fixture_write_page();
    assert_int_equal(count_of(page, "<polyline class=\"run\""), 2);
    const char *accuracy = text_after(page, "Training accuracy");
    assert_int_equal(count_of(page, "<polyline class=\"tutorial\""), 1);
    assert_int_equal(count_of(accuracy, "<polyline class=\"tutorial\""), 1);
    text_after(accuracy, "The tutorial's loss is not comparable");
}

TEST_WITH(fixture_create, fixture_destroy,
          numbers_are_finite_when_all_is_wrong_and_weights_are_zero) {
    memset(&fixture.parameters, 0, sizeof fixture.parameters);
    for (size_t i = 0; i < 3; i++)
        fixture.report.epochs[i] = (ReportEpoch){.metrics = fixture_metrics(32, 7, 0, 1e30)};
    for (size_t i = 0; i < FIXTURE_IMAGES; i++)
        fixture_misclassify(i, 1.0F);
    fixture.report.test_metrics = fixture_metrics(10, 10, 0, 1e30);
    const char *page = fixture_write_page();
    check_numbers_are_finite(page);
    text_after(page, "Colours are full at &#177;0,");
}

TEST_WITH(fixture_create, fixture_destroy, a_single_batch_of_a_single_image_makes_a_page) {
    fixture.test.count = 1;
    fixture.report.test_metrics = fixture_metrics(1, 1, 1, 0.0);
    for (size_t i = 0; i < 3; i++)
        fixture.report.epochs[i] = (ReportEpoch){.metrics = fixture_metrics(32, 1, 32, 0.0)};
    const char *page = fixture_write_page();
    check_numbers_are_finite(page);
    text_after(page, "test set</th><td>1 images of");
}

// A page is passed on: the directories of its maker are nobody's business.
TEST_WITH(fixture_create, fixture_destroy, texts_from_outside_are_escaped_and_paths_shortened) {
    static char hostile[] = "/home/someone/<b>\"&'\x01\xff\\<i>/";
    static char option[] = "--data=/home/someone/my data/";
    static const ClassNames classes = {{[4] = "Coat", [5] = "<b>\"x\\"}};
    fixture.environment.blas = fixture.environment.kernel = "<b>\"&\x01";
    fixture.environment.variables[0] = "MNIST_DATA=/home/someone/<b>";
    fixture.arguments[1] = option;
    fixture.arguments[2] = hostile;
    fixture.report.run.loaded = fixture.report.run.resumed = hostile;
    fixture.train.images_path = fixture.test.images_path = hostile;
    fixture.report.run.classes = &classes;
    fixture_misclassify(4, 0.5F);
    const char *page = fixture_write_page();
    assert_null(strstr(page, "someone"));
    assert_null(strstr(page, "<b>\""));
    assert_null(strstr(page, "<i>"));
    assert_null(strchr(page, 1));
    text_after(page,
               "<code>MNIST_DATA='&lt;b&gt;' mnist-train --data='my data/' '&lt;b&gt;&quot;&amp;'");
    text_after(page, "<h3>Label 4 Coat, predicted 5 &lt;b&gt;&quot;x\\: 1 of 1 images</h3>");
    text_after(page, "alt=\"Test image 4: label 4 Coat, predicted 5 &lt;b&gt;&quot;x\\\">");
    // beside the canvas, in the matrix, in the table of precision and recall
    assert_int_equal(count_of(page, "<tr><th scope=\"row\">4 Coat</th><td"), 3);
}

TEST_WITH(fixture_create, fixture_destroy, the_policy_allows_the_style_and_the_script) {
    const char *page = fixture_write_page();
    text_after(page, "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; "
                     "img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
    assert_int_equal(count_of(page, "<style>"), 1);
    assert_int_equal(count_of(page, "<script>"), 1);
}
