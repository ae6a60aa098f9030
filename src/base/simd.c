#include "base/simd.h"

bool simd_has_fma(void) {
#if defined(__FP_FAST_FMAF)
    return true;
#elif SIMD_HAS_CLONES
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}
