// The functions of the ordered engine, in each kind of vectors that this processor has, against the
// plain definition: scalar fmaf over the terms in ascending order, bit for bit.
#define engine_ordered engine_of_this_test
#include "../src/nn/engine_ordered.c"
#undef engine_ordered

#include "support/test.h"

#include <float.h>
#include <math.h>

static Random generator;
static uint8_t pixels[MICROBATCH][MNIST_PIXELS];
static uint8_t encoded[MICROBATCH][ENCODED_IMAGE_MAX];
static Network *network, *expected;

static const float keep_scale = 1.25F;

static void (*const d1_forward[SIMD_LEVELS])(const Network *, Shard *, size_t, const Microbatch *,
                                             BlockLists *) = SIMD_VARIANTS(d1_forward);
static void (*const d1_backward[SIMD_LEVELS])(const Network *, Shard *, size_t,
                                              const BlockLists *) = SIMD_VARIANTS(d1_backward);
static void (*const d1_update[SIMD_LEVELS])(const Network *, Shard *, size_t, const BlockLists *,
                                            const Adam *, AdamScales) = SIMD_VARIANTS(d1_update);
static void (*const d2_forward[SIMD_LEVELS])(size_t, const Shard *,
                                             float *) = SIMD_VARIANTS(d2_forward);
static void (*const d2_backward[SIMD_LEVELS])(size_t, const float *, float,
                                              Shard *) = SIMD_VARIANTS(d2_backward);
static void (*const relu_dropout_forward[SIMD_LEVELS])(
    size_t, size_t, const DropoutMask *, float *) = SIMD_VARIANTS(relu_dropout_forward);
static void (*const relu_dropout_backward[SIMD_LEVELS])(size_t, float, Shard *) =
    SIMD_VARIANTS(relu_dropout_backward);
static void (*const logits_bias_backward[SIMD_LEVELS])(size_t, const float *, float, float *) =
    SIMD_VARIANTS(logits_bias_backward);
static void (*const adam_small_tensors[SIMD_LEVELS])(AdamScales, bool,
                                                     Shard *) = SIMD_VARIANTS(adam_small_tensors);

static void draw(float *numbers, size_t count) {
    random_uniform(&generator, -1.0F, 1.0F, numbers, count);
}

// Pictures: a blank one, one without a zero, others with many zeros. Numbers in all tensors.
static Microbatch draw_all(size_t images) {
    Microbatch microbatch = {.count = images, .batch_images = images};
    for (size_t i = 0; i < images; i++) {
        for (size_t p = 0; p < MNIST_PIXELS; p++) {
            const uint32_t number = random_next32(&generator);
            const bool is_zero = i == 1 || (i != 2 && number % 5 > 0);
            pixels[i][p] = is_zero ? 0 : (uint8_t)(1 + (number >> 8) % 255);
        }
        encode_image(pixels[i], encoded[i]);
        microbatch.images[i] = encoded[i];
    }
    for (size_t s = 0; s < SHARDS; s++) {
        ShardParameters *tensors[] = {
            &network->shards[s].parameters, &network->shards[s].first_moments,
            &network->shards[s].second_moments, &network->shards[s].gradient};
        for (size_t t = 0; t < 4; t++)
            draw((float *)tensors[t], sizeof *tensors[t] / sizeof(float));
        for (size_t i = 0; i < MNIST_PIXELS * SHARD_UNITS; i++)
            network->shards[s].second_moments.d1_weight[i] *=
                network->shards[s].second_moments.d1_weight[i];
        draw(network->shards[s].hidden, MICROBATCH * SHARD_UNITS);
        draw(network->shards[s].dhidden, MICROBATCH * SHARD_UNITS);
    }
    void *workspace = expected->workspace;
    memcpy(expected, network, sizeof *network);
    expected->workspace = workspace;
    return microbatch;
}

static int set_up(void **state) {
    Error error;
    (void)state;
    random_seed(&generator, 5);
    network = shards_create(1, &error);
    expected = shards_create(1, &error);
    return network && expected ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    network_destroy(network);
    network_destroy(expected);
    return 0;
}

static void check_bits(const char *what, SimdLevel level, const float *found, const float *wanted,
                       size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&found[i], &wanted[i], sizeof *found) != 0)
            fail_msg("%s of level %d, element %zu: expected %a, found %a", what, (int)level, i,
                     (double)wanted[i], (double)found[i]);
    }
}

// Calls `check` for each level and several numbers of images.
static void check_levels(void (*check)(SimdLevel level, size_t images)) {
    const size_t counts[] = {1, 2, 7, 31, 32};
    for (SimdLevel level = 0; level < SIMD_LEVELS; level++) {
        for (size_t i = 0; simd_supports(level) && i < sizeof counts / sizeof *counts; i++)
            check(level, counts[i]);
    }
}

static float value_of(uint8_t pixel) {
    return (float)pixel / 255.0F;
}

static void check_d1_forward(SimdLevel level, size_t images) {
    static BlockLists lists;
    for (size_t together = 1; together <= 2; together++) {
        for (size_t s = 0; s < SHARDS; s += 2) {
            const Microbatch microbatch = draw_all(images);
            memset(&lists, 0xff, sizeof lists);
            d1_forward[level](network, &network->shards[s], together, &microbatch, &lists);
            for (size_t t = s; t < s + together; t++) {
                for (size_t i = 0; i < images * SHARD_UNITS; i++) {
                    float sum = network->shards[t].parameters.d1_bias[i % SHARD_UNITS];
                    for (size_t p = 0; p < MNIST_PIXELS; p++)
                        sum = fmaf(value_of(pixels[i / SHARD_UNITS][p]),
                                   network->shards[t]
                                       .parameters.d1_weight[p * SHARD_UNITS + i % SHARD_UNITS],
                                   sum);
                    expected->shards[t].hidden[i] = sum;
                }
            }
            for (size_t t = 0; t < SHARDS; t++) // also the others, which stay as they were
                check_bits("hidden", level, network->shards[t].hidden, expected->shards[t].hidden,
                           MICROBATCH * SHARD_UNITS);
            // without lists
            memset(network->shards[s].hidden, 0xff, sizeof network->shards[s].hidden);
            d1_forward[level](network, &network->shards[s], together, &microbatch, NULL);
            check_bits("hidden", level, network->shards[s].hidden, expected->shards[s].hidden,
                       images * SHARD_UNITS);
            for (size_t b = 0; b < BLOCKS; b++) {
                size_t n = 0;
                for (uint32_t i = 0; i < images; i++) {
                    const uint8_t *block = pixels[i] + b * BLOCK_PIXELS;
                    const uint32_t entry = i | (uint32_t)block[0] << 8 | (uint32_t)block[1] << 16;
                    if (block[0] || block[1])
                        assert_int_equal(lists.entries[b][n++], entry);
                }
                assert_int_equal(lists.counts[b], n);
            }
        }
    }
}

TEST_WITH(set_up, tear_down, the_first_layer_has_the_definitions_bits) {
    check_levels(check_d1_forward);
}

// The definition of Adam's reproducible arithmetic: operations rounded once each, in this order.
// Gradients below 2^-57 and moments below 2^-111 count as zero.
static void define_adam(const AdamScales *scales, float gradient, float *p, float *m, float *v) {
    float g = fabsf(gradient) < 0x1p-57F ? 0.0F : gradient;
    float scaled = 0.1F * g;
    float squared = 0.001F * g;
    squared = squared * g;
    float first = fmaf(0.9F, *m, scaled);
    float second = fmaf(0.999F, *v, squared);
    *m = fabsf(first) < 0x1p-111F ? 0.0F : first;
    *v = fabsf(second) < 0x1p-111F ? 0.0F : second;
    float denominator = fmaf(sqrtf(*v), scales->inv_sqrt_correction2, 1e-8F);
    float quotient = *m / denominator;
    *p = fmaf(-scales->step_size, quotient, *p);
}

// The gradient of one weight: that in memory, if another microbatch had the block, and the images'.
static float define_gradient(const BlockLists *lists, size_t images, size_t s, size_t index) {
    const size_t pixel = index / SHARD_UNITS, unit = index % SHARD_UNITS;
    float sum =
        lists->is_pending[pixel / BLOCK_PIXELS] ? network->shards[s].gradient.d1_weight[index] : 0;
    for (size_t i = 0; i < images; i++) {
        if (pixels[i][pixel] > 0)
            sum = fmaf(value_of(pixels[i][pixel]),
                       network->shards[s].dhidden[i * SHARD_UNITS + unit], sum);
    }
    return sum;
}

static void check_d1_backward(SimdLevel level, size_t images) {
    static BlockLists lists;
    Adam adam;
    uint8_t seen[MNIST_PIXELS] = {0};
    const AdamScales scales = adam_scales(0.01, 3);
    for (size_t p = 0; p < MNIST_PIXELS; p++)
        seen[p] = p % 7 > 1;
    adam_create(&adam, 0.01, seen);
    for (size_t together = 1; together <= 2; together++) {
        const Microbatch microbatch = draw_all(images);
        d1_forward[level](network, &network->shards[0], 1, &microbatch, &lists);
        memcpy(network->shards[0].hidden, expected->shards[0].hidden,
               sizeof network->shards[0].hidden);
        for (size_t b = 0; b < BLOCKS; b++)
            lists.is_pending[b] = b % 3 == 0;
        for (size_t s = 2; s < 2 + together; s++) {
            for (size_t i = 0; i < MNIST_PIXELS * SHARD_UNITS; i++) {
                const size_t pixel = i / SHARD_UNITS, block = pixel / BLOCK_PIXELS;
                const float gradient = define_gradient(&lists, images, s, i);
                if (lists.counts[block] > 0)
                    expected->shards[s].gradient.d1_weight[i] = gradient;
                if (seen[block * BLOCK_PIXELS] || seen[block * BLOCK_PIXELS + 1])
                    define_adam(&scales, gradient, &expected->shards[s].parameters.d1_weight[i],
                                &expected->shards[s].first_moments.d1_weight[i],
                                &expected->shards[s].second_moments.d1_weight[i]);
            }
        }
        d1_update[level](network, &network->shards[2], together, &lists, &adam, scales);
        d1_backward[level](network, &network->shards[2], together, &lists);
        for (size_t s = 0; s < SHARDS; s++) {
            const size_t count = sizeof(ShardParameters) / sizeof(float);
            check_bits("gradient", level, (float *)&network->shards[s].gradient,
                       (float *)&expected->shards[s].gradient, count);
            check_bits("parameter", level, (float *)&network->shards[s].parameters,
                       (float *)&expected->shards[s].parameters, count);
            check_bits("first moment", level, (float *)&network->shards[s].first_moments,
                       (float *)&expected->shards[s].first_moments, count);
            check_bits("second moment", level, (float *)&network->shards[s].second_moments,
                       (float *)&expected->shards[s].second_moments, count);
        }
    }
}

TEST_WITH(set_up, tear_down, the_first_layers_gradient_and_its_update_have_the_definitions_bits) {
    check_levels(check_d1_backward);
}

static void check_d2(SimdLevel level, size_t images) {
    static float dlogits[MNIST_CLASSES * MICROBATCH], logits[MNIST_CLASSES * MICROBATCH];
    draw_all(images);
    draw(dlogits, MNIST_CLASSES * MICROBATCH);
    const float *x = network->shards[1].hidden;
    const ShardParameters *p = &network->shards[1].parameters;
    d2_forward[level](images, &network->shards[1], logits);
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++) {
            float sum = p->d2_bias[c];
            for (size_t u = 0; u < SHARD_UNITS; u++)
                sum = fmaf(p->d2_weight[c * SHARD_UNITS + u], x[i * SHARD_UNITS + u], sum);
            check_bits("logit", level, &logits[c * images + i], &sum, 1);
        }
    }
    for (int beta = 0; beta <= 1; beta++) {
        float *dweight = network->shards[1].gradient.d2_weight;
        float before[MNIST_CLASSES * SHARD_UNITS];
        memcpy(before, dweight, sizeof before);
        d2_backward[level](images, dlogits, (float)beta, &network->shards[1]);
        for (size_t c = 0; c < MNIST_CLASSES; c++) {
            for (size_t u = 0; u < SHARD_UNITS; u++) {
                float sum = beta ? before[c * SHARD_UNITS + u] : 0.0F;
                for (size_t i = 0; i < images; i++)
                    sum = fmaf(dlogits[c * images + i], x[i * SHARD_UNITS + u], sum);
                check_bits("dweight", level, &dweight[c * SHARD_UNITS + u], &sum, 1);
            }
        }
        for (size_t i = 0; i < images * SHARD_UNITS; i++) {
            float sum = 0.0F;
            for (size_t c = 0; c < MNIST_CLASSES; c++)
                sum = fmaf(dlogits[c * images + i / SHARD_UNITS],
                           p->d2_weight[c * SHARD_UNITS + i % SHARD_UNITS], sum);
            check_bits("dx", level, &network->shards[1].dhidden[i], &sum, 1);
        }
    }
}

TEST_WITH(set_up, tear_down, the_second_layer_has_the_definitions_bits) {
    check_levels(check_d2);
}

static void check_activation(SimdLevel level, size_t images) {
    static DropoutMask mask;
    for (int is_dropped = 0; is_dropped <= 1; is_dropped++) {
        draw_all(images);
        network_draw_mask(&generator, images, &mask);
        expected->shards[3].hidden[0] = network->shards[3].hidden[0] = NAN;
        mask.keep[0][3] |= 1U;
        relu_dropout_forward[level](images, 3, is_dropped ? &mask : NULL,
                                    network->shards[3].hidden);
        assert_true(isnan(network->shards[3].hidden[0])); // the loss shows it
        for (size_t i = 1; i < images * SHARD_UNITS; i++) {
            const bool is_kept = (mask.keep[i / SHARD_UNITS][3] >> i % SHARD_UNITS & 1U) != 0;
            const float scale = !is_dropped ? 1.0F : is_kept ? keep_scale : 0.0F;
            const float output = fmaxf(expected->shards[3].hidden[i], 0.0F) * scale;
            assert_true(network->shards[3].hidden[i] == output);
        }
    }
    for (int beta = 0; beta <= 1; beta++) {
        float *dbias = network->shards[3].gradient.d1_bias, sums[SHARD_UNITS];
        draw_all(images);
        for (size_t u = 0; u < SHARD_UNITS; u++)
            sums[u] = beta ? dbias[u] : 0.0F;
        for (size_t i = 0; i < images * SHARD_UNITS; i++) {
            float *d = &expected->shards[3].dhidden[i];
            *d = network->shards[3].hidden[i] > 0.0F ? *d * keep_scale : 0.0F;
            sums[i % SHARD_UNITS] += *d;
        }
        relu_dropout_backward[level](images, (float)beta, &network->shards[3]);
        check_bits("dhidden", level, network->shards[3].dhidden, expected->shards[3].dhidden,
                   MICROBATCH * SHARD_UNITS);
        check_bits("dbias", level, dbias, sums, SHARD_UNITS);
    }
}

TEST_WITH(set_up, tear_down, dropped_units_and_those_below_zero_are_zero_and_get_no_gradient) {
    check_levels(check_activation);
}

static void check_logits_bias(SimdLevel level, size_t images) {
    static float dlogits[MNIST_CLASSES * MICROBATCH];
    draw(dlogits, MNIST_CLASSES * images);
    for (int beta = 0; beta <= 1; beta++) {
        float dbias[MNIST_CLASSES], sums[MNIST_CLASSES];
        draw(dbias, MNIST_CLASSES);
        for (size_t c = 0; c < MNIST_CLASSES; c++) {
            sums[c] = beta ? dbias[c] : 0.0F;
            for (size_t i = 0; i < images; i++)
                sums[c] += dlogits[c * images + i];
        }
        logits_bias_backward[level](images, dlogits, (float)beta, dbias);
        check_bits("dbias of the logits", level, dbias, sums, MNIST_CLASSES);
    }
}

TEST_WITH(set_up, tear_down, the_gradient_of_the_last_bias_is_a_sum_over_the_images) {
    check_levels(check_logits_bias);
}

enum { FIRST = SHARD_SMALL_TENSORS, COUNT = SHARD_FLOATS - FIRST };

static Shard shard; // with zeros

static int set_up_shard(void **state) {
    (void)state;
    memset(&shard, 0, sizeof shard);
    return 0;
}

// Magnitudes from 2^-150 to 1, and zeros of both signs.
static void draw_gradient(float *gradient) {
    draw(gradient, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        const uint32_t kind = random_next32(&generator) % 8;
        const int exponent = (int)(random_next32(&generator) % 150);
        if (kind < 4)
            gradient[i] = ldexpf(gradient[i], kind == 0 ? -exponent : -exponent / 10);
        else if (kind == 4)
            gradient[i] *= 0.0F;
    }
}

TEST(adam_has_the_definitions_bits) {
    random_seed(&generator, 4);
    for (SimdLevel level = 0; level < SIMD_LEVELS; level++) {
        static Shard quick;
        float weights[COUNT], m[COUNT] = {0}, v[COUNT] = {0};
        if (!simd_supports(level))
            continue;
        memset(&shard, 0, sizeof shard);
        draw(weights, COUNT);
        memcpy((float *)&shard.parameters + FIRST, weights, sizeof weights);
        quick = shard;
        for (uint64_t step = 1; step <= 300; step++) {
            float *gradient = (float *)&shard.gradient + FIRST;
            const AdamScales scales = adam_scales(0.001, step);
            draw_gradient(gradient);
            quick.gradient = shard.gradient;
            adam_small_tensors[level](scales, true, &shard);
            adam_small_tensors[level](scales, false, &quick);
            for (size_t i = 0; i < COUNT; i++)
                define_adam(&scales, gradient[i], &weights[i], &m[i], &v[i]);
            check_bits("parameter", level, (float *)&shard.parameters + FIRST, weights, COUNT);
            check_bits("first moment", level, (float *)&shard.first_moments + FIRST, m, COUNT);
            check_bits("second moment", level, (float *)&shard.second_moments + FIRST, v, COUNT);
            for (size_t i = 0; i < COUNT; i++)
                check_near("parameter", i, ((float *)&quick.parameters)[FIRST + i], weights[i],
                           1e-5);
        }
        for (size_t i = 0; i < FIRST; i++) // the first layer's weights have not moved
            assert_true(shard.parameters.d1_weight[i] == 0.0F);
    }
}

// A moment without a gradient decays to zero and is never denormal.
TEST_WITH(set_up_shard, NULL, moments_without_a_gradient_die_out) {
    for (SimdLevel level = 0; level < SIMD_LEVELS; level++) {
        const float *m = shard.first_moments.d1_bias;
        for (size_t i = 0; i < SHARD_UNITS; i++)
            shard.gradient.d1_bias[i] = 0.5F;
        for (uint64_t step = 1; simd_supports(level) && step < 1000; step++) {
            adam_small_tensors[level](adam_scales(0.001, step), true, &shard);
            memset(&shard.gradient, 0, sizeof shard.gradient);
            for (size_t i = 0; i < SHARD_UNITS; i++) {
                assert_true(m[i] == 0.0F || m[i] >= FLT_MIN);
                assert_true(step > 1 || m[i] > 0);
                assert_true(step < 900 || m[i] == 0);
            }
        }
    }
}

TEST_WITH(set_up_shard, NULL, a_gradient_that_is_not_a_number_shows) {
    for (SimdLevel level = 0; level < SIMD_LEVELS; level++) {
        if (!simd_supports(level))
            continue;
        memset(&shard, 0, sizeof shard);
        shard.gradient.d1_bias[0] = NAN;
        adam_small_tensors[level](adam_scales(0.001, 1), true, &shard);
        assert_true(isnan(shard.parameters.d1_bias[0]) && isnan(shard.first_moments.d1_bias[0]) &&
                    isnan(shard.second_moments.d1_bias[0]));
    }
}

TEST(processors_with_vectors_of_fused_multiply_adds_use_them) {
    assert_true(simd_supports(SIMD_PLAIN));
#if defined(__x86_64__)
    assert_true(simd_has_fma() == simd_supports(SIMD_AVX2));
    assert_false(simd_supports(SIMD_NEON));
#elif defined(__aarch64__)
    assert_true(simd_supports(SIMD_NEON));
    assert_false(simd_supports(SIMD_AVX2));
#else
    skip_because("this architecture has no vector kernel");
#endif
}
