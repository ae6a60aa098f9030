// Activations and the second layer of a shard, for SIMD_SET. Rows of activations have 32 units.

SIMD_FUNCTION void SIMD_NAME(relu_dropout_forward)(size_t images, size_t shard,
                                                   const DropoutMask *mask,
                                                   ShardActivations *hidden) {
    for (size_t i = 0; i < images; i++) {
        const uint32_t keep = mask ? mask->keep[i][shard] : UINT32_MAX;
        const VECTOR scale = V_SET(mask ? keep_scale : 1.0F);
        for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
            float *units = hidden->units + i * SHARD_UNITS + j;
            V_STORE(units, V_KEEP(keep >> j, V_MUL(V_RELU(V_LOAD(units)), scale)));
        }
    }
}

SIMD_FUNCTION void SIMD_NAME(relu_dropout_backward)(size_t images, const ShardActivations *hidden,
                                                    float beta, ShardActivations *dhidden,
                                                    float *dbias) {
    for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
        VECTOR sum = beta == 0.0F ? V_ZERO() : V_LOAD(dbias + j);
        for (size_t i = 0; i < images; i++) {
            float *d = dhidden->units + i * SHARD_UNITS + j;
            const VECTOR output = V_LOAD(hidden->units + i * SHARD_UNITS + j);
            const VECTOR gradient = V_WHERE_POSITIVE(output, V_MUL(V_LOAD(d), V_SET(keep_scale)));
            V_STORE(d, gradient);
            sum = V_ADD(sum, gradient);
        }
        V_STORE(dbias + j, sum);
    }
}

SIMD_FUNCTION void SIMD_NAME(logits_bias_backward)(size_t images, const float *dlogits, float beta,
                                                   float *dbias) {
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        float sum = beta == 0.0F ? 0.0F : dbias[c];
        for (size_t i = 0; i < images; i++)
            sum += dlogits[c * images + i];
        dbias[c] = sum;
    }
}

// A row of the result is an image's classes, in registers; a row of `weight` has the weights of one
// unit. Four images at a time: the additions of one image wait for each other.
SIMD_FUNCTION void SIMD_NAME(d2_forward)(size_t images, const ShardActivations *x,
                                         const ShardParameters *parameters, float *logits) {
    enum { ROW = 16, TOGETHER = 4 }; // classes, padded to a vector
    float weight[SHARD_UNITS * ROW] = {0}, sums[MICROBATCH * ROW], bias[ROW] = {0};
    memcpy(bias, parameters->d2_bias, sizeof parameters->d2_bias);
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t u = 0; u < SHARD_UNITS; u++)
            weight[u * ROW + c] = parameters->d2_weight[c * SHARD_UNITS + u];
    }
    for (size_t first = 0; first < images; first += TOGETHER) {
        const float *units = x->units + first * SHARD_UNITS;
        for (size_t j = 0; j < ROW; j += LANES) {
            VECTOR sum[TOGETHER];
            for (size_t i = 0; i < TOGETHER; i++)
                sum[i] = V_LOAD(bias + j);
            for (size_t u = 0; u < SHARD_UNITS; u++) {
                const VECTOR w = V_LOAD(weight + u * ROW + j);
                for (size_t i = 0; i < TOGETHER; i++)
                    sum[i] = V_FMA(V_SET(units[i * SHARD_UNITS + u]), w, sum[i]);
            }
            for (size_t i = 0; i < TOGETHER; i++)
                V_STORE(sums + (first + i) * ROW + j, sum[i]);
        }
    }
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++)
            logits[c * images + i] = sums[i * ROW + c];
    }
}

SIMD_FUNCTION void SIMD_NAME(d2_backward)(size_t images, const ShardActivations *x,
                                          const ShardParameters *parameters, const float *dlogits,
                                          float beta, float *dweight, ShardActivations *dx) {
    for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
        VECTOR sum[MNIST_CLASSES], weight[MNIST_CLASSES];
        for (size_t c = 0; c < MNIST_CLASSES; c++) {
            sum[c] = beta == 0.0F ? V_ZERO() : V_LOAD(dweight + c * SHARD_UNITS + j);
            weight[c] = V_LOAD(parameters->d2_weight + c * SHARD_UNITS + j);
        }
        for (size_t i = 0; i < images; i++) {
            const VECTOR units = V_LOAD(x->units + i * SHARD_UNITS + j);
            VECTOR dunits = V_ZERO();
            for (size_t c = 0; c < MNIST_CLASSES; c++) {
                const VECTOR d = V_SET(dlogits[c * images + i]);
                sum[c] = V_FMA(d, units, sum[c]);
                dunits = V_FMA(d, weight[c], dunits);
            }
            V_STORE(dx->units + i * SHARD_UNITS + j, dunits);
        }
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            V_STORE(dweight + c * SHARD_UNITS + j, sum[c]);
    }
}
