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

SIMD_INLINE uint32_t twist(uint32_t current, uint32_t next) {
    uint32_t mixed = (current & 0x80000000U) | (next & 0x7fffffffU);
    return (mixed >> 1) ^ (0x9908b0dfU & -(next & 1U));
}

SIMD_CLONES static void temper(Random *random) {
    for (size_t i = 0; i < N; i++) {
        uint32_t y = random->state[i];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680U;
        y ^= (y << 15) & 0xefc60000U;
        random->output[i] = y ^ (y >> 18);
    }
}

// Generates all 624 words at once, in loops without wrap-around, which compilers vectorise.
SIMD_CLONES static void refill(Random *random) {
    uint32_t *s = random->state;
    for (size_t i = 0; i < N - M; i++)
        s[i] = s[i + M] ^ twist(s[i], s[i + 1]);
    for (size_t i = N - M; i < N - 1; i++)
        s[i] = s[i - (N - M)] ^ twist(s[i], s[i + 1]);
    s[N - 1] = s[M - 1] ^ twist(s[N - 1], s[0]);
    temper(random);
    random->position = 0;
}

void random_restore(Random *random, const uint32_t state[RANDOM_STATE_WORDS], size_t position) {
    memcpy(random->state, state, sizeof random->state);
    temper(random);
    random->position = position;
}

uint32_t random_next32(Random *random) {
    if (random->position == N)
        refill(random);
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

// PyTorch compares a double, (draw & (2^53 - 1)) / 2^53, with the probability. This compares the
// integers, which is faster and has the same result: limit is ceil(probability * 2^53).
SIMD_INLINE float bernoulli(uint64_t draw, int64_t limit, float success) {
    return (int64_t)(draw & 0x1fffffffffffffU) < limit ? success : 0.0F;
}

// Returns the 64-bit draw of two output words: the first is the high half.
SIMD_INLINE uint64_t draw_at(const uint32_t *words) {
    uint64_t draw;
    memcpy(&draw, words, sizeof draw);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    draw = draw << 32 | draw >> 32;
#endif
    return draw;
}

SIMD_CLONES_EXTERN void random_bernoulli(Random *random, double probability, float success,
                                         float *values, size_t count) {
    const int64_t limit = (int64_t)ceil(probability * 0x1p53);
    size_t done = 0;
    while (done < count) {
        // Compilers vectorise this loop: no refill falls between its pairs of words.
        const uint32_t *words = random->output + random->position;
        size_t pairs = (N - random->position) / 2;
        pairs = pairs < count - done ? pairs : count - done;
        for (size_t i = 0; i < pairs; i++)
            values[done + i] = bernoulli(draw_at(words + 2 * i), limit, success);
        random->position += 2 * pairs;
        done += pairs;
        if (done < count) // the refill falls before or within this draw
            values[done++] = bernoulli(random_next64(random), limit, success);
    }
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
