// usage: option_docs man|bash|zsh <TEMPLATE
// Copies a template, with the option table as that language writes it in place of "@OPTIONS@".
#include "cli/option_table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name;
    void (*write_options)(void);
} Language;

enum { NAMES = 3 };

// An option's names, dashes and all, up to a NULL.
typedef struct {
    char letter[sizeof "-x"];
    char names[2][64];
    const char *all[NAMES + 1];
} Names;

static void names_of(const Option *option, Names *names) {
    const char **next = names->all;
    if (option->letter) {
        snprintf(names->letter, sizeof names->letter, "-%c", option->letter);
        *next++ = names->letter;
    }
    const char *longs[] = {option->name, option->alias};
    for (int i = 0; i < 2; i++) {
        if (longs[i]) {
            snprintf(names->names[i], sizeof names->names[i], "--%s", longs[i]);
            *next++ = names->names[i];
        }
    }
    *next = NULL;
}

// A text in one line, as roff's: the hyphens of options are minus signs, which one can search for.
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

// What stands behind an option's names: choices are typed as they are, all else is a name for it.
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
               (unsigned long long)option->least, (unsigned long long)option->most);
        break;
    case OPTION_POSITIVE:
        printf("\n\\fI%s\\fR: a number above 0.", option->metavar);
        break;
    case OPTION_TRANSFORM:
        printf("\n\\fI%s\\fR: a number from 0 to %llu.", option->metavar,
               (unsigned long long)option->most);
        break;
    case OPTION_CHOICE:
    case OPTION_TEXT:
    case OPTION_FLAG:
        break;
    }
}

static void write_man(void) {
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        if (option->heading)
            printf(".SS %.*s\n", (int)strcspn(option->heading, ":"), option->heading);
        Names names;
        names_of(option, &names);
        puts(".TP");
        for (const char **name = names.all; *name; name++) {
            fputs(name == names.all ? "\\fB" : ", \\fB", stdout);
            write_roff(*name);
            fputs("\\fR", stdout);
            if (option->metavar)
                write_roff_value(option);
        }
        // "\&": no request, whatever the text begins with
        printf("\n\\&%c", toupper((unsigned char)*option->help));
        write_roff(option->help + 1);
        if (option->default_text)
            printf(" (default: %s)", option->default_text);
        putchar('.');
        write_roff_range(option);
        putchar('\n');
    }
}

// A text in one line, between the single quotes of a shell.
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
        names_of(option, &names);
        fputs("    _mnist_train_option '", stdout);
        write_quoted(option->metavar ? option->metavar : "");
        putchar('\'');
        for (const char **name = names.all; *name; name++)
            printf(" %s", *name);
        putchar('\n');
    }
}

// What _arguments completes a value with: choices, files, folders, or nothing.
static void write_zsh_value(const Option *option) {
    if (option->type == OPTION_CHOICE) {
        fputs(":choice:(", stdout);
        for (const char *c = option->metavar; *c; c++)
            putchar(*c == '|' ? ' ' : *c);
        putchar(')');
        return;
    }
    bool is_file = strcmp(option->metavar, "FILE") == 0;
    bool is_folder = strcmp(option->metavar, "DIR") == 0;
    printf(":%s:%s", option->metavar, is_file ? "_files" : is_folder ? "_files -/" : " ");
}

static void write_zsh(void) {
    for (const Option *option = option_table; option < option_table + OPTION_COUNT; option++) {
        Names names;
        names_of(option, &names);
        for (const char **name = names.all; *name; name++) {
            fputs("    '", stdout);
            if (option->type == OPTION_TRANSFORM) {
                putchar('*'); // each one counts
            } else {
                for (const char **other = names.all; *other; other++)
                    printf("%s%s", other == names.all ? "(" : " ", *other);
                putchar(')');
            }
            // the value: in the same word or the next; of a long name behind "="
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
        fputs("option_docs: expected man, bash or zsh, and a template on stdin\n", stderr);
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
    if (!found || ferror(stdin) || fflush(stdout) != 0 || ferror(stdout)) {
        fputs("option_docs: expected a template with @OPTIONS@, and room for what comes of it\n",
              stderr);
        return 1;
    }
    return 0;
}
