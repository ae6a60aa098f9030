// A template: the rows of adam_kernel.c with the estimates of one instruction set. Its vectors are
// defined before, for instance by vector_avx2_internal.h. There is no include guard: the file is
// included once for each instruction set.

// Returns the square root of x > 0 to within two units in the last place: the estimate and one
// Newton step. The estimate leaves the divide unit, which also computes roots, to the division.
KERNEL_TARGET static inline VECTOR KERNEL(root)(VECTOR x) {
    const VECTOR inverse = V_RSQRT(x);
    const VECTOR root = V_MUL(x, inverse);
    const VECTOR residual = V_FNMA(root, root, x);
    return V_FMA(residual, V_MUL(inverse, V_SET(0.5F)), root);
}

// The update of adam_kernel.c with fewer operations: the correction of the second moment is in the
// step and in epsilon (Kingma and Ba 2015, the end of section 2), and the processor flushes
// denormal moments (see base/denormals.h).
KERNEL_TARGET static void KERNEL(update_row)(const AdamScales *scales,
                                             const float *restrict gradient,
                                             float *restrict parameters,
                                             float *restrict first_moment,
                                             float *restrict second_moment) {
    const VECTOR step = V_SET(scales->step_size / scales->inv_sqrt_correction2);
    const VECTOR epsilon = V_SET((float)EPSILON / scales->inv_sqrt_correction2);
    for (size_t i = 0; i < ADAM_ROW; i += LANES) {
        const VECTOR g = V_LOAD(gradient + i);
        const VECTOR m0 = V_LOAD(first_moment + i);
        const VECTOR v0 = V_LOAD(second_moment + i);
        const VECTOR m = V_FMA(V_SUB(g, m0), V_SET((float)(1.0 - BETA1)), m0);
        const VECTOR v =
            V_FMA(V_MUL(g, V_SET((float)(1.0 - BETA2))), g, V_MUL(v0, V_SET((float)BETA2)));
        const VECTOR root = KERNEL(root)(V_MAX(v, V_SET(MOMENT_MIN))); // 1 / sqrt(0) is infinite
        const VECTOR quotient = V_DIV(m, V_ADD(root, epsilon));
        V_STORE(first_moment + i, m);
        V_STORE(second_moment + i, v);
        V_STORE(parameters + i, V_FNMA(step, quotient, V_LOAD(parameters + i)));
    }
}

KERNEL_TARGET static void KERNEL(update_rows)(const AdamScales *scales, const Rows *rows) {
    update_rows(scales, rows, KERNEL(update_row));
}
