#include "base/random.h"
#include "nn/network.h"
#include "support/sha256.h"
#include "support/test.h"

#include "golden/random.h"

// Hashes the draws as little-endian 64-bit numbers.
static void check_draws(const GoldenDraws *golden) {
    Random random;
    random_seed(&random, golden->seed);
    uint32_t *words = calloc(golden->count, 2 * sizeof *words);
    for (size_t i = 0; i < golden->count; i++) {
        uint64_t draw = random_next64(&random);
        if (i < 8)
            assert_int_equal(draw, golden->first[i]);
        words[2 * i] = (uint32_t)draw;
        words[2 * i + 1] = (uint32_t)(draw >> 32);
    }
    char text[SHA256_TEXT];
    sha256_of_words(words, 2 * golden->count, text);
    assert_string_equal(text, golden->sha256);
    free(words);
}

TEST(draws_of_64_bits_are_pytorchs) {
    for (size_t i = 0; i < sizeof golden_draws64 / sizeof *golden_draws64; i++)
        check_draws(&golden_draws64[i]);
}

TEST(uniform_numbers_are_pytorchs) {
    for (size_t i = 0; i < sizeof golden_uniforms / sizeof *golden_uniforms; i++) {
        const GoldenUniform *golden = &golden_uniforms[i];
        Random random;
        random_seed(&random, golden->seed);
        float *values = calloc(golden->count + 8, sizeof *values);
        random_uniform(&random, golden->low, golden->high, values, golden->count);
        assert_memory_equal(values, golden->first,
                            (golden->count < 8 ? golden->count : 8) * sizeof *values);
        char text[SHA256_TEXT];
        sha256_of_floats(values, golden->count, text);
        assert_string_equal(text, golden->sha256);
        free(values);
    }
}

TEST(permutations_are_pytorchs) {
    for (size_t i = 0; i < sizeof golden_permutations / sizeof *golden_permutations; i++) {
        const GoldenPermutation *golden = &golden_permutations[i];
        Random random;
        random_seed(&random, golden->seed);
        uint32_t *order = calloc(golden->count + 8, sizeof *order);
        random_permutation(&random, order, golden->count);
        assert_memory_equal(order, golden->first, sizeof golden->first);
        char text[SHA256_TEXT];
        sha256_of_words(order, golden->count, text);
        assert_string_equal(text, golden->sha256);
        free(order);
    }
}

// The mask of nn.Dropout, in microbatches: 1 / (1 - 0.2) for a unit that is kept.
static void draw_floats(Random *random, size_t rows, float *values) {
    for (size_t first = 0; first < rows; first += MICROBATCH) {
        DropoutMask mask;
        const size_t count = rows - first < MICROBATCH ? rows - first : MICROBATCH;
        network_draw_mask(random, count, &mask);
        for (size_t i = 0; i < count * NETWORK_HIDDEN; i++) {
            const size_t unit = i % NETWORK_HIDDEN;
            const uint32_t word = mask.keep[i / NETWORK_HIDDEN][unit / 32];
            values[first * NETWORK_HIDDEN + i] = (word >> unit % 32 & 1U) != 0 ? 1.25F : 0.0F;
        }
    }
}

TEST(dropout_masks_are_pytorchs) {
    for (size_t i = 0; i < sizeof golden_masks / sizeof *golden_masks; i++) {
        const GoldenMask *golden = &golden_masks[i];
        size_t count = golden->rows * NETWORK_HIDDEN;
        size_t size = golden->rows > 32 ? count : 32 * NETWORK_HIDDEN;
        float *mask = calloc(size, sizeof *mask);
        Random random;
        random_seed(&random, golden->seed);
        for (size_t j = 0; j < golden->words_before; j++)
            random_next32(&random);
        for (size_t j = 0; j < golden->masks_before; j++)
            draw_floats(&random, 32, mask);
        draw_floats(&random, golden->rows, mask);
        size_t kept = 0;
        for (size_t j = 0; j < count; j++)
            kept += mask[j] > 0;
        assert_int_equal(kept, golden->kept);
        assert_memory_equal(mask, golden->first, sizeof golden->first);
        char text[SHA256_TEXT];
        sha256_of_floats(mask, count, text);
        assert_string_equal(text, golden->sha256);
        free(mask);
    }
}

// The definition in PyTorch's DistributionsHelper.h: 53 bits of a 64-bit draw, as a double below 1.
static void check_bernoulli(double probability, size_t skipped, size_t words) {
    enum { MAX_WORDS = 41 };
    uint32_t bits[MAX_WORDS];
    Random random, plain;
    random_seed(&random, 8);
    for (size_t i = 0; i < skipped; i++)
        random_next32(&random);
    plain = random;
    assert_in_range(words, 0, MAX_WORDS);
    random_bernoulli(&random, probability, bits, words);
    for (size_t i = 0; i < 32 * words; i++) {
        double draw = (double)(random_next64(&plain) & 0x1fffffffffffffU) * 0x1p-53;
        assert_int_equal(bits[i / 32] >> i % 32 & 1U, draw < probability);
    }
    assert_int_equal(random_next32(&random), random_next32(&plain));
}

TEST(a_bernoulli_value_is_a_draw_below_the_probability) {
    const double probabilities[] = {0.0, 0x1p-53, 0.2, 0.5, 0.8, 1.0 - 0x1p-53, 1.0};
    for (size_t p = 0; p < sizeof probabilities / sizeof *probabilities; p++) {
        for (size_t skipped = 0; skipped < 130; skipped += skipped < 4 ? 1 : 21) {
            for (size_t words = 0; words <= 41; words += words < 11 ? 1 : 15)
                check_bernoulli(probabilities[p], skipped, words);
        }
    }
}
