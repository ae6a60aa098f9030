// The kernels of ordered_gemm.c by instruction set, for ordered_gemm.c and its tests.
#ifndef MNIST_TRAIN_NN_ORDERED_GEMM_INTERNAL_H
#define MNIST_TRAIN_NN_ORDERED_GEMM_INTERNAL_H

#include "nn/ordered_gemm.h"

// The fastest last.
typedef enum {
    ORDERED_GEMM_PLAIN, // C's fmaf
    ORDERED_GEMM_NEON,
    ORDERED_GEMM_AVX2,
    ORDERED_GEMM_AVX512,
    ORDERED_GEMM_INSTRUCTION_SETS,
} OrderedGemmInstructionSet;

// The functions of ordered_gemm.h: one sparse product, two, and a dense one.
typedef struct {
    const char *name;
    void (*sparse)(const SparseRows *a, const float *b, float beta, float *c);
    void (*sparse_pair)(const SparseRows *a, const float *const b[2], float beta,
                        float *const c[2]);
    void (*dense)(size_t rows, size_t inner, const float *a, size_t row_stride, size_t inner_stride,
                  const float *b, float beta, float *c);
} OrderedGemmKernel;

// NULL if this processor does not have the instructions, or the compiler was not to use them.
const OrderedGemmKernel *ordered_gemm_kernel(OrderedGemmInstructionSet instruction_set);

#endif
