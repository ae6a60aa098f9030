#include "cli/options.h"
#include "options_internal.h"
#include "report/print.h"

#include <stdio.h>

enum { NAMES_WIDTH = 22, HELP_COLUMN = NAMES_WIDTH + (int)sizeof "  -x, " };

static void print_option(const Option *option) {
    char names[64];
    snprintf(names, sizeof names, "--%s %s", option->name, option->metavar ? option->metavar : "");
    if (option->short_name)
        print_stdout("  -%c, ", option->short_name);
    else
        print_stdout("      ");
    print_stdout("%-*s ", NAMES_WIDTH, names);
    for (const char *c = option->help; *c; c++) {
        if (*c == '\n')
            print_stdout("\n%*s", HELP_COLUMN, "");
        else
            print_stdout("%c", *c);
    }
    if (option->default_text)
        print_stdout(" (default: %s)", option->default_text);
    print_stdout("\n");
    if (option->alias)
        print_stdout("      --%-*s same as --%s\n", NAMES_WIDTH - 2, option->alias, option->name);
}

void options_print_help(void) {
    print_stdout("Usage: mnist-train [OPTION]...\n"
                 "Trains and tests the 784-128-dropout(0.2)-10 network of a PyTorch tutorial on\n"
                 "MNIST (https://github.com/AINewHorizon/pytorch_notebooks). With the same seed,\n"
                 "the initial weights, the order of the images and the dropout masks are\n"
                 "PyTorch's bit for bit; losses are equal up to rounding.\n");
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->heading)
            print_stdout("\n%s:\n", option->heading);
        print_option(option);
    }
    print_stdout("\nExit status: 0 success, 1 the data or the run failed, 2 usage error,\n"
                 "128 + N the run was stopped by signal N.\n");
}
