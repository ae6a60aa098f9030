#include "base/simd.h"

bool simd_supports(SimdLevel level) {
    switch (level) {
    case SIMD_PLAIN:
        return true;
#ifdef SIMD_HAS_NEON
    case SIMD_NEON: // a part of the architecture
        return true;
#endif
#ifdef SIMD_HAS_AVX2
    case SIMD_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
#ifdef SIMD_HAS_AVX512
    case SIMD_AVX512:
        return __builtin_cpu_supports("avx512f");
#endif
    default:
        return false;
    }
}

SimdLevel simd_level(void) {
    SimdLevel level = SIMD_LEVELS - 1;
    while (!simd_supports(level))
        level--;
    return level;
}

// gcc defines __FP_FAST_FMAF; clang 14 only defines the names of the instruction sets.
bool simd_has_fma(void) {
#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return true;
#else
    return simd_level() > SIMD_PLAIN;
#endif
}
