// Adam (nn/adam.h) on vectors, for SIMD_SET.

// Smaller moments are set to zero. A moment whose gradient stays zero decays to a denormal and
// stays one, which is slow on many processors. Long before that it no longer moves a weight: its
// contributions to the weight and to the denominator are far below their last bits.
#define MOMENT_MIN 0x1p-111F

// Smaller gradients count as zero: their scaled squares would be denormal.
#define GRADIENT_MIN 0x1p-57F

// Moves weights, and their moments m and v, against a gradient. The order of the operations and
// their roundings are the definition of the reproducible mode; is_fused: V_FMA, else V_MADD.
SIMD_INLINE void SIMD_NAME(adam_step)(const AdamScales *scales, bool is_fused, VECTOR gradient,
                                      float *weights, float *m, float *v) {
#define MULTIPLY_ADD(a, b, c) (is_fused ? V_FMA(a, b, c) : V_MADD(a, b, c))
    const VECTOR g = V_FLUSH(gradient, GRADIENT_MIN);
    const VECTOR scaled = V_MUL(V_SET((float)(1.0 - ADAM_BETA1)), g);
    const VECTOR squared = V_MUL(V_MUL(V_SET((float)(1.0 - ADAM_BETA2)), g), g);
    const VECTOR first = MULTIPLY_ADD(V_SET((float)ADAM_BETA1), V_LOAD(m), scaled);
    const VECTOR second = MULTIPLY_ADD(V_SET((float)ADAM_BETA2), V_LOAD(v), squared);
    const VECTOR new_m = V_FLUSH(first, MOMENT_MIN);
    const VECTOR new_v = V_FLUSH(second, MOMENT_MIN);
    const VECTOR denominator = MULTIPLY_ADD(V_SQRT(new_v), V_SET(scales->inv_sqrt_correction2),
                                            V_SET((float)ADAM_EPSILON));
    V_STORE(m, new_m);
    V_STORE(v, new_v);
    V_STORE(weights,
            MULTIPLY_ADD(V_SET(-scales->step_size), V_DIV(new_m, denominator), V_LOAD(weights)));
#undef MULTIPLY_ADD
}

SIMD_FUNCTION void SIMD_NAME(adam)(const AdamScales *scales, size_t count, const float *gradient,
                                   float *parameters, float *first_moment, float *second_moment) {
    const AdamScales local = *scales; // not aliased by the buffers
    for (size_t i = 0; i < count; i += LANES)
        SIMD_NAME(adam_step)
    (&local, true, V_LOAD(gradient + i), parameters + i, first_moment + i, second_moment + i);
}

SIMD_FUNCTION void SIMD_NAME(adam_quick)(const AdamScales *scales, size_t count,
                                         const float *gradient, float *parameters,
                                         float *first_moment, float *second_moment) {
    const AdamScales local = *scales;
    for (size_t i = 0; i < count; i += LANES)
        SIMD_NAME(adam_step)
    (&local, false, V_LOAD(gradient + i), parameters + i, first_moment + i, second_moment + i);
}

#ifdef V_ESTIMATE
// Returns the square root of x > 0 to within two units in the last place: the estimate and one
// Newton step. The estimate leaves the divide unit, which also computes roots, to the division.
SIMD_INLINE VECTOR SIMD_NAME(root)(VECTOR x) {
    const VECTOR inverse = V_ESTIMATE(x);
    const VECTOR root = V_MUL(x, inverse);
    const VECTOR residual = V_NMADD(root, root, x);
    return V_MADD(residual, V_MUL(inverse, V_SET(0.5F)), root);
}

// The same step with fewer operations: the correction of the second moment is in the step and in
// epsilon (Kingma and Ba 2015, the end of section 2), and the processor flushes denormal moments.
SIMD_INLINE void SIMD_NAME(adam_estimate)(const AdamScales *scales, VECTOR g, float *weights,
                                          float *m, float *v) {
    const VECTOR step = V_SET(scales->step_size / scales->inv_sqrt_correction2);
    const VECTOR epsilon = V_SET((float)ADAM_EPSILON / scales->inv_sqrt_correction2);
    const VECTOR m0 = V_LOAD(m);
    const VECTOR new_m = V_MADD(V_SUB(g, m0), V_SET((float)(1.0 - ADAM_BETA1)), m0);
    const VECTOR new_v = V_MADD(V_MUL(g, V_SET((float)(1.0 - ADAM_BETA2))), g,
                                V_MUL(V_LOAD(v), V_SET((float)ADAM_BETA2)));
    const VECTOR root = SIMD_NAME(root)(V_MAX(new_v, V_SET(MOMENT_MIN))); // 1 / sqrt(0) is infinite
    const VECTOR quotient = V_DIV(new_m, V_ADD(root, epsilon));
    V_STORE(m, new_m);
    V_STORE(v, new_v);
    V_STORE(weights, V_NMADD(step, quotient, V_LOAD(weights)));
}
#else
SIMD_INLINE void SIMD_NAME(adam_estimate)(const AdamScales *scales, VECTOR g, float *weights,
                                          float *m, float *v) {
    SIMD_NAME(adam_step)(scales, false, g, weights, m, v);
}
#endif

SIMD_FUNCTION void SIMD_NAME(adam_gather)(const AdamScales *scales, const Adam *adam,
                                          Network *network, size_t shard, const uint16_t *column_of,
                                          const float *gradient, const uint16_t *next_column_of,
                                          float *gathered) {
    const AdamScales local = *scales;
    for (size_t i = 0; i < adam->block_count * BLOCK_PIXELS; i++) {
        const size_t pixel = adam->blocks[i / BLOCK_PIXELS] * BLOCK_PIXELS + i % BLOCK_PIXELS;
        const float *g = gradient + column_of[pixel] * SHARD_UNITS;
        float *weights = network->shards[shard].parameters.d1_weight + pixel * SHARD_UNITS;
        float *m = network->shards[shard].first_moments.d1_weight + pixel * SHARD_UNITS;
        float *v = network->shards[shard].second_moments.d1_weight + pixel * SHARD_UNITS;
        float *copy = gathered + next_column_of[pixel] * SHARD_UNITS;
        for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
            SIMD_NAME(adam_estimate)(&local, V_LOAD(g + j), weights + j, m + j, v + j);
            V_STORE(copy + j, V_LOAD(weights + j));
        }
    }
}
