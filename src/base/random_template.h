// The loops of random.c over many words, for SIMD_SET (base/simd.h). Compilers make vectors of
// them.

SIMD_INLINE uint32_t SIMD_NAME(twist)(uint32_t current, uint32_t next) {
    const uint32_t mixed = (current & 0x80000000U) | (next & 0x7fffffffU);
    return (mixed >> 1) ^ (0x9908b0dfU & -(next & 1U));
}

SIMD_FUNCTION void SIMD_NAME(temper)(Random *random) {
    for (size_t i = 0; i < N; i++) {
        uint32_t y = random->state[i];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680U;
        y ^= (y << 15) & 0xefc60000U;
        random->output[i] = y ^ (y >> 18);
    }
}

// Generates all 624 words at once, in loops without wrap-around.
SIMD_FUNCTION void SIMD_NAME(refill)(Random *random) {
    uint32_t *s = random->state;
    for (size_t i = 0; i < N - M; i++)
        s[i] = s[i + M] ^ SIMD_NAME(twist)(s[i], s[i + 1]);
    for (size_t i = N - M; i < N - 1; i++)
        s[i] = s[i - (N - M)] ^ SIMD_NAME(twist)(s[i], s[i + 1]);
    s[N - 1] = s[M - 1] ^ SIMD_NAME(twist)(s[N - 1], s[0]);
    SIMD_NAME(temper)(random);
    random->position = 0;
}

// Bit i of the result: draw i, of 64 bits, is below the limit in its low 53 bits.
SIMD_FUNCTION uint32_t SIMD_NAME(compare)(const uint32_t words[64], uint64_t limit) {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < 32; i++) {
        const uint64_t draw = (uint64_t)words[2 * i] << 32 | words[2 * i + 1];
        bits |= (uint32_t)((int64_t)(draw & 0x1fffffffffffffU) < (int64_t)limit) << i;
    }
    return bits;
}
