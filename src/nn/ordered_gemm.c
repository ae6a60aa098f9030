#include "nn/ordered_gemm.h"

#include "base/simd.h"
#include "ordered_gemm_internal.h"

#include <math.h>
#include <stdbool.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

// The plain kernels call fmaf for each term.
#define KERNEL(name) name##_plain
#define KERNEL_TARGET
#define VECTOR float
#define LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET(x) (x)
#define V_ZERO() 0.0F
#define V_FMA(a, b, c) fmaf(a, b, c)
#include "ordered_gemm_kernel_internal.h"

#include "vector_end_internal.h"

#if SIMD_HAS_AVX2
#include "vector_avx2_internal.h"

#include "ordered_gemm_kernel_internal.h" // NOLINT(readability-duplicate-include)

#include "vector_end_internal.h" // NOLINT(readability-duplicate-include)
#endif

#if SIMD_HAS_AVX512
#include "vector_avx512_internal.h"

#include "ordered_gemm_kernel_internal.h" // NOLINT(readability-duplicate-include)

#include "vector_end_internal.h" // NOLINT(readability-duplicate-include)
#endif

#if defined(__aarch64__) && defined(__ARM_NEON)
#define HAS_NEON 1
#define KERNEL(name) name##_neon
#define KERNEL_TARGET
#define VECTOR float32x4_t
#define LANES 4
#define V_LOAD(p) vld1q_f32(p)
#define V_STORE(p, v) vst1q_f32(p, v)
#define V_SET(x) vdupq_n_f32(x)
#define V_ZERO() vdupq_n_f32(0.0F)
#define V_FMA(a, b, c) vfmaq_f32(c, a, b)
#include "ordered_gemm_kernel_internal.h" // NOLINT(readability-duplicate-include)

#include "vector_end_internal.h" // NOLINT(readability-duplicate-include)
#else
#define HAS_NEON 0
#endif

const OrderedGemmKernel *ordered_gemm_kernel(OrderedGemmInstructionSet instruction_set) {
    static const OrderedGemmKernel plain = {"plain", sparse_plain, sparse_pair_plain, dense_plain};
#if HAS_NEON
    static const OrderedGemmKernel neon = {"neon", sparse_neon, sparse_pair_neon, dense_neon};
    if (instruction_set == ORDERED_GEMM_NEON)
        return &neon;
#endif
#if SIMD_HAS_AVX2
    static const OrderedGemmKernel avx2 = {"avx2", sparse_avx2, sparse_pair_avx2, dense_avx2};
    if (instruction_set == ORDERED_GEMM_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &avx2 : NULL;
#endif
#if SIMD_HAS_AVX512
    static const OrderedGemmKernel avx512 = {"avx512", sparse_avx512, sparse_pair_avx512,
                                             dense_avx512};
    if (instruction_set == ORDERED_GEMM_AVX512)
        return __builtin_cpu_supports("avx512f") ? &avx512 : NULL;
#endif
    return instruction_set == ORDERED_GEMM_PLAIN ? &plain : NULL;
}

static const OrderedGemmKernel *fastest_kernel(void) {
    const OrderedGemmKernel *kernel = NULL;
    for (int i = ORDERED_GEMM_INSTRUCTION_SETS - 1; !kernel; i--)
        kernel = ordered_gemm_kernel((OrderedGemmInstructionSet)i);
    return kernel;
}

void ordered_gemm_sparse(const SparseRows *a, size_t products, const float *const *b, float beta,
                         float *const *c) {
    const OrderedGemmKernel *kernel = fastest_kernel();
    size_t i = 0;
    for (; i + 1 < products; i += 2)
        kernel->sparse_pair(a, b + i, beta, c + i);
    if (i < products)
        kernel->sparse(a, b[i], beta, c[i]);
}

void ordered_gemm_dense(size_t rows, size_t inner, const float *a, size_t row_stride,
                        size_t inner_stride, const float *b, float beta, float *c) {
    fastest_kernel()->dense(rows, inner, a, row_stride, inner_stride, b, beta, c);
}
