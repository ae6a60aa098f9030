#include "nn/adam_kernel.h"

#include "base/simd.h"

#include <math.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8

// Smaller moments are set to zero. A moment whose gradient stays zero decays to a denormal and
// stays one, which is slow on many processors. Long before that it no longer moves a weight: its
// contributions to the weight and to the denominator are far below their last bits.
#define MOMENT_MIN 0x1p-111F

// Smaller gradients count as zero: their scaled squares would be denormal.
#define GRADIENT_MIN 0x1p-57F

// Multiplies, because the last bit of libm's pow depends on its version and the machine.
static double power(double base, uint64_t exponent) {
    double result = 1.0;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result *= base;
        base *= base;
    }
    return result;
}

AdamScales adam_kernel_scales(double learning_rate, uint64_t step) {
    double correction1 = 1.0 - power(BETA1, step);
    double correction2 = 1.0 - power(BETA2, step);
    return (AdamScales){
        .step_size = (float)(learning_rate / correction1),
        .inv_sqrt_correction2 =
            (float)(1.0 / sqrt(correction2)), // a product is cheaper than a quotient
    };
}

// Returns zero if |x| is below min, else x; NaN stays NaN. Uses a mask, because compilers make a
// branch of a condition.
SIMD_INLINE float flush_below(float x, float min) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= -(uint32_t) !(fabsf(x) < min);
    memcpy(&x, &bits, sizeof x);
    return x;
}

// fused: uses fmaf, which is quick only on processors that have the instruction.
SIMD_INLINE float multiply_add(float a, float b, float c, bool fused) {
    return fused ? fmaf(a, b, c) : a * b + c;
}

SIMD_INLINE void update(const AdamScales *scales, bool fused, float gradient, float *parameter,
                        float *first, float *second) {
    gradient = flush_below(gradient, GRADIENT_MIN);
    float scaled = (float)(1.0 - BETA1) * gradient;
    float squared = (float)(1.0 - BETA2) * gradient * gradient;
    *first = flush_below(multiply_add((float)BETA1, *first, scaled, fused), MOMENT_MIN);
    *second = flush_below(multiply_add((float)BETA2, *second, squared, fused), MOMENT_MIN);
    float denominator =
        multiply_add(sqrtf(*second), scales->inv_sqrt_correction2, (float)EPSILON, fused);
    *parameter = multiply_add(-scales->step_size, *first / denominator, *parameter, fused);
}

SIMD_INLINE void update_all(const AdamScales *scales, bool fused, size_t count,
                            const float *restrict gradient, float *restrict parameters,
                            float *restrict first_moment, float *restrict second_moment) {
    const AdamScales local = *scales; // not aliased by the buffers
    for (size_t i = 0; i < count; i++)
        update(&local, fused, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
}

SIMD_CLONES static void update_all_fused(const AdamScales *scales, size_t count,
                                         const float *gradient, float *parameters,
                                         float *first_moment, float *second_moment) {
    update_all(scales, true, count, gradient, parameters, first_moment, second_moment);
}

void adam_kernel_update(AdamArithmetic arithmetic, const AdamScales *scales, size_t count,
                        const float *gradient, float *parameters, float *first_moment,
                        float *second_moment) {
    if (arithmetic == ADAM_REPRODUCIBLE || simd_has_fma())
        update_all_fused(scales, count, gradient, parameters, first_moment, second_moment);
    else
        update_all(scales, false, count, gradient, parameters, first_moment, second_moment);
}

typedef void UpdateRow(const AdamScales *scales, const float *restrict gradient,
                       float *restrict parameters, float *restrict first_moment,
                       float *restrict second_moment);

typedef struct {
    size_t count;
    const uint16_t *rows;
    const uint16_t *gradient_of;
    const float *gradient;
    float *parameters;
    float *first_moment;
    float *second_moment;
    const uint16_t *gathered_of;
    float *gathered;
} Rows;

typedef void UpdateRows(const AdamScales *scales, const Rows *rows);

// Rows without a gradient read zeros, so that the loop within a row has no branch.
SIMD_INLINE void update_rows(const AdamScales *scales, const Rows *rows, UpdateRow *update_row) {
    static const float zeros[ADAM_ROW];
    const AdamScales local = *scales; // not aliased by the buffers
    const Rows r = *rows;
    for (size_t i = 0; i < r.count; i++) {
        size_t row = r.rows[i];
        size_t gradient = r.gradient_of[row];
        size_t gathered = r.gathered_of ? r.gathered_of[row] : ADAM_NO_ROW;
        update_row(&local, gradient == ADAM_NO_ROW ? zeros : r.gradient + gradient * ADAM_ROW,
                   r.parameters + row * ADAM_ROW, r.first_moment + row * ADAM_ROW,
                   r.second_moment + row * ADAM_ROW);
        if (gathered != ADAM_NO_ROW)
            memcpy(r.gathered + gathered * ADAM_ROW, r.parameters + row * ADAM_ROW,
                   ADAM_ROW * sizeof(float));
    }
}

SIMD_INLINE void update_row(const AdamScales *scales, bool fused, const float *restrict gradient,
                            float *restrict parameters, float *restrict first_moment,
                            float *restrict second_moment) {
    for (size_t i = 0; i < ADAM_ROW; i++) {
        update(scales, fused, gradient[i], &parameters[i], &first_moment[i], &second_moment[i]);
    }
}

SIMD_INLINE void update_row_plain(const AdamScales *scales, const float *restrict gradient,
                                  float *restrict parameters, float *restrict first_moment,
                                  float *restrict second_moment) {
    update_row(scales, false, gradient, parameters, first_moment, second_moment);
}

SIMD_INLINE void update_row_fused(const AdamScales *scales, const float *restrict gradient,
                                  float *restrict parameters, float *restrict first_moment,
                                  float *restrict second_moment) {
    update_row(scales, true, gradient, parameters, first_moment, second_moment);
}

static void update_rows_plain(const AdamScales *scales, const Rows *rows) {
    update_rows(scales, rows, update_row_plain);
}

SIMD_CLONES static void update_rows_fused(const AdamScales *scales, const Rows *rows) {
    update_rows(scales, rows, update_row_fused);
}

#if SIMD_HAS_AVX2
#include "vector_avx2_internal.h"

#include "adam_kernel_vector_internal.h"

#include "vector_end_internal.h"
#endif

#if SIMD_HAS_AVX512
#include "vector_avx512_internal.h"

#include "adam_kernel_vector_internal.h" // NOLINT(readability-duplicate-include)

#include "vector_end_internal.h" // NOLINT(readability-duplicate-include)
#endif

static UpdateRows *fastest_update_rows(void) {
#if SIMD_HAS_AVX512
    if (__builtin_cpu_supports("avx512f"))
        return update_rows_avx512;
#endif
#if SIMD_HAS_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return update_rows_avx2;
#endif
    return simd_has_fma() ? update_rows_fused : update_rows_plain;
}

// The struct's members are not const, so neither are these.
// NOLINTBEGIN(readability-non-const-parameter)
void adam_kernel_update_rows(AdamArithmetic arithmetic, const AdamScales *scales, size_t count,
                             const uint16_t *rows, const uint16_t *gradient_of,
                             const float *gradient, float *parameters, float *first_moment,
                             float *second_moment, const uint16_t *gathered_of, float *gathered) {
    const Rows r = {count,        rows,          gradient_of, gradient, parameters,
                    first_moment, second_moment, gathered_of, gathered};
    // NOLINTEND(readability-non-const-parameter)
    UpdateRows *update_all_rows =
        arithmetic == ADAM_FASTEST ? fastest_update_rows() : update_rows_fused;
    update_all_rows(scales, &r);
}
