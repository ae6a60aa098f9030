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

static void (*const temper[SIMD_LEVELS])(Random *) = SIMD_VARIANTS(temper);
static void (*const refill[SIMD_LEVELS])(Random *) = SIMD_VARIANTS(refill);
static uint32_t (*const compare[SIMD_LEVELS])(const uint32_t *, uint64_t) = SIMD_VARIANTS(compare);

void random_restore(Random *random, const uint32_t state[RANDOM_STATE_WORDS], size_t position) {
    memcpy(random->state, state, sizeof random->state);
    temper[simd_level()](random);
    random->position = position;
}

uint32_t random_next32(Random *random) {
    if (random->position == N)
        refill[simd_level()](random);
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
    refill[simd_level()](random);
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
        bits[i] = compare[level](take(random, copy, DRAWN), limit);
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
