// Adam (nn/adam.h) on vectors, for SIMD_SET.

// Smaller moments are set to zero. A moment whose gradient stays zero decays to a denormal and
// stays one, which is slow on many processors. Long before that it no longer moves a weight: its
// contributions to the weight and to the denominator are far below their last bits.
#define MOMENT_MIN 0x1p-111F

// Smaller gradients count as zero: their scaled squares would be denormal.
#define GRADIENT_MIN 0x1p-57F

#define FLUSH(x, min) V_WHERE(~(V_ABS(x) < (min)), x) // NaN stays

// Moves weights, and their moments m and v, against a gradient. The order of the operations and
// their roundings are the definition of the reproducible mode, in which is_fused is true.
SIMD_INLINE void SIMD_NAME(adam_step)(AdamScales scales, bool is_fused, VECTOR gradient,
                                      float *weights, float *m, float *v) {
#define MULTIPLY_ADD(a, b, c) (is_fused ? V_FMA(a, b, c) : V_MADD(a, b, c))
    const VECTOR g = FLUSH(gradient, GRADIENT_MIN);
    const VECTOR scaled = (float)(1.0 - ADAM_BETA1) * g;
    const VECTOR squared = (float)(1.0 - ADAM_BETA2) * g * g;
    const VECTOR first = MULTIPLY_ADD(V_SET(ADAM_BETA1), V_LOAD(m), scaled);
    const VECTOR second = MULTIPLY_ADD(V_SET(ADAM_BETA2), V_LOAD(v), squared);
    const VECTOR new_m = FLUSH(first, MOMENT_MIN);
    const VECTOR new_v = FLUSH(second, MOMENT_MIN);
    const VECTOR denominator =
        MULTIPLY_ADD(V_SQRT(new_v), V_SET(scales.inv_sqrt_correction2), V_SET(ADAM_EPSILON));
    V_STORE(m, new_m);
    V_STORE(v, new_v);
    V_STORE(weights, MULTIPLY_ADD(V_SET(-scales.step_size), new_m / denominator, V_LOAD(weights)));
#undef MULTIPLY_ADD
}

// The step of a shard's tensors except d1_weight.
SIMD_FUNCTION void SIMD_NAME(adam_small_tensors)(AdamScales scales, bool is_fused, Shard *shard) {
    const float *gradient = (const float *)&shard->gradient;
    float *weights = (float *)&shard->parameters;
    float *m = (float *)&shard->first_moments;
    float *v = (float *)&shard->second_moments;
    for (size_t i = SHARD_SMALL_TENSORS; i < SHARD_FLOATS; i += LANES)
        SIMD_NAME(adam_step)
    (scales, is_fused, V_LOAD(gradient + i), weights + i, m + i, v + i);
}
