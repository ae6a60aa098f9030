// Products of float32 matrices whose bits do not depend on the machine. Each element is a sum in a
// fixed order, ascending in the inner index, with one fused multiply-add per term (the rounding of
// C's fmaf). Zero terms of a sparse operand are skipped. On processors without a fused multiply-add
// instruction (see simd_has_fma) the products call the C library's fmaf, which is slow.
#ifndef MNIST_TRAIN_NN_ORDERED_GEMM_H
#define MNIST_TRAIN_NN_ORDERED_GEMM_H

#include <stddef.h>
#include <stdint.h>

enum { ORDERED_GEMM_COLUMNS = 32 }; // columns of every right operand and of every result

// A row of a sparse matrix: the element indices[k] is byte_to_float[bytes[k]].
typedef struct {
    size_t count;           // of nonzero elements
    const uint8_t *indices; // (count): ascending
    const uint8_t *bytes;   // (count)
} SparseRow;

typedef struct {
    size_t rows;
    const SparseRow *row;       // (rows)
    const float *byte_to_float; // (256)
} SparseRows;

// The operands do not overlap. beta is 0 or 1: 0 overwrites c; 1 starts each sum from the old value
// of c.

// c[i] (rows, 32) = beta c[i] + a b[i], b[i] (at most 256, 32), for i below `products`. Several
// products of the same a are quicker together.
void ordered_gemm_sparse(const SparseRows *a, size_t products, const float *const *b, float beta,
                         float *const *c);

// c (rows, 32) = beta c + a b, b (inner, 32). The element (i, k) of a is
// a[i * row_stride + k * inner_stride].
void ordered_gemm_dense(size_t rows, size_t inner, const float *a, size_t row_stride,
                        size_t inner_stride, const float *b, float beta, float *c);

#endif
