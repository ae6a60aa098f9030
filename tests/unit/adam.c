#include "nn/adam.h"
#include "support/assert_near.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { STEPS = 40, UNSEEN = 100 }; // pixels below UNSEEN are zero in all images

typedef struct {
    size_t count;
    uint16_t pixels[NETWORK_PIXELS];
    uint16_t column_of[NETWORK_PIXELS];
} Columns;

typedef struct {
    Network *network;
    Adam adam;
    size_t seen;
    uint16_t seen_pixels[NETWORK_PIXELS];
    Columns batches[2];
} Fixture;

// Each batch has other columns.
static void find_columns(size_t batch, Columns *columns) {
    columns->count = 0;
    for (size_t p = 0; p < NETWORK_PIXELS; p++) {
        bool is_seen = p >= UNSEEN && (p * 7 + batch * 13) % 5 < 3;
        columns->column_of[p] = is_seen ? (uint16_t)columns->count : ADAM_NO_ROW;
        if (is_seen)
            columns->pixels[columns->count++] = (uint16_t)p;
    }
}

static AdamColumns adam_columns(const Fixture *f, size_t batch, size_t next) {
    return (AdamColumns){.seen = f->seen,
                         .seen_pixels = f->seen_pixels,
                         .column_of = f->batches[batch].column_of,
                         .next_column_of = f->batches[next].column_of};
}

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error error;
    Random random;
    f->network = network_create(false, &error);
    assert_non_null(f->network);
    assert_true(adam_create(&f->adam, 0.001, ADAM_FASTEST, &error));
    random_seed(&random, 4);
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        random_uniform(&random, -1, 1, f->network->shards[s].parameters.d1_weight,
                       NETWORK_PIXELS * NETWORK_UNITS);
    for (size_t p = UNSEEN; p < NETWORK_PIXELS; p++)
        f->seen_pixels[f->seen++] = (uint16_t)p;
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    network_destroy(f->network);
    adam_destroy(&f->adam);
    free(f);
    return 0;
}

// Skipping pixels only saves time: the result is that of the whole gradient.
TEST_WITH(set_up, tear_down, skipped_pixels_move_as_with_a_gradient_of_zero) {
    Fixture *f = *state;
    NetworkShard *shard = &f->network->shards[2];
    enum { ALL = NETWORK_PIXELS * NETWORK_UNITS };
    float *p = calloc(ALL, sizeof *p), *m = calloc(ALL, sizeof *m), *v = calloc(ALL, sizeof *v);
    float *whole = calloc(ALL, sizeof *whole);
    uint16_t every[NETWORK_PIXELS], none[NETWORK_PIXELS];
    for (size_t i = 0; i < NETWORK_PIXELS; i++) {
        every[i] = (uint16_t)i;
        none[i] = ADAM_NO_ROW;
    }
    Random random;
    random_seed(&random, 9);
    memcpy(p, shard->parameters.d1_weight, ALL * sizeof *p);
    for (size_t step = 1; step <= STEPS; step++) {
        const AdamScales scales = adam_kernel_scales(0.001, step);
        Columns *batch = &f->batches[step % 2];
        find_columns(step, batch);
        find_columns(step + 1, &f->batches[(step + 1) % 2]);
        size_t count = batch->count * NETWORK_UNITS;
        random_uniform(&random, -0.1F, 0.1F, shard->gradient.d1_weight, count);
        memset(whole, 0, ALL * sizeof *whole);
        for (size_t i = 0; i < batch->count; i++)
            memcpy(whole + batch->pixels[i] * NETWORK_UNITS,
                   shard->gradient.d1_weight + i * NETWORK_UNITS, NETWORK_UNITS * sizeof *whole);
        const AdamColumns columns = adam_columns(f, step % 2, (step + 1) % 2);
        adam_update_shard(&f->adam, &scales, &columns, shard);
        adam_kernel_update_rows(ADAM_FASTEST, &scales, NETWORK_PIXELS, every, every, whole, p, m, v,
                                none, NULL);
    }
    assert_memory_equal(shard->parameters.d1_weight, p, ALL * sizeof *p);
    assert_memory_equal(f->adam.first_moments[2].d1_weight, m, ALL * sizeof *m);
    assert_memory_equal(f->adam.second_moments[2].d1_weight, v, ALL * sizeof *v);
    free(p);
    free(m);
    free(v);
    free(whole);
}

TEST_WITH(set_up, tear_down, an_update_gathers_the_weights_of_the_next_batch) {
    Fixture *f = *state;
    const AdamScales scales = adam_kernel_scales(0.001, 1);
    NetworkShard *shard = &f->network->shards[1];
    find_columns(0, &f->batches[0]);
    find_columns(1, &f->batches[1]);
    shard->gradient.d1_weight[5] = 1;
    const AdamColumns columns = adam_columns(f, 0, 1);
    adam_update_shard(&f->adam, &scales, &columns, shard);
    size_t count = f->batches[1].count * NETWORK_UNITS;
    float *gathered = malloc(count * sizeof *gathered);
    memcpy(gathered, shard->gathered_weight, count * sizeof *gathered);
    memset(shard->gathered_weight, 0, sizeof shard->gathered_weight);
    network_shard_gather_weights(shard, f->batches[1].count, f->batches[1].pixels);
    assert_memory_equal(gathered, shard->gathered_weight, count * sizeof *gathered);
    free(gathered);
}

TEST_WITH(set_up, tear_down, biases_and_the_second_layer_move_too) {
    Fixture *f = *state;
    const AdamScales scales = adam_kernel_scales(0.001, 1);
    NetworkShard *shard = &f->network->shards[0];
    for (size_t u = 0; u < NETWORK_UNITS; u++)
        shard->gradient.d1_bias[u] = 1;
    for (size_t i = 0; i < NETWORK_CLASSES * NETWORK_UNITS; i++)
        shard->gradient.d2_weight[i] = 1;
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        shard->gradient.d2_bias[c] = 1;
    find_columns(0, &f->batches[0]);
    const AdamColumns columns = adam_columns(f, 0, 0);
    adam_update_shard(&f->adam, &scales, &columns, shard);
    const float moved =
        shard->parameters.d1_bias[0]; // the first step has the length of the learning rate
    check_near("first step", 0, moved, -0.001, 1e-5);
    assert_true(shard->parameters.d1_bias[NETWORK_UNITS - 1] == moved);
    assert_true(shard->parameters.d2_weight[NETWORK_CLASSES * NETWORK_UNITS - 1] == moved);
    assert_true(shard->parameters.d2_bias[NETWORK_CLASSES - 1] == moved);
}
