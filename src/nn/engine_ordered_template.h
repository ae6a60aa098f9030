// The functions of engine_ordered.c for SIMD_SET (base/simd.h). Products start from the bias or the
// gradient so far and add ascending terms, each by one fused multiply-add.
#include "adam_template.h"
#include "layers_template.h"

// The functions of d1, the first layer, take one shard or two neighbouring ones together, which is
// quicker than one after the other: `shards` is a constant where they are inlined, and element [s]
// of an array of shards follows at a constant distance.

// hidden = bias + weight of the images' pixels. Also makes the lists, unless they are NULL.
SIMD_INLINE void SIMD_NAME(d1_forward)(const Network *network, Shard *first, size_t shards,
                                       const Microbatch *microbatch, BlockLists *lists) {
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
            VECTOR sum[2][VECTORS];
            for (size_t s = 0; s < shards; s++) {
                const float *begin =
                    band == 0 ? first[s].parameters.d1_bias : first[s].hidden + i * SHARD_UNITS;
                for (size_t j = 0; j < VECTORS; j++)
                    sum[s][j] = V_LOAD(begin + j * LANES);
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
                        for (size_t j = 0; j < VECTORS; j++)
                            sum[s][j] = V_FMA(x, V_LOAD(weight + j * LANES), sum[s][j]);
                    }
                }
            }
            for (size_t s = 0; s < shards; s++) {
                for (size_t j = 0; j < VECTORS; j++)
                    V_STORE(first[s].hidden + i * SHARD_UNITS + j * LANES, sum[s][j]);
            }
        }
    }
}

// The gradient of a block's weights: of each pixel, shard and vector of units.
typedef struct {
    VECTOR v[BLOCK_PIXELS][2][VECTORS];
} SIMD_NAME(BlockGradient);

// for (each pixel, shard and vector): `at` is its place in the block's row.
#define EACH_VECTOR(pixel, s, j, at)                                                               \
    for (size_t pixel = 0; pixel < BLOCK_PIXELS; pixel++)                                          \
        for (size_t s = 0; s < shards; s++)                                                        \
            for (size_t j = 0, at = pixel * SHARD_UNITS; j < VECTORS; j++, at += LANES)

// The gradient in memory, if there is one, and the terms of this microbatch.
SIMD_INLINE void SIMD_NAME(sum_gradient)(const Network *network, const Shard *first, size_t shards,
                                         const BlockLists *lists, size_t block,
                                         SIMD_NAME(BlockGradient) * sum) {
    const size_t row = block * BLOCK_ROW;
    if (lists->is_pending[block]) {
        EACH_VECTOR(pixel, s, j, at)
        sum->v[pixel][s][j] = V_LOAD(first[s].gradient.d1_weight + row + at);
    } else {
        EACH_VECTOR(pixel, s, j, at)
        sum->v[pixel][s][j] = V_SET(0);
    }
    const uint32_t *entry = lists->entries[block];
    for (const uint32_t *end = entry + lists->counts[block]; entry < end; entry++) {
        const size_t image_row = (uint8_t)*entry * (size_t)SHARD_UNITS;
        const VECTOR x0 = V_SET(network->byte_to_float[(uint8_t)(*entry >> 8)]);
        const VECTOR x1 = V_SET(network->byte_to_float[(uint8_t)(*entry >> 16)]);
        for (size_t s = 0; s < shards; s++) {
            for (size_t j = 0; j < VECTORS; j++) {
                const VECTOR d = V_LOAD(first[s].dhidden + image_row + j * LANES);
                sum->v[0][s][j] = V_FMA(x0, d, sum->v[0][s][j]);
                sum->v[1][s][j] = V_FMA(x1, d, sum->v[1][s][j]);
            }
        }
    }
}

// Adds the microbatch's gradient of the weights to that in memory.
SIMD_INLINE void SIMD_NAME(d1_backward)(const Network *network, Shard *first, size_t shards,
                                        const BlockLists *lists) {
    for (size_t block = 0; block < BLOCKS; block++) {
        const size_t row = block * BLOCK_ROW;
        SIMD_NAME(BlockGradient) sum;
        if (lists->counts[block] == 0)
            continue;
        SIMD_NAME(sum_gradient)(network, first, shards, lists, block, &sum);
        EACH_VECTOR(pixel, s, j, at)
        V_STORE(first[s].gradient.d1_weight + row + at, sum.v[pixel][s][j]);
    }
}

// Adds the gradient of the batch's last microbatch and makes Adam's step, in one pass over the
// weights: the gradient stays in registers.
SIMD_INLINE void SIMD_NAME(d1_update)(const Network *network, Shard *first, size_t shards,
                                      const BlockLists *lists, const Adam *adam,
                                      AdamScales scales) {
    for (size_t b = 0; b < adam->block_count; b++) {
        const size_t row = adam->blocks[b] * (size_t)BLOCK_ROW;
        SIMD_NAME(BlockGradient) sum;
        SIMD_NAME(sum_gradient)(network, first, shards, lists, adam->blocks[b], &sum);
        EACH_VECTOR(pixel, s, j, at)
        SIMD_NAME(adam_step)
        (scales, true, sum.v[pixel][s][j], first[s].parameters.d1_weight + row + at,
         first[s].first_moments.d1_weight + row + at, first[s].second_moments.d1_weight + row + at);
    }
}

#undef EACH_VECTOR

// logits, (classes, images) = bias + weight x^T. A row of sums is an image's classes, in registers;
// a row of `weight` has the weights of one unit. Four images at a time: the additions of one image
// wait for each other.
SIMD_FUNCTION void SIMD_NAME(d2_forward)(size_t images, const Shard *shard, float *logits) {
    enum { ROW = 16, IMAGES = 4 }; // classes, padded to a vector
    const ShardParameters *parameters = &shard->parameters;
    float weight[SHARD_UNITS * ROW] = {0}, sums[MICROBATCH * ROW], bias[ROW] = {0};
    memcpy(bias, parameters->d2_bias, sizeof parameters->d2_bias);
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t u = 0; u < SHARD_UNITS; u++)
            weight[u * ROW + c] = parameters->d2_weight[c * SHARD_UNITS + u];
    }
    for (size_t first = 0; first < images; first += IMAGES) {
        const float *units = shard->hidden + first * SHARD_UNITS;
        for (size_t j = 0; j < ROW; j += LANES) {
            VECTOR sum[IMAGES];
            for (size_t i = 0; i < IMAGES; i++)
                sum[i] = V_LOAD(bias + j);
            for (size_t u = 0; u < SHARD_UNITS; u++) {
                const VECTOR w = V_LOAD(weight + u * ROW + j);
                for (size_t i = 0; i < IMAGES; i++)
                    sum[i] = V_FMA(V_SET(units[i * SHARD_UNITS + u]), w, sum[i]);
            }
            for (size_t i = 0; i < IMAGES; i++)
                V_STORE(sums + (first + i) * ROW + j, sum[i]);
        }
    }
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++)
            logits[c * images + i] = sums[i * ROW + c];
    }
}

// The gradient of d2_weight, beta dweight + dlogits x, and of x, dlogits^T weight.
SIMD_FUNCTION void SIMD_NAME(d2_backward)(size_t images, const float *dlogits, float beta,
                                          Shard *shard) {
    float *dweight = shard->gradient.d2_weight;
    for (size_t j = 0; j < SHARD_UNITS; j += LANES) {
        VECTOR sum[MNIST_CLASSES], weight[MNIST_CLASSES];
        for (size_t c = 0; c < MNIST_CLASSES; c++) {
            sum[c] = beta == 0.0F ? V_SET(0) : V_LOAD(dweight + c * SHARD_UNITS + j);
            weight[c] = V_LOAD(shard->parameters.d2_weight + c * SHARD_UNITS + j);
        }
        for (size_t i = 0; i < images; i++) {
            const VECTOR units = V_LOAD(shard->hidden + i * SHARD_UNITS + j);
            VECTOR dunits = V_SET(0);
            for (size_t c = 0; c < MNIST_CLASSES; c++) {
                const VECTOR d = V_SET(dlogits[c * images + i]);
                sum[c] = V_FMA(d, units, sum[c]);
                dunits = V_FMA(d, weight[c], dunits);
            }
            V_STORE(shard->dhidden + i * SHARD_UNITS + j, dunits);
        }
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            V_STORE(dweight + c * SHARD_UNITS + j, sum[c]);
    }
}

SIMD_FUNCTION void SIMD_NAME(forward)(Network *network, EnginePart part,
                                      const Microbatch *microbatch, const Microbatch *next,
                                      const DropoutMask *mask) {
    const size_t begin = shards_begin(part.index, part.count);
    const size_t end = shards_begin(part.index + 1, part.count);
    BlockLists *lists = mask ? (BlockLists *)network->workspace + part.index : NULL;
    Shard *shards = network->shards;
    size_t s = begin;
    (void)next;
    for (; s + 2 <= end; s += 2)
        SIMD_NAME(d1_forward)(network, &shards[s], 2, microbatch, s == begin ? lists : NULL);
    if (s < end)
        SIMD_NAME(d1_forward)(network, &shards[s], 1, microbatch, s == begin ? lists : NULL);
    for (s = begin; s < end; s++) {
        SIMD_NAME(relu_dropout_forward)(microbatch->count, s, mask, shards[s].hidden);
        SIMD_NAME(d2_forward)
        (microbatch->count, &shards[s], network->partial[microbatch->number % 2][s]);
    }
}

SIMD_FUNCTION void SIMD_NAME(backward)(Network *network, EnginePart part,
                                       const Microbatch *microbatch, const Logits dlogits) {
    BlockLists *lists = (BlockLists *)network->workspace + part.index;
    Shard *shards = network->shards;
    const float beta = microbatch->is_first_of_batch ? 0.0F : 1.0F;
    const size_t begin = shards_begin(part.index, part.count);
    const size_t end = shards_begin(part.index + 1, part.count);
    if (microbatch->is_first_of_batch)
        memset(lists->is_pending, 0, sizeof lists->is_pending);
    for (size_t s = begin; s < end; s++) {
        SIMD_NAME(d2_backward)(microbatch->count, dlogits, beta, &shards[s]);
        SIMD_NAME(relu_dropout_backward)(microbatch->count, beta, &shards[s]);
        if (s == 0)
            SIMD_NAME(logits_bias_backward)
        (microbatch->count, dlogits, beta, shards[s].gradient.d2_bias);
    }
    if (microbatch->is_last_of_batch) // update adds the gradient of the first layer's weights
        return;
    size_t s = begin;
    for (; s + TOGETHER <= end; s += TOGETHER)
        SIMD_NAME(d1_backward)(network, &shards[s], TOGETHER, lists);
    if (s < end)
        SIMD_NAME(d1_backward)(network, &shards[s], 1, lists);
    for (size_t block = 0; block < BLOCKS; block++)
        lists->is_pending[block] |= lists->counts[block] > 0;
}

SIMD_FUNCTION void SIMD_NAME(update)(Network *network, EnginePart part, const Adam *adam,
                                     uint64_t step) {
    const BlockLists *lists = (const BlockLists *)network->workspace + part.index;
    Shard *shards = network->shards;
    const AdamScales scales = adam_scales(adam->learning_rate, step);
    const size_t end = shards_begin(part.index + 1, part.count);
    size_t s = shards_begin(part.index, part.count);
    for (; s + TOGETHER <= end; s += TOGETHER)
        SIMD_NAME(d1_update)
    (network, &shards[s], TOGETHER, lists, adam, scales);
    if (s < end)
        SIMD_NAME(d1_update)(network, &shards[s], 1, lists, adam, scales);
    for (s = shards_begin(part.index, part.count); s < end; s++)
        SIMD_NAME(adam_small_tensors)(scales, true, &shards[s]);
}

static const Engine SIMD_NAME(engine) = {
    .library = library,
    .kernel = kernel,
    .create = create,
    .forward = SIMD_NAME(forward),
    .backward = SIMD_NAME(backward),
    .update = SIMD_NAME(update),
};
