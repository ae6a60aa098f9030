// The vectors of base/simd.h for the instruction set SIMD_SET, for the template SIMD_TEMPLATE.
// Included by base/simd_variants.h alone, once for each set.
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define SIMD_SET_PLAIN 0
#define SIMD_SET_NEON 1
#define SIMD_SET_AVX2 2
#define SIMD_SET_AVX512 3

#if SIMD_SET == SIMD_SET_PLAIN
#define SIMD_NAME(name) name##_plain
#define SIMD_TARGET
#define VECTOR float
#define LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET(x) (x)
#define V_ZERO() 0.0F
#define V_ADD(a, b) ((a) + (b))
#define V_SUB(a, b) ((a) - (b))
#define V_MUL(a, b) ((a) * (b))
#define V_DIV(a, b) ((a) / (b))
#define V_SQRT(x) sqrtf(x)
#define V_MAX(a, b) ((a) > (b) ? (a) : (b))
#define V_FMA(a, b, c) fmaf(a, b, c)
#define V_MADD(a, b, c) ((a) * (b) + (c))
#define V_NMADD(a, b, c) ((c) - (a) * (b))
#define V_FLUSH(x, min) (fabsf(x) < (min) ? 0.0F : (x))
#define V_RELU(x) ((x) < 0.0F ? 0.0F : (x))
#define V_WHERE_POSITIVE(x, y) ((x) > 0.0F ? (y) : 0.0F)
#define V_KEEP(bits, x) (((bits)&1U) != 0 ? (x) : 0.0F)

#elif SIMD_SET == SIMD_SET_NEON
#include <arm_neon.h>
#define SIMD_NAME(name) name##_neon
#define SIMD_TARGET
#define VECTOR float32x4_t
#define LANES 4
#define V_LOAD(p) vld1q_f32(p)
#define V_STORE(p, v) vst1q_f32(p, v)
#define V_SET(x) vdupq_n_f32(x)
#define V_ZERO() vdupq_n_f32(0.0F)
#define V_ADD(a, b) vaddq_f32(a, b)
#define V_SUB(a, b) vsubq_f32(a, b)
#define V_MUL(a, b) vmulq_f32(a, b)
#define V_DIV(a, b) vdivq_f32(a, b)
#define V_SQRT(x) vsqrtq_f32(x)
#define V_MAX(a, b) vmaxq_f32(a, b)
#define V_FMA(a, b, c) vfmaq_f32(c, a, b)
#define V_MADD(a, b, c) vfmaq_f32(c, a, b)
#define V_NMADD(a, b, c) vfmsq_f32(c, a, b)
#define V_AND(mask, x) vreinterpretq_f32_u32(vandq_u32(mask, vreinterpretq_u32_f32(x)))
#define V_AND_NOT(mask, x) vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(x), mask))
#define V_FLUSH(x, min) V_AND_NOT(vcltq_f32(vabsq_f32(x), V_SET(min)), x)
#define V_RELU(x) V_AND_NOT(vcltzq_f32(x), x)
#define V_WHERE_POSITIVE(x, y) V_AND(vcgtzq_f32(x), y)
#define V_KEEP(bits, x) V_AND(vtstq_u32(vdupq_n_u32(bits), (uint32x4_t){1, 2, 4, 8}), x)

#elif SIMD_SET == SIMD_SET_AVX2
#include <immintrin.h>
#define SIMD_NAME(name) name##_avx2
#define SIMD_TARGET __attribute__((target("avx2,fma")))
#define VECTOR __m256
#define LANES 8
#define V_LOAD(p) _mm256_loadu_ps(p)
#define V_STORE(p, v) _mm256_storeu_ps(p, v)
#define V_SET(x) _mm256_set1_ps(x)
#define V_ZERO() _mm256_setzero_ps()
#define V_ADD(a, b) _mm256_add_ps(a, b)
#define V_SUB(a, b) _mm256_sub_ps(a, b)
#define V_MUL(a, b) _mm256_mul_ps(a, b)
#define V_DIV(a, b) _mm256_div_ps(a, b)
#define V_SQRT(x) _mm256_sqrt_ps(x)
#define V_MAX(a, b) _mm256_max_ps(a, b)
#define V_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define V_MADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#define V_NMADD(a, b, c) _mm256_fnmadd_ps(a, b, c)
#define V_ESTIMATE(x) _mm256_rsqrt_ps(x)
#define V_IF(x, left, relation, right) _mm256_and_ps(x, _mm256_cmp_ps(left, right, relation))
#define V_FLUSH(x, min) V_IF(x, _mm256_andnot_ps(V_SET(-0.0F), x), _CMP_NLT_UQ, V_SET(min))
#define V_RELU(x) V_IF(x, x, _CMP_NLT_UQ, V_ZERO())
#define V_WHERE_POSITIVE(x, y) V_IF(y, x, _CMP_GT_OQ, V_ZERO())
#define V_KEEP(bits, x)                                                                            \
    _mm256_and_ps(x, _mm256_castsi256_ps(_mm256_cmpgt_epi32(                                       \
                         _mm256_and_si256(_mm256_set1_epi32((int)(bits)),                          \
                                          _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128)),         \
                         _mm256_setzero_si256())))

#elif SIMD_SET == SIMD_SET_AVX512
#include <immintrin.h>
#define SIMD_NAME(name) name##_avx512
#define SIMD_TARGET __attribute__((target("avx512f")))
#define VECTOR __m512
#define LANES 16
#define V_LOAD(p) _mm512_loadu_ps(p)
#define V_STORE(p, v) _mm512_storeu_ps(p, v)
#define V_SET(x) _mm512_set1_ps(x)
#define V_ZERO() _mm512_setzero_ps()
#define V_ADD(a, b) _mm512_add_ps(a, b)
#define V_SUB(a, b) _mm512_sub_ps(a, b)
#define V_MUL(a, b) _mm512_mul_ps(a, b)
#define V_DIV(a, b) _mm512_div_ps(a, b)
#define V_SQRT(x) _mm512_sqrt_ps(x)
#define V_MAX(a, b) _mm512_max_ps(a, b)
#define V_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define V_MADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define V_NMADD(a, b, c) _mm512_fnmadd_ps(a, b, c)
#define V_ESTIMATE(x) _mm512_rsqrt14_ps(x)
#define V_IF(x, left, relation, right)                                                             \
    _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(left, right, relation), x)
#define V_FLUSH(x, min) V_IF(x, _mm512_abs_ps(x), _CMP_NLT_UQ, V_SET(min))
#define V_RELU(x) V_IF(x, x, _CMP_NLT_UQ, V_ZERO())
#define V_WHERE_POSITIVE(x, y) V_IF(y, x, _CMP_GT_OQ, V_ZERO())
#define V_KEEP(bits, x) _mm512_maskz_mov_ps((__mmask16)(bits), x)
#endif

#define SIMD_FUNCTION SIMD_TARGET static
#define SIMD_INLINE SIMD_TARGET static inline __attribute__((always_inline))

#include SIMD_TEMPLATE

#undef SIMD_NAME
#undef SIMD_TARGET
#undef SIMD_FUNCTION
#undef SIMD_INLINE
#undef VECTOR
#undef LANES
#undef V_LOAD
#undef V_STORE
#undef V_SET
#undef V_ZERO
#undef V_ADD
#undef V_SUB
#undef V_MUL
#undef V_DIV
#undef V_SQRT
#undef V_MAX
#undef V_FMA
#undef V_MADD
#undef V_NMADD
#undef V_ESTIMATE
#undef V_AND
#undef V_AND_NOT
#undef V_IF
#undef V_FLUSH
#undef V_RELU
#undef V_WHERE_POSITIVE
#undef V_KEEP
