#include "report/prediction_csv.h"

#include <stdio.h>

void prediction_csv_print(const Prediction *predictions, size_t count) {
    printf("index,digit");
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        printf(",p%zu", c);
    putchar('\n');
    for (size_t i = 0; i < count; i++) {
        printf("%zu,%d", i, predictions[i].digit);
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            printf(",%.6f", (double)predictions[i].probabilities[c]);
        putchar('\n');
    }
}
