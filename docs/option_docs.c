// usage: option_docs man|bash|zsh <TEMPLATE
// Copies a template to stdout. The line "@OPTIONS@" is replaced with the option table in the
// template's language: roff, bash or zsh.
#include "../src/cli/options_internal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name;
    void (*write_options)(void);
} Language;

enum { MAX_NAMES = 3 };

// The names of an option with their dashes.
typedef struct {
    char short_name[sizeof "-x"];
    char long_names[2][64];
    const char *all[MAX_NAMES + 1]; // up to a NULL
} Names;

static void collect_names(const Option *option, Names *names) {
    const char **next = names->all;
    if (option->short_name) {
        snprintf(names->short_name, sizeof names->short_name, "-%c", option->short_name);
        *next++ = names->short_name;
    }
    const char *long_names[] = {option->name, option->alias};
    for (int i = 0; i < 2; i++) {
        if (long_names[i]) {
            snprintf(names->long_names[i], sizeof names->long_names[i], "--%s", long_names[i]);
            *next++ = names->long_names[i];
        }
    }
    *next = NULL;
}

// Writes a text as one line of roff. The hyphens of option names become minus signs, so that a
// reader of the page can search for them.
static void write_roff(const char *text) {
    bool in_option = false;
    for (const char *c = text; *c; c++) {
        if (*c == '-' && (in_option || c == text || !isalnum((unsigned char)c[-1]))) {
            in_option = true;
            fputs("\\-", stdout);
            continue;
        }
        in_option = in_option && isalnum((unsigned char)*c);
        if (*c == '\\')
            fputs("\\e", stdout);
        else
            putchar(*c == '\n' ? ' ' : *c);
    }
}

// Choices are bold, since they are typed literally; a placeholder is italic.
static void write_roff_value(const Option *option) {
    if (option->type != OPTION_CHOICE) {
        printf(" \\fI%s\\fR", option->metavar);
        return;
    }
    fputs(" \\fB", stdout);
    for (const char *c = option->metavar; *c; c++) {
        if (*c == '|')
            fputs("\\fR|\\fB", stdout);
        else
            putchar(*c);
    }
    fputs("\\fR", stdout);
}

static void write_roff_range(const Option *option) {
    switch (option->type) {
    case OPTION_UINT:
        printf("\n\\fI%s\\fR: a whole number from %llu to %llu.", option->metavar,
               (unsigned long long)option->min, (unsigned long long)option->max);
        break;
    case OPTION_SEED:
        printf("\n\\fI%s\\fR: a whole number from \\-9223372036854775808 to "
               "18446744073709551615.",
               option->metavar);
        break;
    case OPTION_POSITIVE:
        printf("\n\\fI%s\\fR: a number above 0.", option->metavar);
        break;
    case OPTION_TRANSFORM:
        printf("\n\\fI%s\\fR: a number from 0 to %llu.", option->metavar,
               (unsigned long long)option->max);
        break;
    case OPTION_CHOICE:
    case OPTION_FILE_OR_UINT:
    case OPTION_TEXT:
    case OPTION_TEXTS:
    case OPTION_FLAG:
        break;
    }
}

static void write_man(void) {
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->heading)
            printf(".SS %s\n", option->heading);
        Names names;
        collect_names(option, &names);
        puts(".TP");
        for (const char **name = names.all; *name; name++) {
            fputs(name == names.all ? "\\fB" : ", \\fB", stdout);
            write_roff(*name);
            fputs("\\fR", stdout);
            if (option->metavar)
                write_roff_value(option);
        }
        // "\&" keeps roff from taking the text for a request
        printf("\n\\&%c", toupper((unsigned char)*option->help));
        write_roff(option->help + 1);
        if (option->default_text)
            printf(" (default: %s)", option->default_text);
        putchar('.');
        write_roff_range(option);
        putchar('\n');
    }
}

// Writes a text as one line for use between the single quotes of a shell.
static void write_quoted(const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*c == '\n' ? ' ' : *c);
    }
}

static void write_bash(void) {
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        Names names;
        collect_names(option, &names);
        fputs("    _mnist_train_option '", stdout);
        write_quoted(option->metavar ? option->metavar : "");
        putchar('\'');
        for (const char **name = names.all; *name; name++)
            printf(" %s", *name);
        putchar('\n');
    }
}

// Writes the completion of a value for zsh's _arguments: choices, files, directories, or none.
static void write_zsh_value(const Option *option) {
    if (option->type == OPTION_CHOICE) {
        fputs(":choice:(", stdout);
        for (const char *c = option->metavar; *c; c++)
            putchar(*c == '|' ? ' ' : *c);
        putchar(')');
        return;
    }
    bool is_file = strncmp(option->metavar, "FILE", strlen("FILE")) == 0;
    bool is_directory = strcmp(option->metavar, "DIR") == 0;
    printf(":%s:%s", option->metavar, is_file ? "_files" : is_directory ? "_files -/" : " ");
}

// Writes the completion of the words after the first value of an option that takes several values.
// If the option is on the command line, these words are files.
static void write_zsh_words(const Option *option) {
    printf("    '*:%s:{ (( ${words[(I)--%s*]} )) && _files }'\n", option->metavar, option->name);
}

static void write_zsh(void) {
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        Names names;
        collect_names(option, &names);
        for (const char **name = names.all; *name; name++) {
            fputs("    '", stdout);
            if (option->type == OPTION_TRANSFORM) {
                putchar('*'); // may be repeated
            } else {
                // excludes its other names
                for (const char **other = names.all; *other; other++)
                    printf("%s%s", other == names.all ? "(" : " ", *other);
                putchar(')');
            }
            // "+": the value follows in the same word or in the next one. "=": it follows a "="
            // in the same word, or in the next one.
            fputs(*name, stdout);
            if (option->metavar)
                putchar((*name)[1] == '-' ? '=' : '+');
            putchar('[');
            write_quoted(option->help);
            putchar(']');
            if (option->metavar)
                write_zsh_value(option);
            puts("'");
        }
        if (option->type == OPTION_TEXTS)
            write_zsh_words(option);
    }
}

static const Language languages[] = {{"man", write_man}, {"bash", write_bash}, {"zsh", write_zsh}};

int main(int argc, char **argv) {
    const Language *language = NULL;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        if (argc == 2 && strcmp(argv[1], languages[i].name) == 0)
            language = &languages[i];
    }
    if (!language) {
        fputs("usage: option_docs man|bash|zsh <TEMPLATE\n", stderr);
        return 2;
    }
    bool found = false;
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "@OPTIONS@\n") == 0) {
            found = true;
            language->write_options();
        } else {
            fputs(line, stdout);
        }
    }
    if (!found) {
        fputs("option_docs: expected a template with a line @OPTIONS@, found none\n", stderr);
        return 1;
    }
    if (ferror(stdin) || fflush(stdout) != 0 || ferror(stdout)) {
        fputs("option_docs: cannot copy the template\n", stderr);
        return 1;
    }
    return 0;
}
