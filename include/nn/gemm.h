// Products of float32 matrices, row by row in memory; the only room that knows the BLAS library.
#ifndef MNIST_TRAIN_NN_GEMM_H
#define MNIST_TRAIN_NN_GEMM_H

#include <stddef.h>

// In each thread, before its first product; the sooner the better. Products of this size are slower
// with the library's own threads, which are ended.
void gemm_use_one_thread(void);

// No size may exceed INT_MAX. The operands do not overlap. `keep` is what c is multiplied by before
// the product is added: 0 overwrites it, 1 adds to it.

// c (rows, columns) = keep * c + a (rows, inner) b (inner, columns)
void gemm_nn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float keep,
             float *c);

// c (rows, columns) = keep * c + a (rows, inner) b (columns, inner) transposed
void gemm_nt(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float keep,
             float *c);

// c (rows, columns) = keep * c + a (inner, rows) transposed, times b (inner, columns)
void gemm_tn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float keep,
             float *c);

const char *
gemm_library(void); // name, version and build, as far as it tells: "OpenBLAS 0.3.21 ..."
const char *
gemm_kernel(void); // the processor that the products were written for: "Haswell"; or "unknown"

#endif
