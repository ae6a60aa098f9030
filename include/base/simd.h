// Hot loops in the widest vectors that the processor has, each written once.
//
// A template is a file of functions on the vectors below, without an include guard. A source file
// compiles it for every instruction set of its architecture, and simd_level chooses:
//
//     #define SIMD_TEMPLATE "nn/sum_template.h"
//     #include "base/simd_variants.h"
//     static float (*const sums[SIMD_LEVELS])(const float *numbers) = SIMD_VARIANTS(sum);
//
// In a template SIMD_NAME(sum) is sum_plain, sum_avx2 ..., SIMD_FUNCTION stands before a function,
// and SIMD_INLINE before one that is inlined into the others.
//
//   VECTOR, LANES          a vector of LANES floats, with C's operators, also with one float
//   V_LOAD V_STORE V_SET V_SQRT V_ABS
//   V_FMA(a, b, c)         a b + c, rounded once
//   V_MADD(a, b, c)        a b + c, rounded once or twice, whichever is quicker
//   V_ESTIMATE(x)          1 / sqrt(x) to 11 bits or more; it and V_MAX(a, b) are only defined if
//                          they are quick
//   V_WHERE(condition, x)  x where a comparison is true, else 0
//   V_KEEP(bits, x)        x in the lanes whose bit of `bits` is set, else 0
#ifndef MNIST_TRAIN_BASE_SIMD_H
#define MNIST_TRAIN_BASE_SIMD_H

#include <stdbool.h>

// SIMD_VARIANTS initialises an array of pointers to the variants of a function or an object, by
// level. A program for one processor (make ARCH=native) has the sets of this processor, any other
// has all sets of the architecture.
#if defined(__aarch64__) && defined(__ARM_NEON)
#define SIMD_HAS_NEON
#define SIMD_VARIANTS(name)                                                                        \
    { &name##_plain, [SIMD_NEON] = &name##_neon }
#elif defined(__x86_64__) && (defined(__AVX512F__) || !defined(__AVX2__))
#define SIMD_HAS_AVX2
#define SIMD_HAS_AVX512
#define SIMD_VARIANTS(name)                                                                        \
    { &name##_plain, [SIMD_AVX2] = &name##_avx2, [SIMD_AVX512] = &name##_avx512 }
#elif defined(__x86_64__)
#define SIMD_HAS_AVX2
#define SIMD_VARIANTS(name)                                                                        \
    { &name##_plain, [SIMD_AVX2] = &name##_avx2 }
#else
#define SIMD_VARIANTS(name)                                                                        \
    { &name##_plain }
#endif

// The fastest last. In plain C a vector is one float, and V_FMA is fmaf.
typedef enum { SIMD_PLAIN, SIMD_NEON, SIMD_AVX2, SIMD_AVX512, SIMD_LEVELS } SimdLevel;

// Returns whether the program has the level's instructions and this processor too.
bool simd_supports(SimdLevel level);

// Returns the fastest level that is supported.
SimdLevel simd_level(void);

// Returns whether V_FMA is an instruction. Otherwise it is a slow function of the C library.
bool simd_has_fma(void);

#endif
