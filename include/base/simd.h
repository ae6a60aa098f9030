// Function multiversioning: one program for all processors of an architecture runs its hot loops in
// the widest vectors that the processor has.
#ifndef MNIST_TRAIN_BASE_SIMD_H
#define MNIST_TRAIN_BASE_SIMD_H

#include <stdbool.h>
#include <stdint.h> // defines __GLIBC__, if the C library is glibc

// SIMD_CLONES before a function compiles it for x86-64-v4 (AVX-512), x86-64-v3 (AVX2) and the
// baseline; the loader chooses. It is empty if the whole program is compiled for AVX2 (make
// ARCH=native), if the C library has no indirect functions (musl), and with sanitizers.
//
// SIMD_CLONES_EXTERN is for functions that other files call: clang 14 does not link their clones.
//
// SIMD_INLINE before a static function inlines it into each clone.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__AVX2__) && !defined(SANITIZED) &&      \
    (defined(__clang__) || __GNUC__ >= 12)
#define SIMD_HAS_CLONES 1
#define SIMD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SIMD_HAS_CLONES 0
#define SIMD_CLONES
#endif
#ifdef __clang__
#define SIMD_CLONES_EXTERN
#else
#define SIMD_CLONES_EXTERN SIMD_CLONES
#endif
#define SIMD_INLINE static inline __attribute__((always_inline))

// 1 if functions for AVX2, or for AVX-512, are compiled: in a program for a processor with these
// instructions, and in a program that chooses its functions at run time.
#if defined(__x86_64__) && (defined(__FMA__) || SIMD_HAS_CLONES)
#define SIMD_HAS_AVX2 1
#else
#define SIMD_HAS_AVX2 0
#endif
#if defined(__x86_64__) && (defined(__AVX512F__) || SIMD_HAS_CLONES)
#define SIMD_HAS_AVX512 1
#else
#define SIMD_HAS_AVX512 0
#endif

// Returns whether fmaf is one instruction in functions with SIMD_CLONES, or in the whole program.
// Otherwise it is a slow function of the C library.
bool simd_has_fma(void);

#endif
