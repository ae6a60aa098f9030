#include "base/random.h"

#include "base/simd.h"

#include <math.h>
#include <string.h>

enum { N = RANDOM_STATE_WORDS, M = 397 };

void random_seed(Random *random, uint64_t seed) {
    random->state[0] = (uint32_t)seed;
    for (uint32_t i = 1; i < N; i++) {
        uint32_t previous = random->state[i - 1];
        random->state[i] = 1812433253U * (previous ^ (previous >> 30)) + i;
    }
    random->position = N;
}

#define SIMD_TEMPLATE "base/random_template.h"
#include "base/simd_variants.h"

static const struct {
    void (*temper)(Random *random);
    void (*refill)(Random *random);
    uint32_t (*compare)(const uint32_t words[64], uint64_t limit);
} loops[SIMD_LEVELS] = {
    [SIMD_PLAIN] = {temper_plain, refill_plain, compare_plain},
#if SIMD_HAS_NEON
    [SIMD_NEON] = {temper_neon, refill_neon, compare_neon},
#endif
#if SIMD_HAS_AVX2
    [SIMD_AVX2] = {temper_avx2, refill_avx2, compare_avx2},
#endif
#if SIMD_HAS_AVX512
    [SIMD_AVX512] = {temper_avx512, refill_avx512, compare_avx512},
#endif
};

void random_restore(Random *random, const uint32_t state[RANDOM_STATE_WORDS], size_t position) {
    memcpy(random->state, state, sizeof random->state);
    loops[simd_level()].temper(random);
    random->position = position;
}

uint32_t random_next32(Random *random) {
    if (random->position == N)
        loops[simd_level()].refill(random);
    return random->output[random->position++];
}

uint64_t random_next64(Random *random) {
    uint64_t high = random_next32(random);
    return high << 32 | random_next32(random);
}

void random_uniform(Random *random, float low, float high, float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float unit = (float)(random_next32(random) & 0xffffffU) * 0x1p-24F;
        values[i] = fmaf(unit, high - low, low); // one rounding, as PyTorch's vector kernels
    }
}

// Returns the next `count` words of output: in place, or copied to `copy` if a refill falls
// between.
static const uint32_t *take(Random *random, uint32_t *copy, size_t count) {
    const size_t left = N - random->position;
    const uint32_t *words = random->output + random->position;
    if (left >= count) {
        random->position += count;
        return words;
    }
    memcpy(copy, words, left * sizeof *copy);
    loops[simd_level()].refill(random);
    memcpy(copy + left, random->output, (count - left) * sizeof *copy);
    random->position = count - left;
    return copy;
}

// PyTorch compares a double, (draw & (2^53 - 1)) / 2^53, with the probability. This compares the
// integers, which is faster and has the same result: the limit is ceil(probability * 2^53).
void random_bernoulli(Random *random, double probability, uint32_t *bits, size_t words) {
    enum { DRAWN = 64 }; // 32-bit words for 32 draws
    const uint64_t limit = (uint64_t)ceil(probability * 0x1p53);
    const SimdLevel level = simd_level();
    uint32_t copy[DRAWN];
    for (size_t i = 0; i < words; i++)
        bits[i] = loops[level].compare(take(random, copy, DRAWN), limit);
}

void random_permutation(Random *random, uint32_t *order, size_t count) {
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = 0; i + 1 < count; i++) {
        size_t other = i + random_next32(random) % (count - i);
        uint32_t swapped = order[i];
        order[i] = order[other];
        order[other] = swapped;
    }
}
