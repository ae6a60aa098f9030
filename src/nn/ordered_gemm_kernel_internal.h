// A template: the kernels of ordered_gemm.c for one instruction set. Its vectors are defined
// before, for instance by vector_avx2_internal.h. There is no include guard: the file is included
// once for each instruction set.

enum { KERNEL(VECTORS) = ORDERED_GEMM_COLUMNS / LANES };

// A row of the result, in registers.
typedef struct {
    VECTOR v[KERNEL(VECTORS)];
} KERNEL(Sum);

KERNEL_TARGET static inline void KERNEL(start)(KERNEL(Sum) * sum, float beta, const float *c) {
    for (size_t j = 0; j < KERNEL(VECTORS); j++)
        sum->v[j] = beta == 0.0F ? V_ZERO() : V_LOAD(c + j * LANES);
}

KERNEL_TARGET static inline void KERNEL(add_term)(KERNEL(Sum) * sum, float a, const float *b) {
    const VECTOR factor = V_SET(a);
    for (size_t j = 0; j < KERNEL(VECTORS); j++)
        sum->v[j] = V_FMA(factor, V_LOAD(b + j * LANES), sum->v[j]);
}

KERNEL_TARGET static inline void KERNEL(store)(const KERNEL(Sum) * sum, float *c) {
    for (size_t j = 0; j < KERNEL(VECTORS); j++)
        V_STORE(c + j * LANES, sum->v[j]);
}

KERNEL_TARGET static inline void KERNEL(add_sparse)(KERNEL(Sum) * sum, const SparseRow *row,
                                                    size_t k, const float *byte_to_float,
                                                    const float *b) {
    KERNEL(add_term)
    (sum, byte_to_float[row->bytes[k]], b + (size_t)row->indices[k] * ORDERED_GEMM_COLUMNS);
}

// Computes two rows at a time: the additions of one row wait for each other, but not for those of
// the other row.
KERNEL_TARGET static void KERNEL(sparse)(const SparseRows *a, const float *b, float beta,
                                         float *c) {
    static const SparseRow no_row = {0, NULL, NULL};
    const float *values = a->byte_to_float;
    for (size_t i = 0; i < a->rows; i += 2) {
        const bool is_last = i + 1 == a->rows;
        const SparseRow row0 = a->row[i];
        const SparseRow row1 = is_last ? no_row : a->row[i + 1];
        const size_t both = row0.count < row1.count ? row0.count : row1.count;
        float *const c0 = c + i * ORDERED_GEMM_COLUMNS;
        float *const c1 = is_last ? c0 : c0 + ORDERED_GEMM_COLUMNS;
        KERNEL(Sum) sum0, sum1;
        KERNEL(start)(&sum0, beta, c0);
        KERNEL(start)(&sum1, beta, c1);
        for (size_t k = 0; k < both; k++) {
            KERNEL(add_sparse)(&sum0, &row0, k, values, b);
            KERNEL(add_sparse)(&sum1, &row1, k, values, b);
        }
        for (size_t k = both; k < row0.count; k++)
            KERNEL(add_sparse)(&sum0, &row0, k, values, b);
        for (size_t k = both; k < row1.count; k++)
            KERNEL(add_sparse)(&sum1, &row1, k, values, b);
        if (!is_last)
            KERNEL(store)(&sum1, c1);
        KERNEL(store)(&sum0, c0);
    }
}

// Computes the same row of two products at a time.
KERNEL_TARGET static void KERNEL(sparse_pair)(const SparseRows *a, const float *const b[2],
                                              float beta, float *const c[2]) {
    const float *values = a->byte_to_float;
    for (size_t i = 0; i < a->rows; i++) {
        const SparseRow row = a->row[i];
        float *const c0 = c[0] + i * ORDERED_GEMM_COLUMNS;
        float *const c1 = c[1] + i * ORDERED_GEMM_COLUMNS;
        KERNEL(Sum) sum0, sum1;
        KERNEL(start)(&sum0, beta, c0);
        KERNEL(start)(&sum1, beta, c1);
        for (size_t k = 0; k < row.count; k++) {
            KERNEL(add_sparse)(&sum0, &row, k, values, b[0]);
            KERNEL(add_sparse)(&sum1, &row, k, values, b[1]);
        }
        KERNEL(store)(&sum0, c0);
        KERNEL(store)(&sum1, c1);
    }
}

KERNEL_TARGET static void KERNEL(dense)(size_t rows, size_t inner, const float *a,
                                        size_t row_stride, size_t inner_stride, const float *b,
                                        float beta, float *c) {
    for (size_t i = 0; i < rows; i++) {
        KERNEL(Sum) sum;
        KERNEL(start)(&sum, beta, c + i * ORDERED_GEMM_COLUMNS);
        for (size_t k = 0; k < inner; k++)
            KERNEL(add_term)
        (&sum, a[i * row_stride + k * inner_stride], b + k * ORDERED_GEMM_COLUMNS);
        KERNEL(store)(&sum, c + i * ORDERED_GEMM_COLUMNS);
    }
}
