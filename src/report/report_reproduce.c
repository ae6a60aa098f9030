#include "report/report_reproduce.h"

#include "report/html.h"

#include <inttypes.h>
#include <string.h>

static void begin_row(FILE *page, const char *name) {
    fprintf(page, "<tr><th scope=\"row\">%s</th><td>", name);
}

static void end_row(FILE *page) {
    fputs("</td></tr>\n", page);
}

static void put_row(FILE *page, const char *name, const char *text) {
    begin_row(page, name);
    html_put_text(page, text);
    end_row(page);
}

// A variable as a shell takes it before a command: its name plain, its value quoted.
static void put_variable(FILE *page, const char *variable) {
    const char *value = strchr(variable, '=') + 1;
    fprintf(page, "%.*s", (int)(value - variable), variable);
    html_put_shell_word(page, value);
    fputc(' ', page);
}

static void put_command(FILE *page, const Environment *environment) {
    fputs("<pre><code>cd ", page);
    html_put_shell_word(page, environment->folder);
    fputc('\n', page);
    for (size_t i = 0; environment->variables[i]; i++)
        put_variable(page, environment->variables[i]);
    for (int i = 0; i < environment->argument_count; i++) {
        fputs(i > 0 ? " " : "", page);
        html_put_shell_word(page, environment->arguments[i]);
    }
    fputs("</code></pre>\n", page);
}

static void put_settings(FILE *page, const TrainConfig *settings) {
    char transforms[TRANSFORMS_TEXT];
    transforms_describe(&settings->transforms, transforms, sizeof transforms);
    fprintf(page,
            "<tr><th scope=\"row\">epochs</th><td>%zu</td></tr>\n"
            "<tr><th scope=\"row\">batch</th><td>%zu</td></tr>\n"
            "<tr><th scope=\"row\">learning rate</th><td>%g</td></tr>\n"
            "<tr><th scope=\"row\">loss</th><td>%s</td></tr>\n"
            "<tr><th scope=\"row\">seed</th><td>%" PRIu64 "</td></tr>\n",
            settings->epochs, settings->batch_size, settings->learning_rate,
            settings->loss == LOSS_LOGITS ? "logits" : "tutorial", settings->seed);
    put_row(page, "transforms", *transforms ? transforms : "none");
}

static void put_dataset(FILE *page, const char *name, const Dataset *dataset) {
    begin_row(page, name);
    fprintf(page, "%zu images of ", dataset->count);
    html_put_text(page, dataset->images_path);
    end_row(page);
}

static void put_environment(FILE *page, const Environment *environment) {
    put_row(page, "program", environment->program);
    put_row(page, "matrix products", environment->blas);
    put_row(page, "kernel", environment->kernel);
    put_row(page, "zlib", environment->zlib);
    put_row(page, "system", environment->system);
    fprintf(page,
            "<tr><th scope=\"row\">threads</th><td>%zu, on %zu processors</td></tr>\n"
            "<tr><th scope=\"row\">started</th><td><time datetime=\"%s\">%s</time></td></tr>\n",
            environment->threads, environment->processors, environment->started,
            environment->started);
}

void report_put_reproduce(FILE *page, const Report *report) {
    fputs("<section id=\"repeat\"><h2>To repeat this run</h2>\n", page);
    put_command(page, report->environment);
    fputs("<table class=\"settings\"><caption>What it depended on</caption><tbody>\n", page);
    put_settings(page, report->settings);
    if (report->begun_with)
        put_row(page, "began with", report->begun_with);
    if (report->train)
        put_dataset(page, "trained on", report->train);
    put_dataset(page, "tested on", report->test);
    put_environment(page, report->environment);
    fputs("</tbody></table>\n</section>\n", page);
}
