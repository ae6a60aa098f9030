#include "kernels.h"

#include <string.h>

static const float keep_scale = (float)(1.0 / (1.0 - NETWORK_DROPOUT));

#define SIMD_TEMPLATE "nn/kernels_template.h"
#include "base/simd_variants.h"

const Kernels *kernels_of(SimdLevel level) {
    static const Kernels *const kernels[SIMD_LEVELS] = {
        [SIMD_PLAIN] = &kernels_plain,
#if SIMD_HAS_NEON
        [SIMD_NEON] = &kernels_neon,
#endif
#if SIMD_HAS_AVX2
        [SIMD_AVX2] = &kernels_avx2,
#endif
#if SIMD_HAS_AVX512
        [SIMD_AVX512] = &kernels_avx512,
#endif
    };
    return kernels[level];
}
