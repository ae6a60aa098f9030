// What both engines do with a shard's activations, for SIMD_SET. `beta` is 0, which overwrites a
// gradient, or 1, which adds to it.

// torch.nn.functional.relu and dropout, in place. mask: NULL keeps all units unscaled.
SIMD_FUNCTION void SIMD_NAME(relu_dropout_forward)(size_t images, size_t shard,
                                                   const DropoutMask *mask, float *hidden) {
    for (size_t i = 0; i < images; i++) {
        const uint32_t keep = mask ? mask->keep[i][shard] : UINT32_MAX;
        const float scale = mask ? (float)NETWORK_DROPOUT_SCALE : 1.0F;
        for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
            float *units = hidden + i * SHARD_UNITS + j;
            const VECTOR x = V_LOAD(units);
            V_STORE(units, V_KEEP(keep >> j, V_WHERE(~(x < 0), x) * scale)); // NaN stays
        }
    }
}

// Replaces shard->dhidden, the gradient after dropout, by that before dropout and ReLU: zero where
// the unit was dropped, or was not above zero, since its output is then zero.
SIMD_FUNCTION void SIMD_NAME(relu_dropout_backward)(size_t images, float beta, Shard *shard) {
    float *dbias = shard->gradient.d1_bias;
    for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
        VECTOR sum = beta == 0.0F ? V_SET(0) : V_LOAD(dbias + j);
        for (size_t i = 0; i < images; i++) {
            float *d = shard->dhidden + i * SHARD_UNITS + j;
            const VECTOR output = V_LOAD(shard->hidden + i * SHARD_UNITS + j);
            const VECTOR gradient = V_WHERE(output > 0, V_LOAD(d) * (float)NETWORK_DROPOUT_SCALE);
            V_STORE(d, gradient);
            sum += gradient;
        }
        V_STORE(dbias + j, sum);
    }
}

// dbias, (classes): the sum over the images of dlogits, (classes, images).
SIMD_FUNCTION void SIMD_NAME(logits_bias_backward)(size_t images, const float *dlogits, float beta,
                                                   float *dbias) {
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        float sum = beta == 0.0F ? 0.0F : dbias[c];
        for (size_t i = 0; i < images; i++)
            sum += dlogits[c * images + i];
        dbias[c] = sum;
    }
}
