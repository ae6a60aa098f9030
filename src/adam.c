#include "adam.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8

bool adam_create(Adam *adam, size_t count, double learning_rate, Error *error) {
    *adam = (Adam){
        .learning_rate = learning_rate,
        .count = count,
        .first_moment = calloc(count, sizeof(float)),
        .second_moment = calloc(count, sizeof(float)),
    };
    if (adam->first_moment && adam->second_moment)
        return true;
    adam_destroy(adam);
    return error_set(error, "adam: expected memory for %zu parameters, found less", count);
}

void adam_destroy(Adam *adam) {
    free(adam->first_moment);
    free(adam->second_moment);
    *adam = (Adam){0};
}

// A moment whose gradient stays zero decays into the subnormal numbers and stays there, where
// processors are slow. So small a moment moves no weight, and is taken for zero.
static inline float without_subnormal(float moment) {
    return fabsf(moment) < FLT_MIN ? 0.0F : moment;
}

void adam_step(Adam *adam, const float *gradient, float *parameters) {
    adam->step++;
    double correction1 = 1.0 - pow(BETA1, (double)adam->step);
    double correction2 = 1.0 - pow(BETA2, (double)adam->step);
    const float step_size = (float)(adam->learning_rate / correction1);
    const float inverse_root2 = (float)(1.0 / sqrt(correction2)); // a product costs less
    const float beta1 = (float)BETA1;
    const float beta2 = (float)BETA2;
    const float rest1 = (float)(1.0 - BETA1);
    const float rest2 = (float)(1.0 - BETA2);
    const float epsilon = (float)EPSILON;

    float *restrict first = adam->first_moment;
    float *restrict second = adam->second_moment;
    const float *restrict g = gradient;
    float *restrict p = parameters;
    for (size_t i = 0; i < adam->count; i++) {
        first[i] = without_subnormal(beta1 * first[i] + rest1 * g[i]);
        second[i] = without_subnormal(beta2 * second[i] + rest2 * g[i] * g[i]);
        float denominator = sqrtf(second[i]) * inverse_root2 + epsilon;
        p[i] -= step_size * first[i] / denominator;
    }
}
