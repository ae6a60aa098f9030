#include "nn/adam_kernel.h"

#include <math.h>
#include <string.h>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8
#define MOMENT_MIN 0x1p-111F // see flush_tiny_moment

AdamScales adam_kernel_scales(double learning_rate, uint64_t step) {
    double correction1 = 1.0 - pow(BETA1, (double)step);
    double correction2 = 1.0 - pow(BETA2, (double)step);
    return (AdamScales){
        .step_size = (float)(learning_rate / correction1),
        .inv_sqrt_correction2 =
            (float)(1.0 / sqrt(correction2)), // a product is cheaper than a quotient
    };
}

// A moment whose gradient stays zero decays into the subnormal numbers and stays there, where
// processors are slow. Long before, it no longer moves a weight: its contribution to the weight and
// to epsilon is far below their last bit. It is then set to zero.
static inline float flush_tiny_moment(float moment) {
    return fabsf(moment) < MOMENT_MIN ? 0.0F : moment;
}

static inline void update(const AdamScales *scales, float gradient, float *parameter, float *first,
                          float *second) {
    const float beta1 = (float)BETA1;
    const float beta2 = (float)BETA2;
    const float one_minus_beta1 = (float)(1.0 - BETA1);
    const float one_minus_beta2 = (float)(1.0 - BETA2);
    const float epsilon = (float)EPSILON;
    *first = flush_tiny_moment(beta1 * *first + one_minus_beta1 * gradient);
    *second = flush_tiny_moment(beta2 * *second + one_minus_beta2 * gradient * gradient);
    float denominator = sqrtf(*second) * scales->inv_sqrt_correction2 + epsilon;
    *parameter -= scales->step_size * (*first / denominator);
}

void adam_kernel_update(const AdamScales *scales, size_t count, const float *restrict gradient,
                        float *restrict parameters, float *restrict first_moment,
                        float *restrict second_moment) {
    const AdamScales local = *scales; // not aliased by the buffers
    for (size_t i = 0; i < count; i++)
        update(&local, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
}

#ifdef __AVX512F__

static inline __m512 flush_tiny_moment_512(__m512 moment) {
    // MOMENT_MIN's exponent field is 127 - 111 = 16: from it on, one of the field's high four bits
    // is set, below it none
    const int exponents_from_16 = 0xf0 << 23;
    __mmask16 kept =
        _mm512_test_epi32_mask(_mm512_castps_si512(moment), _mm512_set1_epi32(exponents_from_16));
    return _mm512_maskz_mov_ps(kept, moment);
}

// The square root to within one unit in the last place: an estimate of 1 / sqrt(x) and one Newton
// step.
static inline __m512 root_512(__m512 x) {
    __m512 inverse =
        _mm512_rsqrt14_ps(_mm512_max_ps(x, _mm512_set1_ps(MOMENT_MIN))); // 1 / sqrt(0) is infinite
    __m512 root = _mm512_mul_ps(x, inverse);
    __m512 residual = _mm512_fnmadd_ps(root, root, x);
    __m512 half = _mm512_mul_ps(inverse, _mm512_set1_ps(0.5F));
    return _mm512_fmadd_ps(residual, half, root);
}

// update() for 16 parameters. Compilers vectorise update() as well, but compute the root in the
// divide unit, which then limits the loop.
static inline void update_512(const AdamScales *scales, const float *gradient, float *parameters,
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
    __m512 denominator = _mm512_fmadd_ps(root_512(v), _mm512_set1_ps(scales->inv_sqrt_correction2),
                                         _mm512_set1_ps((float)EPSILON));
    __m512 p = _mm512_loadu_ps(parameters);
    _mm512_storeu_ps(parameters, _mm512_fnmadd_ps(_mm512_set1_ps(scales->step_size),
                                                  _mm512_div_ps(m, denominator), p));
}

static inline void update_row(const AdamScales *scales, const float *gradient, float *parameters,
                              float *first_moment, float *second_moment) {
    for (size_t i = 0; i < ADAM_ROW; i += 16)
        update_512(scales, gradient + i, parameters + i, first_moment + i, second_moment + i);
}

#else

static inline void update_row(const AdamScales *scales, const float *restrict gradient,
                              float *restrict parameters, float *restrict first_moment,
                              float *restrict second_moment) {
    for (size_t i = 0; i < ADAM_ROW; i++)
        update(scales, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
}

#endif

void adam_kernel_update_rows(const AdamScales *scales, size_t count, const uint16_t *rows,
                             const uint16_t *gradient_of, const float *restrict gradient,
                             float *restrict parameters, float *restrict first_moment,
                             float *restrict second_moment, const uint16_t *gathered_of,
                             float *restrict gathered) {
    static const float zeros[ADAM_ROW];
    const AdamScales local = *scales; // not aliased by the buffers
    for (size_t i = 0; i < count; i++) {
        size_t row = rows[i];
        const float *g = zeros;
        if (gradient_of[row] != ADAM_NO_ROW)
            g = gradient + (size_t)gradient_of[row] * ADAM_ROW;
        float *p = parameters + row * ADAM_ROW;
        update_row(&local, g, p, first_moment + row * ADAM_ROW, second_moment + row * ADAM_ROW);
        if (gathered_of[row] != ADAM_NO_ROW)
            memcpy(gathered + (size_t)gathered_of[row] * ADAM_ROW, p, ADAM_ROW * sizeof *p);
    }
}
