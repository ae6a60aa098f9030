#include "report/prediction_csv.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static bool needs_quotes(const char *text) {
    return text[strcspn(text, ",\"\r\n")] != '\0';
}

// Returns the length of the text's first character, one byte if it is invalid. Sets *is_shown to
// whether a terminal may receive it.
static size_t next_character(const char *text, bool *is_shown) {
    size_t length = utf8_length((const uint8_t *)text);
    *is_shown = length > 0 && !utf8_is_control((const uint8_t *)text);
    return length > 0 ? length : 1;
}

static void print_field(const char *text, bool is_terminal) {
    bool is_quoted = needs_quotes(text);
    if (is_quoted)
        putchar('"');
    while (*text) {
        bool is_shown;
        size_t length = next_character(text, &is_shown);
        if (*text == '"')
            putchar('"');
        if (is_shown || !is_terminal)
            fwrite(text, 1, length, stdout);
        else
            putchar('?');
        text += length;
    }
    if (is_quoted)
        putchar('"');
}

static void print_header(const PredictionCsv *csv) {
    printf("file,index,digit%s", csv->classes ? ",name" : "");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        printf(",p%zu", c);
    putchar('\n');
}

static void print_row(const PredictionCsv *csv, const char *file, size_t index,
                      const Prediction *prediction) {
    print_field(file, csv->is_terminal);
    printf(",%zu,%d", index, prediction->digit);
    if (csv->classes) {
        putchar(',');
        print_field(csv->classes->names[prediction->digit], csv->is_terminal);
    }
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        printf(",%.6f", (double)prediction->probabilities[c]);
    putchar('\n');
}

void prediction_csv_print(PredictionCsv *csv, const char *file, const Prediction *predictions,
                          size_t count) {
    if (!csv->has_header && !csv->has_digits_only)
        print_header(csv);
    csv->has_header = true;
    for (size_t i = 0; i < count; i++) {
        if (csv->has_digits_only)
            printf("%d\n", predictions[i].digit);
        else
            print_row(csv, file, i, &predictions[i]);
    }
}
