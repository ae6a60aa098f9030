#include "base/simd.h"

// gcc defines __FP_FAST_FMAF; clang 14 only defines the names of the instruction sets.
bool simd_has_fma(void) {
#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return true;
#elif SIMD_HAS_CLONES
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}
