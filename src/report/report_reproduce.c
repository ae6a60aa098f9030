#include "report/html.h"
#include "report_internal.h"

#include <inttypes.h>
#include <string.h>

static void begin_row(FILE *page, const char *label) {
    fprintf(page, "<tr><th scope=\"row\">%s</th><td>", label);
}

static void end_row(FILE *page) {
    fputs("</td></tr>\n", page);
}

// Returns the part of a path after its last slash; slashes at the end do not count. A path may show
// the name of a user or of a machine, and pages are passed on.
static const char *last_component(const char *path) {
    size_t start = strlen(path);
    while (start > 0 && path[start - 1] == '/')
        start--;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return path + start;
}

static void put_text_row(FILE *page, const char *label, const char *text) {
    begin_row(page, label);
    html_put_text(page, text);
    end_row(page);
}

static void put_fields(FILE *page, const RunFields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        const RunField *field = &fields->list[i];
        begin_row(page, field->label);
        switch (field->kind) {
        case RUN_FIELD_TEXT:
            html_put_text(page, field->text);
            break;
        case RUN_FIELD_UINT:
            fprintf(page, "%" PRIu64, field->uint);
            break;
        case RUN_FIELD_REAL:
            fprintf(page, "%g", field->real);
            break;
        }
        end_row(page);
    }
}

static void put_config(FILE *page, const TrainConfig *config) {
    RunFields fields = run_info_config_fields(config);
    char transforms[TRANSFORMS_TEXT];
    transforms_describe(&config->transforms, transforms, sizeof transforms);
    put_fields(page, &fields);
    put_text_row(page, "transforms", *transforms ? transforms : "none");
}

static void put_dataset(FILE *page, const char *label, const Dataset *dataset) {
    begin_row(page, label);
    fprintf(page, "%zu images of ", dataset->count);
    html_put_text(page, last_component(dataset->images_path));
    end_row(page);
}

// Writes NAME=VALUE as a shell reads it: only the value is quoted, and shortened if it is a path.
static void put_assignment(FILE *page, const char *assignment) {
    const char *value = strchr(assignment, '=') + 1;
    fprintf(page, "%.*s", (int)(value - assignment), assignment);
    html_put_shell_word(page, last_component(value));
}

// Returns whether an argument is --name=value.
static bool is_long_option(const char *argument) {
    size_t name = strspn(argument, "-abcdefghijklmnopqrstuvwxyz0123456789");
    return argument[0] == '-' && argument[1] == '-' && argument[name] == '=';
}

static void put_command(FILE *page, const Environment *environment) {
    fputs("<p>Paths are shortened to their last part.</p>\n<pre role=\"region\" "
          "aria-label=\"Command\" tabindex=\"0\"><code>",
          page);
    for (size_t i = 0; environment->variables[i]; i++) {
        put_assignment(page, environment->variables[i]);
        fputc(' ', page);
    }
    for (int i = 0; i < environment->argument_count; i++) {
        const char *argument = environment->arguments[i];
        fputs(i > 0 ? " " : "", page);
        if (is_long_option(argument))
            put_assignment(page, argument);
        else
            html_put_shell_word(page, last_component(argument));
    }
    fputs("</code></pre>\n", page);
}

void report_put_reproduce(FILE *page, const RunInfo *run) {
    RunFields environment = run_info_environment_fields(run->environment);
    fputs("<section id=\"reproduce\"><h2>How to reproduce this run</h2>\n", page);
    put_command(page, run->environment);
    fputs("<table class=\"settings\"><caption>Settings and environment</caption><tbody>\n", page);
    put_config(page, run->config);
    if (run->loaded)
        put_text_row(page, "initial weights", last_component(run->loaded));
    if (run->resumed)
        put_text_row(page, "resumed from", last_component(run->resumed));
    if (run->train)
        put_dataset(page, "training set", run->train);
    put_dataset(page, "test set", run->test);
    put_fields(page, &environment);
    fputs("</tbody></table>\n</section>\n", page);
}
