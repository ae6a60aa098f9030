#include "nn/adam.h"

#include <math.h>
#include <string.h>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8
#define MOMENT_MIN 0x1p-111F // see flush_tiny_moment

AdamScales adam_scales(double learning_rate, uint64_t step) {
    double correction1 = 1.0 - pow(BETA1, (double)step);
    double correction2 = 1.0 - pow(BETA2, (double)step);
    return (AdamScales){
        .step_size = (float)(learning_rate / correction1),
        .inv_sqrt_correction2 =
            (float)(1.0 / sqrt(correction2)), // a product costs less than a quotient
    };
}

// A moment whose gradient stays zero decays into the subnormal numbers and stays there, where
// processors are slow. Long before, it moves no weight: what it adds to the weight or to epsilon is
// far below their last bit. Then it is taken for zero.
static inline float flush_tiny_moment(float moment) {
    return fabsf(moment) < MOMENT_MIN ? 0.0F : moment;
}

static inline void update(const AdamScales *step, float gradient, float *parameter, float *first,
                          float *second) {
    const float beta1 = (float)BETA1;
    const float beta2 = (float)BETA2;
    const float one_minus_beta1 = (float)(1.0 - BETA1);
    const float one_minus_beta2 = (float)(1.0 - BETA2);
    const float epsilon = (float)EPSILON;
    *first = flush_tiny_moment(beta1 * *first + one_minus_beta1 * gradient);
    *second = flush_tiny_moment(beta2 * *second + one_minus_beta2 * gradient * gradient);
    float denominator = sqrtf(*second) * step->inv_sqrt_correction2 + epsilon;
    *parameter -= step->step_size * (*first / denominator);
}

void adam_update(const AdamScales *step, size_t count, const float *restrict gradient,
                 float *restrict parameters, float *restrict first_moment,
                 float *restrict second_moment) {
    const AdamScales numbers = *step;
    for (size_t i = 0; i < count; i++)
        update(&numbers, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
}

#ifdef __AVX512F__

static inline __m512 flush_tiny_moment_512(__m512 moment) {
    // the upper half of the exponent's bits, of which MOMENT_MIN has the lowest one
    __mmask16 kept =
        _mm512_test_epi32_mask(_mm512_castps_si512(moment), _mm512_set1_epi32(0x78000000));
    return _mm512_maskz_mov_ps(kept, moment);
}

// To the last bit or the one before it: an estimate of 1 / sqrt(x), and a step of Newton's.
static inline __m512 root_512(__m512 x) {
    __m512 inverse =
        _mm512_rsqrt14_ps(_mm512_max_ps(x, _mm512_set1_ps(MOMENT_MIN))); // zero has none
    __m512 root = _mm512_mul_ps(x, inverse);
    __m512 rest = _mm512_fnmadd_ps(root, root, x);
    __m512 half = _mm512_mul_ps(inverse, _mm512_set1_ps(0.5F));
    return _mm512_fmadd_ps(rest, half, root);
}

// As update(), for 16 parameters. Compilers make vector code of update() as well, but take the root
// from the unit that divides, which is then all that the loop waits for.
static inline void update_512(const AdamScales *step, const float *gradient, float *parameters,
                              float *first_moment, float *second_moment) {
    __m512 g = _mm512_loadu_ps(gradient);
    __m512 m = _mm512_mul_ps(_mm512_set1_ps((float)(1.0 - BETA1)), g);
    __m512 v = _mm512_mul_ps(_mm512_mul_ps(_mm512_set1_ps((float)(1.0 - BETA2)), g), g);
    m = _mm512_fmadd_ps(_mm512_loadu_ps(first_moment), _mm512_set1_ps((float)BETA1), m);
    v = _mm512_fmadd_ps(_mm512_loadu_ps(second_moment), _mm512_set1_ps((float)BETA2), v);
    m = flush_tiny_moment_512(m);
    v = flush_tiny_moment_512(v);
    _mm512_storeu_ps(first_moment, m);
    _mm512_storeu_ps(second_moment, v);
    __m512 denominator = _mm512_fmadd_ps(root_512(v), _mm512_set1_ps(step->inv_sqrt_correction2),
                                         _mm512_set1_ps((float)EPSILON));
    __m512 p = _mm512_loadu_ps(parameters);
    _mm512_storeu_ps(parameters, _mm512_fnmadd_ps(_mm512_set1_ps(step->step_size),
                                                  _mm512_div_ps(m, denominator), p));
}

static inline void update_row(const AdamScales *step, const float *gradient, float *parameters,
                              float *first_moment, float *second_moment) {
    for (size_t i = 0; i < ADAM_ROW; i += 16)
        update_512(step, gradient + i, parameters + i, first_moment + i, second_moment + i);
}

#else

static inline void update_row(const AdamScales *step, const float *restrict gradient,
                              float *restrict parameters, float *restrict first_moment,
                              float *restrict second_moment) {
    for (size_t i = 0; i < ADAM_ROW; i++)
        update(step, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
}

#endif

void adam_update_rows(const AdamScales *step, size_t count, const uint16_t *rows,
                      const uint16_t *places, const float *restrict gradient,
                      float *restrict parameters, float *restrict first_moment,
                      float *restrict second_moment, const uint16_t *collected_places,
                      float *restrict collected) {
    static const float zeros[ADAM_ROW];
    const AdamScales numbers = *step;
    for (size_t i = 0; i < count; i++) {
        size_t row = rows[i];
        const float *g = zeros;
        if (places[row] != ADAM_NO_ROW)
            g = gradient + (size_t)places[row] * ADAM_ROW;
        float *p = parameters + row * ADAM_ROW;
        update_row(&numbers, g, p, first_moment + row * ADAM_ROW, second_moment + row * ADAM_ROW);
        if (collected_places[row] != ADAM_NO_ROW)
            memcpy(collected + (size_t)collected_places[row] * ADAM_ROW, p, ADAM_ROW * sizeof *p);
    }
}
