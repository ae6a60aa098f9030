#include "io/gzip_reader.h"
#include "report/report.h"
#include "support/markup.h"
#include "support/scratch.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { IMAGES = 100, EPOCHS = 1000, MOST_SHOWN = 24 };

// A report and all that it is about, made up: the parts are there to be changed by a test.
typedef struct {
    Report report;
    TrainConfig settings;
    Environment environment;
    char *arguments[4];
    Dataset train, test;
    uint8_t images[IMAGES * MNIST_PIXELS];
    uint8_t labels[IMAGES];
    Prediction predictions[IMAGES];
    ReportEpoch epochs[EPOCHS];
    NetworkParameters parameters;
    char *page; // written last
} Fixture;

static Fixture fixture;

// Right, with confidence, unless a test says otherwise.
static void predict(size_t image, uint8_t digit, float confidence) {
    Prediction *prediction = &fixture.predictions[image];
    for (size_t d = 0; d < NETWORK_CLASSES; d++)
        prediction->probabilities[d] = (1.0F - confidence) / (NETWORK_CLASSES - 1);
    prediction->probabilities[digit] = confidence;
    prediction->digit = digit;
}

// Takes the image for the next digit.
static void mistake(size_t image, float confidence) {
    predict(image, (uint8_t)((fixture.labels[image] + 1) % 10), confidence);
}

static Metrics figures_of(size_t batch_size, size_t batches, size_t correct, double loss) {
    Metrics metrics = {.batch_size = batch_size};
    for (size_t i = 0; i < batches; i++)
        metrics_add(&metrics, batch_size, correct, loss + 0.01 * (double)i);
    return metrics;
}

static void fill_data(void) {
    static char images_path[] = "data/images.gz";
    static char labels_path[] = "data/labels.gz";
    for (size_t i = 0; i < IMAGES; i++) {
        fixture.labels[i] = (uint8_t)(i % 10);
        memset(fixture.images + i * MNIST_PIXELS, (int)i, MNIST_PIXELS);
        predict(i, fixture.labels[i], 0.9F);
    }
    fixture.test = (Dataset){.count = IMAGES,
                             .images = fixture.images,
                             .labels = fixture.labels,
                             .images_path = images_path,
                             .labels_path = labels_path};
    fixture.train = fixture.test;
}

static void fill_run(void) {
    static char program[] = "build/mnist-train";
    static char option[] = "--report";
    static char value[] = "run.html";
    fixture.settings = (TrainConfig){
        .epochs = 3, .batch_size = 32, .learning_rate = 0.001, .seed = 42, .loss = LOSS_TUTORIAL};
    fixture.arguments[0] = program;
    fixture.arguments[1] = option;
    fixture.arguments[2] = value;
    fixture.environment = (Environment){.started = "2026-01-31T12:00:00Z",
                                        .system = "A system",
                                        .program = "mnist-train 1",
                                        .blas = "a library",
                                        .kernel = "a kernel",
                                        .zlib = "1.0",
                                        .processors = 2,
                                        .threads = 2,
                                        .folder = "/home/someone",
                                        .argument_count = 3,
                                        .arguments = fixture.arguments};
    for (size_t i = 0; i < EPOCHS; i++)
        fixture.epochs[i] = (ReportEpoch){.metrics = figures_of(32, 7, 20 + i % 12, 2.0 / 3.0),
                                          .seconds = 1.0 + 0.1 * (double)i};
    for (size_t i = 0; i < sizeof fixture.parameters.d1_weight / sizeof(float); i++)
        fixture.parameters.d1_weight[i] = (float)(i % 201) / 100.0F - 1.0F;
}

static int create(void **state) {
    memset(&fixture, 0, sizeof fixture);
    fill_data();
    fill_run();
    fixture.report = (Report){.settings = &fixture.settings,
                              .environment = &fixture.environment,
                              .train = &fixture.train,
                              .test = &fixture.test,
                              .epochs = fixture.epochs,
                              .epoch_count = 3,
                              .tested = figures_of(10, 10, 9, 0.3),
                              .test_seconds = 0.1,
                              .parameters = &fixture.parameters,
                              .predictions = fixture.predictions};
    return scratch_create(state);
}

static int destroy(void **state) {
    free(fixture.page);
    return scratch_remove(state);
}

// Writes the page and reads it, a text that the next call ends.
static const char *write_page(void) {
    uint8_t *bytes;
    size_t size;
    Error error = {.text = ""};
    bool written = report_write(scratch_path("page.html"), &fixture.report, &error);
    assert_string_equal(error.text, "");
    assert_true(written);
    assert_true(gzip_reader_read_file(scratch_path("page.html"), 1 << 24, &bytes, &size, &error));
    free(fixture.page);
    fixture.page = malloc(size + 1);
    assert_non_null(fixture.page);
    memcpy(fixture.page, bytes, size);
    fixture.page[size] = '\0';
    assert_int_equal(strlen(fixture.page), size);
    free(bytes);
    return fixture.page;
}

static size_t files_in_folder(void) {
    DIR *folder = opendir(scratch_path("."));
    size_t count = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += *entry->d_name != '.';
    closedir(folder);
    return count;
}

// Behind a text that must be there.
static const char *behind(const char *page, const char *text) {
    const char *place = strstr(page, text);
    if (!place)
        print_error("expected in the page: %s\n", text);
    assert_non_null(place);
    return place + strlen(text);
}

// Takes the next figure, which must have this class and be exactly this number.
static const char *take_figure(const char *page, const char *class, double number) {
    char pattern[64];
    char *end;
    snprintf(pattern, sizeof pattern, "<data class=\"%s\" value=\"", class);
    page = behind(page, "<data ") - strlen("<data ");
    assert_memory_equal(page, pattern, strlen(pattern));
    assert_true(strtod(page + strlen(pattern), &end) == number);
    assert_memory_equal(end, "\">", 2);
    return end;
}

static void every_epoch_has_its_figures_in_full(void **state) {
    (void)state;
    const char *next = behind(write_page(), "id=\"epochs\"");
    for (size_t i = 0; i < 3; i++) {
        char row[64];
        const Metrics *metrics = &fixture.epochs[i].metrics;
        snprintf(row, sizeof row, "<tr><th scope=\"row\">%zu</th>", i);
        next = behind(next, row);
        next = take_figure(next, "tutorial-loss", metrics->sum_batch_loss / 6);
        next = take_figure(next, "tutorial-accuracy", (double)metrics->sum_batch_percent / 6);
        next = take_figure(next, "exact-loss", metrics->sum_image_loss / (7 * 32));
        next = take_figure(next, "exact-right", (double)(7 * (20 + i)));
        next = take_figure(next, "exact-images", 7 * 32);
        next = take_figure(next, "exact-accuracy", 100.0 * (double)(7 * (20 + i)) / (7 * 32));
        next = take_figure(next, "seconds", fixture.epochs[i].seconds);
    }
    assert_int_equal(count_of(fixture.page, "\"tutorial-loss\""), 3);
}

static void the_test_has_its_figures_in_full(void **state) {
    (void)state;
    fixture.report.tested = figures_of(30, 10, 27, 0.3);
    fixture.report.test_seconds = 1.0 / 3.0;
    const char *next = behind(write_page(), "<header id=\"test\">");
    next = take_figure(next, "exact-accuracy", 90.0);
    next = take_figure(next, "exact-right", 270);
    next = take_figure(next, "exact-images", 300);
    next = take_figure(next, "exact-margin", metrics_accuracy_margin(&fixture.report.tested));
    next = take_figure(next, "seconds", 1.0 / 3.0);
    take_figure(next, "tutorial-accuracy", 900.0 / 9);
    assert_non_null(strstr(fixture.page, "<title>mnist-train: 90.00 % of the test images right"));
}

static void a_batch_of_one_image_is_as_good_as_any(void **state) {
    (void)state;
    fixture.settings.batch_size = 1;
    fixture.epochs[0].metrics = figures_of(1, 1, 1, 0.5);
    fixture.report.epoch_count = 1;
    const char *next = behind(write_page(), "id=\"epochs\"");
    next = take_figure(next, "tutorial-loss", 0.5);
    next = take_figure(next, "tutorial-accuracy", 100);
    next = take_figure(next, "exact-loss", 0.5);
    assert_non_null(strstr(fixture.page, "batch</th><td>1</td>"));
}

static void a_page_without_epochs_says_that_nothing_was_trained(void **state) {
    (void)state;
    assert_null(strstr(write_page(), "Nothing was trained"));
    fixture.report.epoch_count = 0;
    fixture.report.train = NULL;
    write_page();
    assert_non_null(strstr(fixture.page, "Nothing was trained"));
    assert_null(strstr(fixture.page, "<svg"));
    assert_null(strstr(fixture.page, "id=\"epochs\""));
    assert_null(strstr(fixture.page, "trained on"));
    assert_non_null(strstr(fixture.page, "tested on"));
}

static void a_resumed_run_names_its_first_epoch(void **state) {
    (void)state;
    assert_null(strstr(write_page(), "was resumed"));
    fixture.report.first_epoch = 17;
    fixture.report.begun_with = "run.checkpoint";
    const char *next = behind(write_page(), "The run was resumed: epochs before epoch 17 ");
    next = behind(next, "id=\"epochs\"");
    assert_null(strstr(next, "<th scope=\"row\">16</th>"));
    next = behind(next, "<th scope=\"row\">17</th>");
    behind(behind(next, "<th scope=\"row\">19</th>"), "run.checkpoint");
}

// In a resumed run too: its epochs have the tutorial's metrics of the same epoch beside them.
static void the_tutorials_figures_stand_beside_the_same_epoch(void **state) {
    (void)state;
    fixture.report.first_epoch = 3;
    const char *next = behind(write_page(), "<th scope=\"row\">3</th>");
    const char *fourth = behind(next, "<th scope=\"row\">4</th>");
    const char *fifth = behind(fourth, "<th scope=\"row\">5</th>");
    assert_true(behind(next, "<td>1.5059</td><td>95.46</td>") < fourth);
    assert_true(behind(fourth, "<td>1.5003</td><td>95.98</td>") < fifth);
    behind(fifth, "<td></td><td></td>");
}

// "nan" or "inf" where a number would stand: in no word, and not in a picture.
static void assert_all_numbers_are_finite(const char *page) {
    for (const char *c = page; *c; c++) {
        static const char picture[] = "base64,";
        if (strncmp(c, picture, sizeof picture - 1) == 0)
            c = strchr(c, '"');
        bool is_word = c > page && isalpha((unsigned char)c[-1]) && c[-1] != 'M';
        if (!is_word && (strncmp(c, "nan", 3) == 0 || strncmp(c, "inf", 3) == 0))
            assert_true(isalpha((unsigned char)c[3]));
    }
}

static void a_thousand_epochs_are_a_page_below_2_mb_without_nan(void **state) {
    (void)state;
    fixture.report.epoch_count = EPOCHS;
    fixture.settings.epochs = EPOCHS;
    write_page();
    assert_true(strlen(fixture.page) < 2000000);
    assert_int_equal(count_of(behind(fixture.page, "id=\"epochs\""), "\"tutorial-loss\""), EPOCHS);
    assert_all_numbers_are_finite(fixture.page);
    behind(fixture.page, "</html>\n");
}

static void extreme_runs_have_no_nan(void **state) {
    (void)state;
    memset(&fixture.parameters, 0, sizeof fixture.parameters);
    for (size_t i = 0; i < 3; i++)
        fixture.epochs[i] = (ReportEpoch){.metrics = figures_of(32, 7, 0, 1e30)};
    for (size_t i = 0; i < IMAGES; i++)
        mistake(i, 1.0F);
    fixture.report.tested = figures_of(10, 10, 0, 1e30);
    fixture.report.test_seconds = 0.0;
    assert_all_numbers_are_finite(write_page());
    fixture.report.tested = figures_of(1, 1, 1, 0.0);
    for (size_t i = 0; i < 3; i++)
        fixture.epochs[i] = (ReportEpoch){.metrics = figures_of(32, 1, 32, 0.0)};
    assert_all_numbers_are_finite(write_page());
}

static void another_loss_leaves_the_tutorials_curve_out_and_says_why(void **state) {
    (void)state;
    assert_int_equal(count_of(write_page(), "<polyline class=\"other\""), 2);
    assert_null(strstr(fixture.page, "tutorial's loss is another"));
    fixture.settings.loss = LOSS_LOGITS;
    const char *accuracy = behind(write_page(), "Accuracy in training");
    assert_int_equal(count_of(fixture.page, "<polyline class=\"run\""), 2);
    assert_int_equal(count_of(fixture.page, "<polyline class=\"other\""), 1);
    assert_int_equal(count_of(accuracy, "<polyline class=\"other\""), 1);
    assert_non_null(strstr(accuracy, "tutorial's loss is another"));
    assert_non_null(strstr(accuracy, "loss</th><td>logits</td>"));
}

static void strange_texts_are_escaped(void **state) {
    (void)state;
    static char strange[] = "<b>\"&'\x01\xff</b>";
    static char argument[] = "</code></pre><script>alert(1)</script>";
    fixture.environment.folder = strange;
    fixture.environment.blas = strange;
    fixture.environment.kernel = strange;
    fixture.environment.zlib = strange;
    snprintf(fixture.environment.system, ENVIRONMENT_TEXT, "%s", strange);
    snprintf(fixture.environment.program, ENVIRONMENT_TEXT, "%s", strange);
    fixture.environment.variables[0] = "OPENBLAS_CORETYPE=<b>";
    fixture.arguments[1] = strange;
    fixture.arguments[2] = argument;
    fixture.report.begun_with = strange;
    fixture.train.images_path = strange;
    fixture.test.images_path = strange;
    const char *repeat = behind(write_page(), "<section id=\"repeat\">");
    assert_null(strstr(repeat, "<b>"));
    assert_null(strstr(repeat, "<script"));
    assert_null(strchr(repeat, 1));
    assert_null(strchr(repeat, 0xff));
    assert_int_equal(count_of(repeat, "&lt;b&gt;"), 11);
    assert_int_equal(count_of(repeat, "&lt;b&gt;&quot;&amp;"), 10);
    assert_int_equal(count_of(repeat, "</code></pre>"), 1);
}

// As it stands, but for a program that prints its arguments and the variable.
static void the_command_is_one_for_a_shell(void **state) {
    (void)state;
    static char program[] = "./it's a program";
    static char argument[] = "a <b> & $HOME";
    static const char script[] =
        "#!/bin/sh\nprintf '%s|' \"$OPENBLAS_CORETYPE\" \"${PWD##*/}\" \"$@\"\n";
    char answer[256] = "";
    scratch_make_directory("a \"<folder>\"");
    scratch_write("a \"<folder>\"/it's a program", script, sizeof script - 1);
    assert_int_equal(chmod(scratch_path("a \"<folder>\"/it's a program"), 0700), 0);
    fixture.environment.folder = scratch_path("a \"<folder>\"");
    fixture.environment.variables[0] = "OPENBLAS_CORETYPE=one of two";
    fixture.arguments[0] = program;
    fixture.arguments[2] = argument;
    char *command = html_decode(behind(write_page(), "<pre><code>"));
    FILE *shell = popen(command, "r");
    assert_non_null(shell);
    answer[fread(answer, 1, sizeof answer - 1, shell)] = '\0';
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(answer, "one of two|a \"<folder>\"|--report|a <b> & $HOME|");
    free(command);
}

static void settings_and_machine_are_told(void **state) {
    (void)state;
    transforms_add(&fixture.settings.transforms, TRANSFORM_ROTATE, 15);
    fixture.settings.seed = UINT64_MAX;
    const char *next = behind(write_page(), "<table class=\"settings\">");
    next = behind(next, "epochs</th><td>3</td>");
    next = behind(next, "batch</th><td>32</td>");
    next = behind(next, "learning rate</th><td>0.001</td>");
    next = behind(next, "loss</th><td>tutorial</td>");
    next = behind(next, "seed</th><td>18446744073709551615</td>");
    assert_null(strstr(next, "transforms</th><td>none"));
    next = behind(next, "trained on</th><td>100 images of data/images.gz</td>");
    behind(next, "<time datetime=\"2026-01-31T12:00:00Z\">");
}

static void a_run_without_mistakes_says_so(void **state) {
    (void)state;
    write_page();
    behind(fixture.page, "There are none: every test image was right.");
    assert_null(strstr(fixture.page, "Test image "));
    mistake(5, 0.5F);
    write_page();
    assert_null(strstr(fixture.page, "There are none"));
    assert_int_equal(count_of(fixture.page, "\"Test image "), 1);
    behind(fixture.page, "alt=\"Test image 5: 5 taken for 6\"");
}

// The page shows exactly these images, in this order.
static void check_shown(const size_t *images, size_t count) {
    const char *next = write_page();
    for (size_t i = 0; i < count; i++) {
        next = behind(next, "alt=\"Test image ");
        assert_int_equal(strtoul(next, NULL, 10), images[i]);
    }
    assert_null(strstr(next, "alt=\"Test image "));
}

// Every image but the tenth a mistake, in no order: image i has confidence of rank 37 i mod 100.
static void the_24_surest_mistakes_are_shown_the_surest_first(void **state) {
    (void)state;
    size_t expected[MOST_SHOWN];
    size_t count = 0;
    for (size_t i = 0; i < IMAGES; i++) {
        float confidence = 0.2F + 0.007F * (float)(37 * i % IMAGES);
        if (i % 10 == 3)
            predict(i, fixture.labels[i], 0.999F); // surer, and right
        else
            mistake(i, confidence);
    }
    for (size_t rank = IMAGES; rank-- > 0 && count < MOST_SHOWN;) {
        size_t image = rank * 73 % IMAGES; // 37 * 73 = 1 modulo 100
        if (image % 10 != 3)
            expected[count++] = image;
    }
    check_shown(expected, MOST_SHOWN);
}

static void any_number_of_mistakes_is_shown_up_to_24(void **state) {
    (void)state;
    size_t expected[IMAGES];
    for (size_t count = 1; count <= MOST_SHOWN + 2; count++) {
        // each surer than those before
        mistake(count - 1, 0.3F + 0.01F * (float)count);
        for (size_t i = 0; i < count; i++)
            expected[i] = count - 1 - i;
        check_shown(expected, count < MOST_SHOWN ? count : MOST_SHOWN);
    }
}

static void equally_sure_mistakes_are_in_the_images_order(void **state) {
    (void)state;
    size_t expected[MOST_SHOWN];
    for (size_t i = 0; i < IMAGES; i++)
        mistake(i, 0.5F);
    mistake(99, 0.6F);
    expected[0] = 99;
    for (size_t i = 1; i < MOST_SHOWN; i++)
        expected[i] = i - 1;
    check_shown(expected, MOST_SHOWN);
}

static PngPicture picture_before(const char *alt) {
    static const char url[] = "data:image/png;base64,";
    const char *next = fixture.page;
    const char *last = NULL;
    const char *end = strstr(fixture.page, alt);
    size_t size;
    assert_non_null(end);
    for (; (next = strstr(next, url)) && next < end; next++)
        last = next + sizeof url - 1;
    assert_non_null(last);
    uint8_t *png = base64_decode(last, &size);
    PngPicture picture = png_decode(png, size);
    free(png);
    return picture;
}

static void a_mistake_has_its_picture_and_its_certainty(void **state) {
    (void)state;
    mistake(41, 0.75F);
    mistake(77, 0.5F);
    take_figure(behind(write_page(), "alt=\"Test image 41: 1 taken for 2\""), "confidence", 75);
    PngPicture picture = picture_before("alt=\"Test image 41:");
    assert_int_equal(picture.width, MNIST_SIDE);
    assert_int_equal(picture.height, MNIST_SIDE);
    assert_int_equal(picture.colours, 1);
    assert_memory_equal(picture.pixels, fixture.images + 41 * MNIST_PIXELS, MNIST_PIXELS);
    free(picture.pixels);
}

static const uint8_t *pixel_of_unit(const PngPicture *picture, size_t unit, size_t pixel) {
    size_t tile = MNIST_SIDE + 1;
    size_t y = unit / 16 * tile + 1 + pixel / MNIST_SIDE;
    size_t x = unit % 16 * tile + 1 + pixel % MNIST_SIDE;
    return picture->pixels + 3 * (y * picture->width + x);
}

// Zero is white; the signs are blue and orange, the larger the fuller.
static void weights_are_painted_by_sign_and_size(void **state) {
    (void)state;
    float *weights = fixture.parameters.d1_weight;
    memset(weights, 0, sizeof fixture.parameters.d1_weight);
    weights[17 * NETWORK_PIXELS + 30] = -1.0F;
    weights[127 * NETWORK_PIXELS + 783] = 1.0F;
    write_page();
    PngPicture picture = picture_before("alt=\"The weights of 128 hidden units");
    assert_int_equal(picture.width, 16 * 29 + 1);
    assert_int_equal(picture.height, 8 * 29 + 1);
    const uint8_t *zero = pixel_of_unit(&picture, 0, 0);
    const uint8_t *below = pixel_of_unit(&picture, 17, 30);
    const uint8_t *above = pixel_of_unit(&picture, 127, 783);
    assert_true(zero[0] == 255 && zero[1] == 255 && zero[2] == 255);
    assert_true(below[2] > below[0] && below[0] < 255); // blue
    assert_true(above[0] > above[2] && above[2] < 255); // orange
    assert_memory_equal(pixel_of_unit(&picture, 30, 17), zero, 3);
    free(picture.pixels);
}

static void weights_that_are_all_zero_are_white(void **state) {
    (void)state;
    memset(&fixture.parameters, 0, sizeof fixture.parameters);
    write_page();
    PngPicture picture = picture_before("alt=\"The weights of 128 hidden units");
    for (size_t i = 0; i < (size_t)NETWORK_HIDDEN * NETWORK_PIXELS; i++)
        assert_memory_equal(pixel_of_unit(&picture, i / NETWORK_PIXELS, i % NETWORK_PIXELS),
                            "\xff\xff\xff", 3);
    free(picture.pixels);
}

static void a_single_test_image_makes_a_page(void **state) {
    (void)state;
    fixture.test.count = 1;
    fixture.report.tested = figures_of(1, 1, 0, 2.0);
    mistake(0, 0.4F);
    const char *next = behind(write_page(), "<header id=\"test\">");
    next = take_figure(next, "exact-accuracy", 0);
    next = take_figure(next, "exact-right", 0);
    next = take_figure(next, "exact-images", 1);
    behind(next, "tested on</th><td>1 images of");
    assert_all_numbers_are_finite(fixture.page);
    check_shown((size_t[]){0}, 1);
}

// Of 10 images of each digit 1 four is taken for a five, and 2 sevens for an eight.
static void digits_are_counted_in_the_tables(void **state) {
    (void)state;
    mistake(4, 0.4F);
    mistake(7, 0.4F);
    mistake(17, 0.4F);
    const char *confusion = behind(write_page(), "<table class=\"confusion\">");
    const char *classes = behind(confusion, "id=\"classes\"");
    const char *four = behind(confusion, "<tr><th scope=\"row\">4</th>");
    const char *cell = behind(four, "<td class=\"right\" style=\"--share:0.90\">9</td>");
    assert_memory_equal(cell, "<td class=\"wrong\" style=\"--share:0.50\">1</td>", 40);
    cell = behind(behind(confusion, "<tr><th scope=\"row\">7</th>"), ">8</td>");
    assert_memory_equal(cell, "<td class=\"wrong\" style=\"--share:1.00\">2</td>", 40);
    behind(classes, "<th scope=\"row\">5</th><td>10</td><td>10</td><td>0.9091</td><td>1.0000</td>"
                    "<td>0.9524</td>");
    behind(classes, "<th scope=\"row\">7</th><td>10</td><td>8</td><td>1.0000</td><td>0.8000</td>"
                    "<td>0.8889</td>");
}

// One line; and no file, not even a part of one.
static void check_failure(const char *name, const char *found) {
    Error error = {.text = ""};
    const char *path = scratch_path(name);
    size_t files = files_in_folder();
    assert_false(report_write(path, &fixture.report, &error));
    assert_non_null(strstr(error.text, path));
    assert_non_null(strstr(error.text, found));
    assert_null(strchr(error.text, '\n'));
    assert_int_equal(files_in_folder(), files);
}

static void a_page_that_cannot_be_written_gives_a_line_and_leaves_no_file(void **state) {
    (void)state;
    check_failure("missing/page.html", "No such file or directory");
    scratch_make_directory("folder");
    check_failure("folder", "found a directory");
    scratch_write("file", "kept", 4);
    check_failure("file/page.html", "Not a directory");
}

static void a_page_takes_the_place_of_an_older_one(void **state) {
    (void)state;
    scratch_write("page.html", "old", 3);
    write_page();
    assert_memory_equal(fixture.page, "<!DOCTYPE html>", 15);
    assert_int_equal(files_in_folder(), 1);
}

// Nothing is fetched from elsewhere, and no program runs in it.
static void a_page_needs_nothing_else(void **state) {
    (void)state;
    mistake(1, 0.5F);
    write_page();
    assert_int_equal(count_of(fixture.page, "src=\""),
                     count_of(fixture.page, "src=\"data:image/png;base64,"));
    assert_null(strstr(fixture.page, "<script"));
    assert_null(strstr(fixture.page, "<link"));
    assert_null(strstr(fixture.page, "://"));
    assert_null(strstr(fixture.page, "url("));
    assert_null(strstr(fixture.page, "@import"));
}

// An element's begin for each end, of those that must have one.
static void elements_are_closed(void **state) {
    (void)state;
    static const char *const names[] = {
        "html",  "head", "body",  "main",  "header", "section",    "table",   "thead",
        "tbody", "tr",   "td",    "th",    "figure", "ul",         "li",      "svg",
        "text",  "div",  "p",     "h1",    "h2",     "figcaption", "caption", "data",
        "pre",   "code", "style", "title", "time",   "b",
    };
    mistake(1, 0.5F);
    fixture.report.first_epoch = 2;
    write_page();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char plain[32], with_attributes[32], end[32];
        snprintf(plain, sizeof plain, "<%s>", names[i]);
        snprintf(with_attributes, sizeof with_attributes, "<%s ", names[i]);
        snprintf(end, sizeof end, "</%s>", names[i]);
        size_t ends = count_of(fixture.page, end);
        assert_true(ends > 0);
        assert_int_equal(count_of(fixture.page, plain) + count_of(fixture.page, with_attributes),
                         ends);
    }
}

#define REPORT_TEST(test) cmocka_unit_test_setup_teardown(test, create, destroy)

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TEST(every_epoch_has_its_figures_in_full),
        REPORT_TEST(the_test_has_its_figures_in_full),
        REPORT_TEST(a_batch_of_one_image_is_as_good_as_any),
        REPORT_TEST(a_page_without_epochs_says_that_nothing_was_trained),
        REPORT_TEST(a_resumed_run_names_its_first_epoch),
        REPORT_TEST(the_tutorials_figures_stand_beside_the_same_epoch),
        REPORT_TEST(a_thousand_epochs_are_a_page_below_2_mb_without_nan),
        REPORT_TEST(extreme_runs_have_no_nan),
        REPORT_TEST(another_loss_leaves_the_tutorials_curve_out_and_says_why),
        REPORT_TEST(strange_texts_are_escaped),
        REPORT_TEST(the_command_is_one_for_a_shell),
        REPORT_TEST(settings_and_machine_are_told),
        REPORT_TEST(a_run_without_mistakes_says_so),
        REPORT_TEST(the_24_surest_mistakes_are_shown_the_surest_first),
        REPORT_TEST(any_number_of_mistakes_is_shown_up_to_24),
        REPORT_TEST(equally_sure_mistakes_are_in_the_images_order),
        REPORT_TEST(a_mistake_has_its_picture_and_its_certainty),
        REPORT_TEST(weights_are_painted_by_sign_and_size),
        REPORT_TEST(weights_that_are_all_zero_are_white),
        REPORT_TEST(a_single_test_image_makes_a_page),
        REPORT_TEST(digits_are_counted_in_the_tables),
        REPORT_TEST(a_page_that_cannot_be_written_gives_a_line_and_leaves_no_file),
        REPORT_TEST(a_page_takes_the_place_of_an_older_one),
        REPORT_TEST(a_page_needs_nothing_else),
        REPORT_TEST(elements_are_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
