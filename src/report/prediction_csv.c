#include "report/prediction_csv.h"

#include "report/print.h"

#include <stdio.h>
#include <string.h>

enum { MIN_DECIMALS = 2, MAX_DECIMALS = 6, MIN_FILE = 8 };

static const char ellipsis[] = "...";

// The form of the rows: on a narrow terminal they have fewer decimals, and then the end of the
// file's name.
typedef struct {
    size_t file_bytes;
    int decimals;
} Layout;

static bool needs_quotes(const char *text) {
    return text[strcspn(text, ",\"\r\n")] != '\0';
}

static size_t longest_name(const ClassNames *classes) {
    size_t longest = 0;
    for (size_t c = 0; c < NETWORK_CLASSES; c++) {
        size_t length = strlen(classes->names[c]);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static Layout choose_layout(const PredictionCsv *csv, const char *file, size_t last_index) {
    size_t columns = print_columns();
    size_t file_bytes = strlen(file);
    size_t others = (size_t)snprintf(NULL, 0, ",%zu,0", last_index) +
                    (needs_quotes(file) ? strlen("\"\"") : 0) +
                    (csv->classes ? strlen(",\"\"") + longest_name(csv->classes) : 0);
    size_t numbers = NETWORK_CLASSES * strlen(",0.");
    int decimals = MAX_DECIMALS;
    while (decimals > MIN_DECIMALS &&
           file_bytes + others + numbers + NETWORK_CLASSES * (size_t)decimals > columns)
        decimals--;
    size_t used = others + numbers + NETWORK_CLASSES * (size_t)decimals;
    size_t room = columns > used + MIN_FILE ? columns - used : MIN_FILE;
    return (Layout){.file_bytes = file_bytes < room ? file_bytes : room, .decimals = decimals};
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

static void print_file(const char *file, size_t bytes) {
    size_t length = strlen(file);
    if (length > bytes) {
        print_stdout("%s", ellipsis);
        file += length - (bytes - strlen(ellipsis));
        while (((unsigned char)*file & 0xc0) == 0x80) // the rest of a character
            file++;
    }
    print_field(file);
}

static void print_header(const PredictionCsv *csv) {
    print_stdout("file,index,digit%s", csv->classes ? ",name" : "");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        print_stdout(",p%zu", c);
    print_stdout("\n");
}

static void print_row(const PredictionCsv *csv, const Layout *layout, const char *file,
                      size_t index, const Prediction *prediction) {
    print_file(file, layout->file_bytes);
    print_stdout(",%zu,%d", index, prediction->digit);
    if (csv->classes) {
        print_stdout(",");
        print_field(csv->classes->names[prediction->digit]);
    }
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        print_stdout(",%.*f", layout->decimals, (double)prediction->probabilities[c]);
    print_stdout("\n");
}

void prediction_csv_print(PredictionCsv *csv, const char *file, const Prediction *predictions,
                          size_t count) {
    if (!csv->has_header && !csv->has_digits_only)
        print_header(csv);
    csv->has_header = true;
    Layout layout = choose_layout(csv, file, count - 1);
    for (size_t i = 0; i < count; i++) {
        if (csv->has_digits_only)
            print_stdout("%d\n", predictions[i].digit);
        else
            print_row(csv, &layout, file, i, &predictions[i]);
    }
}
