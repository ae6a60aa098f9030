// Includes SIMD_TEMPLATE once for each instruction set; see base/simd.h. There is no include guard,
// since a source file may have several templates.
#include "base/simd.h"

#define SIMD_SET SIMD_SET_PLAIN
#include "base/simd_vectors.h"

#ifdef SIMD_HAS_NEON
#define SIMD_SET SIMD_SET_NEON
#include "base/simd_vectors.h" // NOLINT(readability-duplicate-include)
#endif

#ifdef SIMD_HAS_AVX2
#define SIMD_SET SIMD_SET_AVX2
#include "base/simd_vectors.h" // NOLINT(readability-duplicate-include)
#endif

#ifdef SIMD_HAS_AVX512
#define SIMD_SET SIMD_SET_AVX512
#include "base/simd_vectors.h" // NOLINT(readability-duplicate-include)
#endif

#undef SIMD_TEMPLATE
