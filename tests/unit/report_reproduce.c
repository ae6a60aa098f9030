#include "support/markup.h"
#include "support/report_fixture.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <stddef.h>
#include <stdint.h>

static void check_row(const char *label, const char *value) {
    char row[256];
    snprintf(row, sizeof row, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>", label, value);
    text_after(text_after(fixture_write_page(), "<table class=\"settings\">"), row);
}

static void check_no_row(const char *label) {
    char row[64];
    snprintf(row, sizeof row, "<th scope=\"row\">%s</th>", label);
    assert_null(strstr(fixture_write_page(), row));
}

TEST_WITH(fixture_create, fixture_destroy, settings_are_listed) {
    fixture.config.epochs = 3;
    fixture.config.seed = UINT64_MAX;
    check_row("epochs", "3");
    check_row("batch size", "32");
    check_row("learning rate", "0.001");
    check_row("loss", "tutorial");
    check_row("seed", "18446744073709551615");
    check_row("transforms", "none");
    fixture.config.loss = LOSS_LOGITS;
    check_row("loss", "logits");
    transforms_add(&fixture.config.transforms, TRANSFORM_ROTATE, 15);
    check_row("transforms", "RandomRotation(15)");
}

TEST_WITH(fixture_create, fixture_destroy, the_environment_is_listed) {
    check_row("program", "mnist-train 1");
    check_row("started", "2026-01-31T12:00:00Z");
    check_row("BLAS library", "a library");
    check_row("BLAS kernel", "a kernel");
    check_row("zlib", "1.0");
    check_row("system", "A system");
    check_row("processors", "3");
    check_row("threads", "2");
}

TEST_WITH(fixture_create, fixture_destroy, data_sets_and_the_origin_of_the_weights_are_listed) {
    check_row("training set", "100 images of images.gz");
    check_row("test set", "100 images of images.gz");
    check_no_row("initial weights");
    check_no_row("resumed from");
    fixture.report.run.train = NULL;
    fixture.report.run.loaded = "model.safetensors";
    check_no_row("training set");
    check_row("initial weights", "model.safetensors");
    fixture.report.run.loaded = NULL;
    fixture.report.run.resumed = "run.checkpoint";
    check_row("resumed from", "run.checkpoint");
}

// A page is passed on: the directories of its maker are nobody's business.
TEST_WITH(fixture_create, fixture_destroy, no_directory_is_on_the_page) {
    static char images[] = "/home/someone/data/images.gz";
    static char program[] = "/home/someone/bin/mnist-train";
    static char option[] = "--data=/home/someone/my data/";
    static char value[] = "../someone/page.html";
    fixture.train.images_path = fixture.test.images_path = images;
    fixture.arguments[0] = program;
    fixture.arguments[1] = option;
    fixture.arguments[2] = value;
    fixture.environment.variables[0] = "MNIST_DATA=/home/someone/mnist";
    fixture.report.run.loaded = "/home/someone/model.safetensors";
    fixture.report.run.resumed = "/home/someone/run.checkpoint";
    const char *page = fixture_write_page();
    assert_null(strstr(page, "someone"));
    text_after(page, "<code>MNIST_DATA=mnist mnist-train --data='my data/' page.html</code>");
    check_row("initial weights", "model.safetensors");
    check_row("resumed from", "run.checkpoint");
    check_row("test set", "100 images of images.gz");
}

TEST_WITH(fixture_create, fixture_destroy, texts_from_outside_are_escaped) {
    static char hostile[] = "<b>\"&'\x01\xff\\<i>";
    static char argument[] = "<code><pre><script>alert(1)<script>";
    fixture.environment.blas = hostile;
    fixture.environment.kernel = hostile;
    fixture.environment.zlib = hostile;
    snprintf(fixture.environment.system, ENVIRONMENT_TEXT, "%s", hostile);
    snprintf(fixture.environment.program, ENVIRONMENT_TEXT, "%s", hostile);
    fixture.environment.variables[0] = "OPENBLAS_CORETYPE=<b>";
    fixture.arguments[1] = hostile;
    fixture.arguments[2] = argument;
    fixture.report.run.loaded = hostile;
    fixture.report.run.resumed = hostile;
    fixture.train.images_path = hostile;
    fixture.test.images_path = hostile;
    const char *section = text_after(fixture_write_page(), "<section id=\"reproduce\">");
    assert_null(strstr(section, "<b>"));
    assert_null(strstr(section, "<i>"));
    assert_null(strstr(section, "<script"));
    assert_null(strchr(section, 1));
    assert_null(strchr(section, 0xff));
    assert_int_equal(count_of(section, "&lt;b&gt;"), 11);
    assert_int_equal(count_of(section, "&lt;b&gt;&quot;&amp;"), 10);
    assert_int_equal(count_of(section, "</code></pre>"), 1);
}

// The program of the command prints the variable and its arguments.
TEST_WITH(fixture_create, fixture_destroy, the_command_is_valid_in_a_shell) {
    static char program[] = "build/it's a program";
    static char argument[] = "a <b> & $HOME";
    static const char script[] = "#!/bin/sh\nprintf '%s|' \"$OPENBLAS_CORETYPE\" \"$@\"\n";
    char answer[256] = "";
    char path[4096];
    scratch_write("it's a program", script, sizeof script - 1);
    assert_int_equal(chmod(scratch_path("it's a program"), 0700), 0);
    snprintf(path, sizeof path, "%s:%s", scratch_path("."), getenv("PATH"));
    assert_int_equal(setenv("PATH", path, 1), 0);
    fixture.environment.variables[0] = "OPENBLAS_CORETYPE=one of two";
    fixture.arguments[0] = program;
    fixture.arguments[2] = argument;
    char *command = html_decode(text_after(fixture_write_page(), "<code>"));
    FILE *shell = popen(command, "r");
    assert_non_null(shell);
    answer[fread(answer, 1, sizeof answer - 1, shell)] = '\0';
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(answer, "one of two|--report|a <b> & $HOME|");
    free(command);
}
