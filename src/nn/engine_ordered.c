// The reproducible engine: its sums have a fixed order, ascending, and each term is one fused
// multiply-add, so that every machine computes the same bits. It skips the zero pixels: adding
// nothing changes no sum.
#include "shards.h"

#include <string.h>

// The blocks of a microbatch and the images that have them. An entry is image | value << 8 | value
// of the second pixel << 16. The workspace has the lists of each thread.
typedef struct {
    uint8_t counts[BLOCKS];
    uint8_t is_pending[BLOCKS]; // 1: memory has a gradient of the block, of an earlier microbatch
    uint32_t entries[BLOCKS][MICROBATCH]; // (counts[block]): images ascending
} BlockLists;

enum { BLOCK_ROW = BLOCK_PIXELS * SHARD_UNITS }; // floats of a block in a shard's tensor

static Network *create(size_t threads, Error *error) {
    return shards_create(threads * sizeof(BlockLists), error);
}

static const char *library(void) {
    return "none: ordered products";
}

static const char *kernel(void) {
    return "ordered";
}

#define VECTORS (SHARD_UNITS / LANES)  // of a row of 32 units
#define TOGETHER (LANES >= 16 ? 2 : 1) // shards whose gradients fit the registers
#define SIMD_TEMPLATE "nn/engine_ordered_template.h"
#include "base/simd_variants.h"

const Engine *engine_ordered(void) {
    static const Engine *const engines[SIMD_LEVELS] = SIMD_VARIANTS(engine);
    return engines[simd_level()];
}
