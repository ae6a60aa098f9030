#include "data/sparse_images.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#ifdef __BMI2__
#include <immintrin.h>
#endif

enum { PREFETCH_BYTES = 2048 };

// Returns eight pixels, the first one in the lowest byte.
static uint64_t load_eight_bytes(const uint8_t *pixels) {
    uint64_t eight;
    memcpy(&eight, pixels, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

// Returns a word in which the high bit of each byte tells whether that byte is nonzero.
static uint64_t nonzero_bytes(uint64_t eight) {
    const uint64_t low_bits = 0x7f7f7f7f7f7f7f7f;
    return (((eight & low_bits) + low_bits) | eight) & ~low_bits;
}

// Writes the nonzero bytes side by side and returns their number. Overwrites at most eight bytes.
static size_t compact_bytes(uint64_t eight, uint64_t high_bits, uint8_t *values) {
#ifdef __BMI2__
    eight = _pext_u64(eight, (high_bits >> 7) * 0xff);
    memcpy(values, &eight, sizeof eight);
    return (size_t)__builtin_popcountll(high_bits);
#else
    size_t count = 0;
    for (; high_bits; high_bits &= high_bits - 1)
        values[count++] = (uint8_t)(eight >> (__builtin_ctzll(high_bits) - 7));
    return count;
#endif
}

uint64_t *sparse_image_encode(const uint8_t *pixels, uint64_t *image) {
    uint8_t *values = (uint8_t *)(image + SPARSE_MASK_WORDS);
    for (size_t w = 0; w < SPARSE_MASK_WORDS; w++) {
        uint64_t nonzero_mask = 0;
        __builtin_prefetch(pixels + 64 * w + PREFETCH_BYTES);
        for (size_t p = 64 * w; p < 64 * (w + 1) && p < MNIST_PIXELS; p += 8) {
            uint64_t eight = load_eight_bytes(pixels + p);
            uint64_t high_bits = nonzero_bytes(eight);
            // the multiplication gathers the eight high bits in the highest byte
            nonzero_mask |= ((high_bits >> 7) * 0x0102040810204080 >> 56) << p % 64;
            values += compact_bytes(eight, high_bits, values);
        }
        image[w] = nonzero_mask;
    }
    size_t bytes = (size_t)(values - (uint8_t *)image);
    return image + (bytes + sizeof *image - 1) / sizeof *image;
}

void sparse_image_add_mask(const uint64_t *image, uint64_t *seen) {
    for (size_t w = 0; w < SPARSE_MASK_WORDS; w++)
        seen[w] |= image[w];
}

size_t sparse_mask_list(const uint64_t *mask, uint16_t *pixels) {
    size_t count = 0;
    for (size_t w = 0; w < SPARSE_MASK_WORDS; w++) {
        for (uint64_t left = mask[w]; left; left &= left - 1)
            pixels[count++] = (uint16_t)(64 * w + (size_t)__builtin_ctzll(left));
    }
    return count;
}

void sparse_image_load_row(const uint64_t *image, const uint16_t *column_of, size_t columns,
                           const float *byte_to_float, float *row) {
    const uint8_t *value = (const uint8_t *)(image + SPARSE_MASK_WORDS);
    memset(row, 0, columns * sizeof *row);
    for (size_t w = 0; w < SPARSE_MASK_WORDS; w++) {
        const uint16_t *word_columns = column_of + 64 * w;
        for (uint64_t left = image[w]; left; left &= left - 1)
            row[word_columns[__builtin_ctzll(left)]] = byte_to_float[*value++];
    }
}

struct SparseShard {
    uint64_t *words;
    uint64_t seen[SPARSE_MASK_WORDS];
};

typedef struct {
    SparseImages *sparse;
    const uint8_t *pixels; // (count, pixels)
} Encoding;

static void encode_shard(void *context, size_t rank) {
    Encoding *encoding = context;
    SparseImages *sparse = encoding->sparse;
    struct SparseShard *shard = &sparse->shards[rank];
    uint64_t *next = shard->words;
    size_t begin = rank * sparse->count / sparse->shard_count;
    size_t end = (rank + 1) * sparse->count / sparse->shard_count;
    for (size_t i = begin; i < end; i++) {
        sparse->images[i] = next;
        next = sparse_image_encode(encoding->pixels + i * MNIST_PIXELS, next);
        sparse_image_add_mask(sparse->images[i], shard->seen);
    }
}

// Reserves memory for images without a zero pixel. Pages that are never written take no memory.
static bool allocate(SparseImages *sparse, const char *what, Error *error) {
    size_t shard_images = sparse->count / sparse->shard_count + 1;
    size_t image_bytes = SPARSE_IMAGE_WORDS * sizeof(uint64_t);
    sparse->images = memory_alloc(sparse->count, sizeof *sparse->images, what, error);
    sparse->shards = memory_alloc(sparse->shard_count, sizeof *sparse->shards, what, error);
    if (!sparse->images || !sparse->shards)
        return false;
    for (size_t i = 0; i < sparse->shard_count; i++) {
        if (shard_images > SIZE_MAX / image_bytes)
            return error_no_memory(error, what, SIZE_MAX);
        sparse->shards[i].words = malloc(shard_images * image_bytes);
        if (!sparse->shards[i].words)
            return error_no_memory(error, what, shard_images * image_bytes);
    }
    return true;
}

bool sparse_images_create(SparseImages *sparse, const uint8_t *pixels, size_t count,
                          ThreadPool *pool, const char *what, Error *error) {
    *sparse = (SparseImages){.count = count, .shard_count = thread_pool_size(pool)};
    if (!allocate(sparse, what, error)) {
        sparse_images_destroy(sparse);
        return false;
    }
    Encoding encoding = {sparse, pixels};
    thread_pool_run(pool, encode_shard, &encoding);
    for (size_t i = 0; i < sparse->shard_count; i++)
        sparse_image_add_mask(sparse->shards[i].seen, sparse->seen);
    return true;
}

void sparse_images_destroy(SparseImages *sparse) {
    for (size_t i = 0; sparse->shards && i < sparse->shard_count; i++)
        free(sparse->shards[i].words);
    free(sparse->shards);
    free(sparse->images);
    *sparse = (SparseImages){0};
}
