// The default engine: matrix products by the BLAS library. A microbatch is a matrix of the pixels
// that are nonzero in some image of the batch, its columns: the others add nothing to a product and
// have a gradient of zero. The products need the weights of the columns alone, one row after the
// other. Adam gathers them for the next batch while it has them in the cache.
#include "nn/gemm.h"
#include "shards.h"

#include <string.h>

enum { NO_COLUMN = MNIST_PIXELS };

typedef struct {
    size_t count;
    uint16_t column_of[MNIST_PIXELS]; // of each pixel: its column or NO_COLUMN
} Columns;

// A row of units for each column of a batch, and one for all other pixels.
typedef float ColumnRows[(MNIST_PIXELS + 1) * SHARD_UNITS];

// The pixels that are nonzero in some image.
typedef struct {
    alignas(CACHE_LINE) uint16_t blocks[BLOCKS]; // both pixels of a block
} Marks;

// A thread's input.
typedef struct {
    alignas(CACHE_LINE) float rows[MICROBATCH * MNIST_PIXELS]; // (images, columns)
    Columns columns[2];     // of the batch, and from update on those of the next batch
    size_t current;         // which of them are the batch's
    bool has_columns;       // they are known already, and their weights are gathered
    Marks marks[2];         // of the thread's share of a batch's images, for even and odd batches
    const Microbatch *next; // the first one of the next batch, once that batch is marked; else NULL
} Input;

typedef struct {
    alignas(CACHE_LINE) ColumnRows weight[SHARDS];   // gathered
    alignas(CACHE_LINE) ColumnRows gradient[SHARDS]; // of weight; the last row stays zero
    Input inputs[];                                  // (threads)
} Workspace;

static Network *create(size_t threads, Error *error) {
    if (!gemm_reserve_buffers(threads, error))
        return NULL;
    return shards_create(sizeof(Workspace) + threads * sizeof(Input), error);
}

// Marks the images of the batch that are this share's: image i if i % share.count == share.index.
static void mark_images(const Microbatch *microbatch, EnginePart share, Marks *marks) {
    enum { AHEAD = 8 }; // images, whose marking takes as long as a read from memory
    memset(marks, 0, sizeof *marks);
    for (size_t i = share.index; i < microbatch->batch_images; i += share.count) {
        const size_t position = microbatch->batch_first + i;
        ImageBand bands[BANDS];
        data_loader_prefetch(microbatch->loader, position + AHEAD * share.count);
        encoded_bands(data_loader_image(microbatch->loader, position), bands);
        for (size_t b = 0; b < BANDS; b++) {
            uint16_t *blocks = marks->blocks + b * BAND_BLOCKS;
            for (size_t k = 0; k < bands[b].count; k++) {
                uint16_t pixels;
                memcpy(&pixels, bands[b].values + k * BLOCK_PIXELS, BLOCK_PIXELS);
                blocks[bands[b].indices[k]] |= pixels;
            }
        }
    }
}

// Pixel 0 always has a column, since a matrix needs one.
static void find_columns(const Marks *marks, Columns *columns) {
    uint8_t seen[MNIST_PIXELS];
    memcpy(seen, marks->blocks, sizeof seen);
    seen[0] = 1;
    columns->count = 0;
    for (size_t p = 0; p < MNIST_PIXELS; p++) {
        columns->column_of[p] = seen[p] != 0 ? (uint16_t)columns->count : NO_COLUMN;
        columns->count += seen[p] != 0;
    }
}

static void gather(const Network *network, const Columns *columns, EnginePart part) {
    Workspace *workspace = network->workspace;
    const size_t end = shards_begin(part.index + 1, part.count);
    for (size_t s = shards_begin(part.index, part.count); s < end; s++) {
        for (size_t p = 0; p < MNIST_PIXELS; p++) {
            memcpy(workspace->weight[s] + (size_t)columns->column_of[p] * SHARD_UNITS,
                   network->shards[s].parameters.d1_weight + p * SHARD_UNITS,
                   SHARD_UNITS * sizeof(float));
        }
    }
}

// Reads the microbatch's images into rows, and marks those of the next batch, if `next` is not
// NULL: an evaluation has no update that looks for its columns. A pixel of a block may be zero in
// the whole batch, and has no column: its zero is written after the row, where the next image's row
// begins, before that row is filled.
static const Input *load(Network *network, EnginePart part, const Microbatch *microbatch,
                         const Microbatch *next) {
    Workspace *workspace = network->workspace;
    Input *input = &workspace->inputs[part.index];
    Columns *columns = &input->columns[input->current];
    if (microbatch->number == 0) { // a pass begins
        gemm_use_one_thread();
        input->has_columns = false;
    }
    if (microbatch->is_first_of_batch && !input->has_columns) {
        mark_images(microbatch, (EnginePart){0, 1}, &input->marks[microbatch->batch % 2]);
        find_columns(&input->marks[microbatch->batch % 2], columns);
        gather(network, columns, part);
    }
    input->next = next && next->count > 0 && next->is_first_of_batch ? next : NULL;
    if (input->next)
        mark_images(next, part, &input->marks[next->batch % 2]);
    for (size_t i = 0; i < microbatch->count; i++) {
        float *row = input->rows + i * columns->count;
        ImageBand bands[BANDS];
        encoded_bands(microbatch->images[i], bands);
        memset(row, 0, columns->count * sizeof *row);
        for (size_t b = 0; b < BANDS; b++) {
            const uint16_t *column_of = columns->column_of + b * BAND_BLOCKS * BLOCK_PIXELS;
            for (size_t k = 0; k < bands[b].count; k++) {
                for (size_t p = 0; p < BLOCK_PIXELS; p++)
                    row[column_of[(size_t)bands[b].indices[k] * BLOCK_PIXELS + p]] =
                        network->byte_to_float[bands[b].values[k * BLOCK_PIXELS + p]];
            }
        }
    }
    return input;
}

// Returns the next batch's columns, of which each thread has marked a share.
static const Columns *find_next_columns(Workspace *workspace, EnginePart part) {
    Input *input = &workspace->inputs[part.index];
    Columns *columns = &input->columns[1 - input->current];
    Marks marks = {{0}};
    for (size_t t = 0; input->next && t < part.count; t++) {
        for (size_t b = 0; b < BLOCKS; b++)
            marks.blocks[b] |= workspace->inputs[t].marks[input->next->batch % 2].blocks[b];
    }
    find_columns(&marks, columns);
    input->has_columns = input->next;
    return columns;
}

#define SIMD_TEMPLATE "nn/engine_blas_template.h"
#include "base/simd_variants.h"

const Engine *engine_blas(void) {
    static const Engine *const engines[SIMD_LEVELS] = SIMD_VARIANTS(engine);
    return engines[simd_level()];
}
