#include "adam.h"

#include <math.h>

#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8

AdamStep adam_step(double learning_rate, uint64_t step) {
    double correction1 = 1.0 - pow(BETA1, (double)step);
    double correction2 = 1.0 - pow(BETA2, (double)step);
    return (AdamStep){
        .step_size = (float)(learning_rate / correction1),
        .inverse_root = (float)(1.0 / sqrt(correction2)), // a product costs less than a quotient
    };
}

// A moment whose gradient stays zero decays into the subnormal numbers and stays there, where
// processors are slow. Long before, it moves no weight: what it adds to the weight or to epsilon is
// far below their last bit. Then it is taken for zero.
static inline float without_trace(float moment) {
    return fabsf(moment) < 1e-32F ? 0.0F : moment;
}

static inline void update(const AdamStep *step, float gradient, float *parameter, float *first,
                          float *second) {
    const float beta1 = (float)BETA1;
    const float beta2 = (float)BETA2;
    const float rest1 = (float)(1.0 - BETA1);
    const float rest2 = (float)(1.0 - BETA2);
    const float epsilon = (float)EPSILON;
    *first = without_trace(beta1 * *first + rest1 * gradient);
    *second = without_trace(beta2 * *second + rest2 * gradient * gradient);
    float denominator = sqrtf(*second) * step->inverse_root + epsilon;
    *parameter -= step->step_size * (*first / denominator);
}

void adam_update(const AdamStep *step, size_t count, const float *restrict gradient,
                 float *restrict parameters, float *restrict first_moment,
                 float *restrict second_moment) {
    const AdamStep numbers = *step;
    for (size_t i = 0; i < count; i++)
        update(&numbers, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
}

void adam_update_rows(const AdamStep *step, size_t count, const uint16_t *rows,
                      const uint16_t *places, const float *restrict gradient,
                      float *restrict parameters, float *restrict first_moment,
                      float *restrict second_moment) {
    static const float zeros[ADAM_ROW];
    const AdamStep numbers = *step;
    for (size_t i = 0; i < count; i++) {
        size_t row = rows[i];
        const float *g = zeros;
        if (places[row] != ADAM_NO_GRADIENT)
            g = gradient + (size_t)places[row] * ADAM_ROW;
        float *restrict p = parameters + row * ADAM_ROW;
        float *restrict m = first_moment + row * ADAM_ROW;
        float *restrict v = second_moment + row * ADAM_ROW;
        for (size_t j = 0; j < ADAM_ROW; j++)
            update(&numbers, g[j], &p[j], &m[j], &v[j]);
    }
}
