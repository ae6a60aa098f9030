// The kernels of ordered_gemm.c for one instruction set. The including file defines
//   KERNEL(name)           the function's name for this instruction set
//   KERNEL_TARGET          the compiler's target attribute
//   VECTOR, LANES          a vector type of LANES floats
//   V_LOAD V_STORE V_SET V_ZERO V_FMA
// There is no include guard: the file is included once for each instruction set.

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

// Computes two rows at a time: the additions of one row wait for each other, but not for those of
// the other row.
KERNEL_TARGET static void KERNEL(sparse)(const SparseRows *a, const float *b, float beta,
                                         float *c) {
    for (size_t i = 0; i < a->rows; i += 2) {
        const size_t second = i + 1 < a->rows ? i + 1 : i;
        const uint16_t *index0 = a->indices + i * a->stride;
        const uint16_t *index1 = a->indices + second * a->stride;
        const float *value0 = a->values + i * a->stride;
        const float *value1 = a->values + second * a->stride;
        const size_t count0 = a->counts[i];
        const size_t count1 = second > i ? a->counts[second] : 0;
        const size_t both = count0 < count1 ? count0 : count1;
        KERNEL(Sum) sum0, sum1;
        KERNEL(start)(&sum0, beta, c + i * ORDERED_GEMM_COLUMNS);
        KERNEL(start)(&sum1, beta, c + second * ORDERED_GEMM_COLUMNS);
        for (size_t k = 0; k < both; k++) {
            KERNEL(add_term)(&sum0, value0[k], b + (size_t)index0[k] * ORDERED_GEMM_COLUMNS);
            KERNEL(add_term)(&sum1, value1[k], b + (size_t)index1[k] * ORDERED_GEMM_COLUMNS);
        }
        for (size_t k = both; k < count0; k++)
            KERNEL(add_term)(&sum0, value0[k], b + (size_t)index0[k] * ORDERED_GEMM_COLUMNS);
        for (size_t k = both; k < count1; k++)
            KERNEL(add_term)(&sum1, value1[k], b + (size_t)index1[k] * ORDERED_GEMM_COLUMNS);
        if (second > i)
            KERNEL(store)(&sum1, c + second * ORDERED_GEMM_COLUMNS);
        KERNEL(store)(&sum0, c + i * ORDERED_GEMM_COLUMNS);
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

#undef KERNEL
#undef KERNEL_TARGET
#undef VECTOR
#undef LANES
#undef V_LOAD
#undef V_STORE
#undef V_SET
#undef V_ZERO
#undef V_FMA
