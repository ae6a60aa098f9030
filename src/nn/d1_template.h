// The first layer of the ordered engine, for SIMD_SET. `shards` is the constant 1 or 2 where these
// functions are inlined; element [s] of an array of shards follows at a constant distance.

SIMD_INLINE void SIMD_NAME(d1_forward)(size_t shards, Network *network, size_t shard,
                                       const Microbatch *microbatch, BlockLists *lists) {
    Shard *first = &network->shards[shard];
    ImageBand bands[MICROBATCH][BANDS];
    for (size_t i = 0; i < microbatch->count; i++)
        encoded_bands(microbatch->images[i], bands[i]);
    if (lists)
        memset(lists->counts, 0, sizeof lists->counts);
    // The weights of a band stay in the cache for all images.
    for (size_t band = 0; band < BANDS; band++) {
        const size_t first_row = band * BAND_BLOCKS * BLOCK_PIXELS;
        for (size_t i = 0; i < microbatch->count; i++) {
            const ImageBand blocks = bands[i][band];
            VECTOR sum[2 * SIMD_NAME(VECTORS)];
            for (size_t s = 0; s < shards; s++) {
                const float *begin = band == 0 ? first[s].parameters.d1_bias
                                               : first[s].hidden.units + i * SHARD_UNITS;
                for (size_t j = 0; j < SIMD_NAME(VECTORS); j++)
                    sum[s * SIMD_NAME(VECTORS) + j] = V_LOAD(begin + j * LANES);
            }
            for (size_t k = 0; k < blocks.count; k++) {
                const size_t index = blocks.indices[k];
                const uint8_t *values = blocks.values + k * BLOCK_PIXELS;
                if (lists) {
                    const size_t block = band * BAND_BLOCKS + index;
                    lists->entries[block][lists->counts[block]++] =
                        (uint32_t)i | (uint32_t)values[0] << 8 | (uint32_t)values[1] << 16;
                }
                for (size_t pixel = 0; pixel < BLOCK_PIXELS; pixel++) {
                    const size_t row = first_row + index * BLOCK_PIXELS + pixel;
                    const VECTOR x = V_SET(network->byte_to_float[values[pixel]]);
                    for (size_t s = 0; s < shards; s++) {
                        const float *weight = first[s].parameters.d1_weight + row * SHARD_UNITS;
                        for (size_t j = 0; j < SIMD_NAME(VECTORS); j++)
                            sum[s * SIMD_NAME(VECTORS) + j] = V_FMA(
                                x, V_LOAD(weight + j * LANES), sum[s * SIMD_NAME(VECTORS) + j]);
                    }
                }
            }
            for (size_t s = 0; s < shards; s++) {
                for (size_t j = 0; j < SIMD_NAME(VECTORS); j++)
                    V_STORE(first[s].hidden.units + i * SHARD_UNITS + j * LANES,
                            sum[s * SIMD_NAME(VECTORS) + j]);
            }
        }
    }
}

SIMD_FUNCTION void SIMD_NAME(d1_forward_1)(Network *network, size_t shard,
                                           const Microbatch *microbatch, BlockLists *lists) {
    if (lists)
        SIMD_NAME(d1_forward)(1, network, shard, microbatch, lists);
    else
        SIMD_NAME(d1_forward)(1, network, shard, microbatch, NULL);
}

SIMD_FUNCTION void SIMD_NAME(d1_forward_2)(Network *network, size_t shard,
                                           const Microbatch *microbatch, BlockLists *lists) {
    if (lists)
        SIMD_NAME(d1_forward)(2, network, shard, microbatch, lists);
    else
        SIMD_NAME(d1_forward)(2, network, shard, microbatch, NULL);
}

// The gradient of a block's weights: of each pixel, shard and vector of units.
typedef struct {
    VECTOR v[BLOCK_PIXELS][2][SIMD_NAME(VECTORS)];
} SIMD_NAME(BlockGradient);

enum { SIMD_NAME(BLOCK_ROW) = BLOCK_PIXELS * SHARD_UNITS }; // floats of a block in a shard's tensor

// for (each pixel, shard and vector): `at` is its place in the block's row.
#define EACH_VECTOR(pixel, s, j, at)                                                               \
    for (size_t pixel = 0; pixel < BLOCK_PIXELS; pixel++)                                          \
        for (size_t s = 0; s < shards; s++)                                                        \
            for (size_t j = 0, at = pixel * SHARD_UNITS; j < SIMD_NAME(VECTORS); j++, at += LANES)

// The gradient in memory, if there is one, and the terms of this microbatch.
SIMD_INLINE void SIMD_NAME(sum_gradient)(size_t shards, const Network *network, size_t shard,
                                         const BlockLists *lists, size_t block,
                                         SIMD_NAME(BlockGradient) * sum) {
    const Shard *first = &network->shards[shard];
    const size_t row = block * SIMD_NAME(BLOCK_ROW);
    if (lists->is_pending[block]) {
        EACH_VECTOR(pixel, s, j, at)
        sum->v[pixel][s][j] = V_LOAD(first[s].gradient.d1_weight + row + at);
    } else {
        EACH_VECTOR(pixel, s, j, at)
        sum->v[pixel][s][j] = V_ZERO();
    }
    const uint32_t *entry = lists->entries[block];
    for (const uint32_t *end = entry + lists->counts[block]; entry < end; entry++) {
        const size_t image_row = (uint8_t)*entry * (size_t)SHARD_UNITS;
        const VECTOR x0 = V_SET(network->byte_to_float[(uint8_t)(*entry >> 8)]);
        const VECTOR x1 = V_SET(network->byte_to_float[(uint8_t)(*entry >> 16)]);
        for (size_t s = 0; s < shards; s++) {
            for (size_t j = 0; j < SIMD_NAME(VECTORS); j++) {
                const VECTOR d = V_LOAD(first[s].dhidden.units + image_row + j * LANES);
                sum->v[0][s][j] = V_FMA(x0, d, sum->v[0][s][j]);
                sum->v[1][s][j] = V_FMA(x1, d, sum->v[1][s][j]);
            }
        }
    }
}

SIMD_INLINE void SIMD_NAME(d1_backward)(size_t shards, Network *network, size_t shard,
                                        const BlockLists *lists) {
    Shard *first = &network->shards[shard];
    for (size_t block = 0; block < BLOCKS; block++) {
        const size_t row = block * SIMD_NAME(BLOCK_ROW);
        SIMD_NAME(BlockGradient) sum;
        if (lists->counts[block] == 0)
            continue;
        SIMD_NAME(sum_gradient)(shards, network, shard, lists, block, &sum);
        EACH_VECTOR(pixel, s, j, at)
        V_STORE(first[s].gradient.d1_weight + row + at, sum.v[pixel][s][j]);
    }
}

SIMD_INLINE void SIMD_NAME(d1_update)(size_t shards, Network *network, size_t shard,
                                      const BlockLists *lists, const Adam *adam,
                                      const AdamScales *scales) {
    const AdamScales local = *scales; // not aliased by the buffers
    Shard *first = &network->shards[shard];
    for (size_t b = 0; b < adam->block_count; b++) {
        const size_t row = adam->blocks[b] * (size_t)SIMD_NAME(BLOCK_ROW);
        SIMD_NAME(BlockGradient) sum;
        SIMD_NAME(sum_gradient)(shards, network, shard, lists, adam->blocks[b], &sum);
        EACH_VECTOR(pixel, s, j, at)
        SIMD_NAME(adam_step)
        (&local, true, sum.v[pixel][s][j], first[s].parameters.d1_weight + row + at,
         first[s].first_moments.d1_weight + row + at, first[s].second_moments.d1_weight + row + at);
    }
}

#undef EACH_VECTOR

SIMD_FUNCTION void SIMD_NAME(d1_backward_1)(Network *network, size_t shard,
                                            const BlockLists *lists) {
    SIMD_NAME(d1_backward)(1, network, shard, lists);
}

SIMD_FUNCTION void SIMD_NAME(d1_update_1)(Network *network, size_t shard, const BlockLists *lists,
                                          const Adam *adam, const AdamScales *scales) {
    SIMD_NAME(d1_update)(1, network, shard, lists, adam, scales);
}

// The gradients of two shards fit the registers if a vector has 16 floats.
SIMD_FUNCTION void SIMD_NAME(d1_backward_2)(Network *network, size_t shard,
                                            const BlockLists *lists) {
    if (LANES >= 16) {
        SIMD_NAME(d1_backward)(2, network, shard, lists);
        return;
    }
    SIMD_NAME(d1_backward_1)(network, shard, lists);
    SIMD_NAME(d1_backward_1)(network, shard + 1, lists);
}

SIMD_FUNCTION void SIMD_NAME(d1_update_2)(Network *network, size_t shard, const BlockLists *lists,
                                          const Adam *adam, const AdamScales *scales) {
    if (LANES >= 16) {
        SIMD_NAME(d1_update)(2, network, shard, lists, adam, scales);
        return;
    }
    SIMD_NAME(d1_update_1)(network, shard, lists, adam, scales);
    SIMD_NAME(d1_update_1)(network, shard + 1, lists, adam, scales);
}
