// Products of float32 matrices in row-major order; the only module that knows the BLAS library.
#ifndef MNIST_TRAIN_NN_GEMM_H
#define MNIST_TRAIN_NN_GEMM_H

#include <stddef.h>

// To be called in each thread before its first product. Ends the library's own threads, which make
// products of this size slower.
void gemm_use_one_thread(void);

// No dimension may exceed INT_MAX. The operands do not overlap. beta is BLAS's: 0 overwrites c, 1
// adds to it. The suffix tells which of a and b is transposed, as in BLAS: n no, t yes.

// c (rows, columns) = beta c + a (rows, inner) b (inner, columns)
void gemm_nn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c);

// c (rows, columns) = beta c + a (rows, inner) b^T, b (columns, inner)
void gemm_nt(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c);

// c (rows, columns) = beta c + a^T b (inner, columns), a (inner, rows)
void gemm_tn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c);

// Name, version and build options, as far as the library tells them: "OpenBLAS 0.3.21 ...".
const char *gemm_library(void);

// The processor whose kernels run: "Haswell"; or "unknown".
const char *gemm_kernel(void);

#endif
