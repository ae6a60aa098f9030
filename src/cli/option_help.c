#include "cli/options.h"
#include "options_internal.h"

enum { NAMES_WIDTH = 22, HELP_COLUMN = NAMES_WIDTH + (int)sizeof "  -x, " };

static void write_option(FILE *stream, const Option *option) {
    char names[64];
    snprintf(names, sizeof names, "--%s %s", option->name, option->metavar ? option->metavar : "");
    fprintf(stream, option->short_name ? "  -%c, " : "      ", option->short_name);
    fprintf(stream, "%-*s ", NAMES_WIDTH, names);
    for (const char *c = option->help; *c; c++) {
        fputc(*c, stream);
        if (*c == '\n')
            fprintf(stream, "%*s", HELP_COLUMN, "");
    }
    if (option->default_text)
        fprintf(stream, " (default: %s)", option->default_text);
    fputc('\n', stream);
    if (option->alias)
        fprintf(stream, "      --%-*s same as --%s\n", NAMES_WIDTH - 2, option->alias,
                option->name);
}

void options_write_help(FILE *stream) {
    fputs("Usage: mnist-train [OPTION]...\n"
          "Trains and tests the 784-128-dropout(0.2)-10 network of a PyTorch tutorial on\n"
          "MNIST. With the same seed, the initial weights, the order of the images and\n"
          "the dropout masks are PyTorch's bit for bit; losses are equal up to rounding.\n",
          stream);
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->heading)
            fprintf(stream, "\n%s:\n", option->heading);
        write_option(stream, option);
    }
    fputs("\nExit status: 0 success, 1 the data or the run failed, 2 usage error,\n"
          "128 + N the run was stopped by signal N.\n",
          stream);
}
