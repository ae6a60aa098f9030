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
#define LANES 1
#define LANE_BITS 1
typedef float SIMD_NAME(Vector) __attribute__((vector_size(sizeof(float))));
#define V_SQRT(x) ((VECTOR){sqrtf((x)[0])})
#define V_FMA(a, b, c) ((VECTOR){fmaf((a)[0], (b)[0], (c)[0])})
#define V_MADD(a, b, c) ((a) * (b) + (c))

#elif SIMD_SET == SIMD_SET_NEON
#include <arm_neon.h>
#define SIMD_NAME(name) name##_neon
#define SIMD_TARGET
#define LANES 4
#define LANE_BITS 1, 2, 4, 8
typedef float32x4_t SIMD_NAME(Vector);
#define V_SQRT(x) vsqrtq_f32(x)
#define V_FMA(a, b, c) vfmaq_f32(c, a, b)
#define V_MADD(a, b, c) V_FMA(a, b, c)

#elif SIMD_SET == SIMD_SET_AVX2
#include <immintrin.h>
#define SIMD_NAME(name) name##_avx2
#define SIMD_TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define LANE_BITS 1, 2, 4, 8, 16, 32, 64, 128
typedef __m256 SIMD_NAME(Vector);
#define V_SQRT(x) _mm256_sqrt_ps(x)
#define V_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define V_MADD(a, b, c) V_FMA(a, b, c)
#define V_ESTIMATE(x) _mm256_rsqrt_ps(x)
#define V_MAX(a, b) _mm256_max_ps(a, b)

#elif SIMD_SET == SIMD_SET_AVX512
#include <immintrin.h>
#define SIMD_NAME(name) name##_avx512
#define SIMD_TARGET __attribute__((target("avx512f")))
#define LANES 16
#define LANE_BITS 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768
typedef __m512 SIMD_NAME(Vector);
#define V_SQRT(x) _mm512_sqrt_ps(x)
#define V_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define V_MADD(a, b, c) V_FMA(a, b, c)
#define V_ESTIMATE(x) _mm512_rsqrt14_ps(x)
#define V_MAX(a, b) _mm512_max_ps(a, b)
#endif

#define VECTOR SIMD_NAME(Vector)
typedef VECTOR SIMD_NAME(Unaligned) __attribute__((aligned(sizeof(float)), may_alias));
typedef int32_t SIMD_NAME(Mask) __attribute__((vector_size(sizeof(VECTOR))));
#define V_LOAD(p) ((VECTOR) * (const SIMD_NAME(Unaligned) *)(p))
#define V_STORE(p, v) (*(SIMD_NAME(Unaligned) *)(p) = (v))
#define V_SET(x) ((VECTOR)((float)(x) - (VECTOR){0})) // a sum would lose the sign of a zero
#define V_WHERE(condition, x) ((VECTOR)((condition) & (SIMD_NAME(Mask))(x)))
#define V_KEEP(bits, x) V_WHERE(((int32_t)(bits) & (SIMD_NAME(Mask)){LANE_BITS}) != 0, x)
#define V_ABS(x) ((VECTOR)((SIMD_NAME(Mask))(x)&INT32_MAX))

#define SIMD_FUNCTION SIMD_TARGET static
#define SIMD_INLINE SIMD_TARGET static inline __attribute__((always_inline))

#include SIMD_TEMPLATE

#undef SIMD_SET
#undef SIMD_NAME
#undef SIMD_TARGET
#undef SIMD_FUNCTION
#undef SIMD_INLINE
#undef VECTOR
#undef LANES
#undef LANE_BITS
#undef V_LOAD
#undef V_STORE
#undef V_SET
#undef V_SQRT
#undef V_FMA
#undef V_MADD
#undef V_ESTIMATE
#undef V_MAX
#undef V_WHERE
#undef V_KEEP
#undef V_ABS
