// The functions of engine_blas.c for SIMD_SET (base/simd.h).
#include "adam_template.h"
#include "layers_template.h"

SIMD_FUNCTION void SIMD_NAME(forward)(Network *network, EnginePart part,
                                      const Microbatch *microbatch, const Microbatch *next,
                                      const DropoutMask *mask) {
    const Workspace *workspace = network->workspace;
    const Input *input = load(network, part, microbatch, mask ? next : NULL);
    const size_t images = microbatch->count;
    const size_t end = shards_begin(part.index + 1, part.count);
    for (size_t s = shards_begin(part.index, part.count); s < end; s++) {
        const ShardParameters *p = &network->shards[s].parameters;
        float *hidden = network->shards[s].hidden;
        float *logits = network->partial[microbatch->number % 2][s];
        for (size_t i = 0; i < images; i++)
            memcpy(hidden + i * SHARD_UNITS, p->d1_bias, sizeof p->d1_bias);
        gemm_nn(images, SHARD_UNITS, input->columns[input->current].count, input->rows,
                workspace->weight[s], 1.0F, hidden);
        SIMD_NAME(relu_dropout_forward)(images, s, mask, network->shards[s].hidden);
        for (size_t c = 0; c < MNIST_CLASSES; c++) {
            for (size_t i = 0; i < images; i++)
                logits[c * images + i] = p->d2_bias[c];
        }
        gemm_nt(MNIST_CLASSES, images, SHARD_UNITS, p->d2_weight, hidden, 1.0F, logits);
    }
}

SIMD_FUNCTION void SIMD_NAME(backward)(Network *network, EnginePart part,
                                       const Microbatch *microbatch, const Logits dlogits) {
    Workspace *workspace = network->workspace;
    const Input *input = &workspace->inputs[part.index];
    const float beta = microbatch->is_first_of_batch ? 0.0F : 1.0F;
    const size_t images = microbatch->count;
    const size_t end = shards_begin(part.index + 1, part.count);
    for (size_t s = shards_begin(part.index, part.count); s < end; s++) {
        Shard *shard = &network->shards[s];
        gemm_nn(MNIST_CLASSES, SHARD_UNITS, images, dlogits, shard->hidden, beta,
                shard->gradient.d2_weight);
        gemm_tn(images, SHARD_UNITS, MNIST_CLASSES, dlogits, shard->parameters.d2_weight, 0.0F,
                shard->dhidden);
        SIMD_NAME(relu_dropout_backward)(images, beta, shard);
        if (s == 0)
            SIMD_NAME(logits_bias_backward)(images, dlogits, beta, shard->gradient.d2_bias);
        gemm_tn(input->columns[input->current].count, SHARD_UNITS, images, input->rows,
                shard->dhidden, beta, workspace->gradient[s]);
    }
}

#ifdef V_ESTIMATE
// Returns the square root of x > 0 to within two units in the last place: the estimate and one
// Newton step. The estimate leaves the divide unit, which also computes roots, to the division.
SIMD_INLINE VECTOR SIMD_NAME(root)(VECTOR x) {
    const VECTOR inverse = V_ESTIMATE(x);
    const VECTOR root = x * inverse;
    const VECTOR residual = V_MADD(-root, root, x);
    return V_MADD(residual, inverse * 0.5F, root);
}

// adam_step with fewer operations: the correction of the second moment is in the step and in
// epsilon (Kingma and Ba 2015, the end of section 2), and the processor flushes denormal moments.
SIMD_INLINE void SIMD_NAME(adam_estimate)(AdamScales scales, VECTOR g, float *weights, float *m,
                                          float *v) {
    const VECTOR step = V_SET(scales.step_size / scales.inv_sqrt_correction2);
    const float epsilon = (float)ADAM_EPSILON / scales.inv_sqrt_correction2;
    const VECTOR m0 = V_LOAD(m);
    const VECTOR new_m = V_MADD(g - m0, V_SET(1.0 - ADAM_BETA1), m0);
    const VECTOR new_v = V_MADD(g * (float)(1.0 - ADAM_BETA2), g, V_LOAD(v) * (float)ADAM_BETA2);
    const VECTOR root = SIMD_NAME(root)(V_MAX(new_v, V_SET(MOMENT_MIN))); // 1 / sqrt(0) is infinite
    V_STORE(m, new_m);
    V_STORE(v, new_v);
    V_STORE(weights, V_MADD(-step, new_m / (root + epsilon), V_LOAD(weights)));
}
#else
SIMD_INLINE void SIMD_NAME(adam_estimate)(AdamScales scales, VECTOR g, float *weights, float *m,
                                          float *v) {
    SIMD_NAME(adam_step)(scales, false, g, weights, m, v);
}
#endif

// Adam, and the new weights of the first layer into the rows of the next batch's columns.
SIMD_FUNCTION void SIMD_NAME(update)(Network *network, EnginePart part, const Adam *adam,
                                     uint64_t step) {
    Workspace *workspace = network->workspace;
    Input *input = &workspace->inputs[part.index];
    const uint16_t *column_of = input->columns[input->current].column_of;
    const uint16_t *next_column_of = find_next_columns(workspace, part)->column_of;
    const AdamScales scales = adam_scales(adam->learning_rate, step);
    const size_t end = shards_begin(part.index + 1, part.count);
    for (size_t s = shards_begin(part.index, part.count); s < end; s++) {
        Shard *shard = &network->shards[s];
        for (size_t i = 0; i < adam->block_count * BLOCK_PIXELS; i++) {
            const size_t pixel = adam->blocks[i / BLOCK_PIXELS] * BLOCK_PIXELS + i % BLOCK_PIXELS;
            const size_t row = pixel * SHARD_UNITS;
            const float *g = workspace->gradient[s] + column_of[pixel] * SHARD_UNITS;
            float *weights = shard->parameters.d1_weight + row;
            float *copy = workspace->weight[s] + next_column_of[pixel] * SHARD_UNITS;
            for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
                SIMD_NAME(adam_estimate)
                (scales, V_LOAD(g + j), weights + j, shard->first_moments.d1_weight + row + j,
                 shard->second_moments.d1_weight + row + j);
                V_STORE(copy + j, V_LOAD(weights + j));
            }
        }
        SIMD_NAME(adam_small_tensors)(scales, false, shard);
    }
    input->current = 1 - input->current;
}

static const Engine SIMD_NAME(engine) = {
    .library = gemm_library,
    .kernel = gemm_kernel,
    .flushes_denormals = true,
    .create = create,
    .forward = SIMD_NAME(forward),
    .backward = SIMD_NAME(backward),
    .update = SIMD_NAME(update),
};
