#include "matmul.h"

#include <cblas.h>

void matmul_use_one_thread(void) {
    openblas_set_num_threads(1);
}

void matmul(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float keep,
            float *c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)rows, (blasint)columns,
                (blasint)inner, 1.0F, a, (blasint)inner, b, (blasint)columns, keep, c,
                (blasint)columns);
}

void matmul_b_transposed(size_t rows, size_t columns, size_t inner, const float *a, const float *b,
                         float keep, float *c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)rows, (blasint)columns,
                (blasint)inner, 1.0F, a, (blasint)inner, b, (blasint)inner, keep, c,
                (blasint)columns);
}

void matmul_a_transposed(size_t rows, size_t columns, size_t inner, const float *a, const float *b,
                         float keep, float *c) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)rows, (blasint)columns,
                (blasint)inner, 1.0F, a, (blasint)rows, b, (blasint)columns, keep, c,
                (blasint)columns);
}

const char *matmul_library(void) {
    return openblas_get_config();
}

const char *matmul_kernel(void) {
    return openblas_get_corename();
}
