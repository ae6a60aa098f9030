// Products of float32 matrices in row-major order; the only module that knows the BLAS library.
#ifndef MNIST_TRAIN_NN_GEMM_H
#define MNIST_TRAIN_NN_GEMM_H

#include "base/error.h"

#include <stddef.h>

// Ends the library's own threads, which make products of this size slower. Each thread calls this
// function before its first product.
void gemm_use_one_thread(void);

enum { GEMM_MAX_THREADS = 4 };

// Returns how many threads may make products at the same time: GEMM_MAX_THREADS, or 1 with an
// OpenBLAS that was built without threads, which would give two threads the same buffer.
size_t gemm_max_threads(void);

// Allocates the buffers for products in up to GEMM_MAX_THREADS threads at the same time. Without
// it, a product that finds no memory for its buffer hangs, since OpenBLAS retries for ever. The
// buffers are kept: a second call allocates only those that are missing. Two threads may not call
// it at the same time. Returns false and sets *error if memory is short.
bool gemm_reserve_buffers(size_t threads, Error *error);

// c (rows, columns) = beta c + a b, with a (rows, inner) and b (inner, columns). The two letters of
// the suffix stand for a and b, as in BLAS: t means that the matrix in memory is the transpose. No
// dimension may exceed INT_MAX. The operands do not overlap. beta is 0, which overwrites c, or 1.
void gemm_nn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c);
void gemm_nt(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c);
void gemm_tn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c);

// Returns the library's name, and its version and build options if it reports them:
// "OpenBLAS 0.3.21 ...". The string is static.
const char *gemm_library(void);

// Returns the processor type whose kernels the library runs, such as "Haswell", or "unknown".
const char *gemm_kernel(void);

#endif
