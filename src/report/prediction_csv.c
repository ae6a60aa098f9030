#include "report/prediction_csv.h"

#include "report/print.h"

#include <string.h>
#include <unistd.h>

// A terminal gets fewer decimals: a row fits it.
enum { FILE_DECIMALS = 6, TERMINAL_DECIMALS = 2 };

static bool needs_quotes(const char *text) {
    return text[strcspn(text, ",\"\r\n")] != '\0';
}

static void print_field(const char *text) {
    const char *quote = needs_quotes(text) ? "\"" : "";
    print_stdout("%s", quote);
    for (size_t length; (length = strcspn(text, "\"")), text[length]; text += length + 1) {
        print_data(text, length);
        print_stdout("\"\"");
    }
    print_data(text, strlen(text));
    print_stdout("%s", quote);
}

static void print_header(const PredictionCsv *csv) {
    print_stdout("file,index,digit%s", csv->classes ? ",name" : "");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        print_stdout(",p%zu", c);
    print_stdout("\n");
}

static void print_row(const PredictionCsv *csv, const char *file, size_t index,
                      const Prediction *prediction) {
    int decimals = isatty(STDOUT_FILENO) ? TERMINAL_DECIMALS : FILE_DECIMALS;
    print_field(file);
    print_stdout(",%zu,%d", index, prediction->digit);
    if (csv->classes) {
        print_stdout(",");
        print_field(csv->classes->names[prediction->digit]);
    }
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        print_stdout(",%.*f", decimals, (double)prediction->probabilities[c]);
    print_stdout("\n");
}

void prediction_csv_print(PredictionCsv *csv, const char *file, const Prediction *predictions,
                          size_t count) {
    if (!csv->has_header && !csv->has_digits_only)
        print_header(csv);
    csv->has_header = true;
    for (size_t i = 0; i < count; i++) {
        if (csv->has_digits_only)
            print_stdout("%d\n", predictions[i].digit);
        else
            print_row(csv, file, i, &predictions[i]);
    }
}
