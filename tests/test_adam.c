#include "nn/optimiser.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { STEPS = 40, UNUSED = 100 }; // pixels below UNUSED are zero in all images

typedef struct {
    NetworkShard *shards;
    Optimiser optimiser;
    PixelList used;
    Batch batches[2];
} Fixture;

// Other pixels are active in each batch.
static void open_batch(size_t number, Batch *batch) {
    batch->active.count = 0;
    for (size_t p = 0; p < NETWORK_PIXELS; p++) {
        bool active = p >= UNUSED && (p * 7 + number * 13) % 5 < 3;
        batch->places[p] = active ? (uint16_t)batch->active.count : BATCHES_ABSENT;
        if (active)
            batch->active.pixels[batch->active.count++] = (uint16_t)p;
    }
}

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error error;
    Random random;
    f->shards = network_create(&error);
    assert_non_null(f->shards);
    assert_true(optimiser_create(&f->optimiser, 0.001, &error));
    random_seed(&random, 4);
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        random_uniform(&random, -1, 1, f->shards[s].parameters.d1_weight,
                       NETWORK_PIXELS * NETWORK_UNITS);
    for (size_t p = UNUSED; p < NETWORK_PIXELS; p++)
        f->used.pixels[f->used.count++] = (uint16_t)p;
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    network_destroy(f->shards);
    optimiser_destroy(&f->optimiser);
    free(f);
    return 0;
}

// Leaving pixels out is only a matter of speed: the result is that of the whole gradient.
static void left_out_pixels_move_as_with_a_gradient_of_zero(void **state) {
    Fixture *f = *state;
    NetworkShard *shard = &f->shards[2];
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
        const AdamScales numbers = adam_scales(0.001, step);
        Batch *batch = &f->batches[step % 2];
        open_batch(step, batch);
        open_batch(step + 1, &f->batches[(step + 1) % 2]);
        size_t count = batch->active.count * NETWORK_UNITS;
        random_uniform(&random, -0.1F, 0.1F, shard->gradient.d1_weight, count);
        memset(whole, 0, ALL * sizeof *whole);
        for (size_t i = 0; i < batch->active.count; i++)
            memcpy(whole + batch->active.pixels[i] * NETWORK_UNITS,
                   shard->gradient.d1_weight + i * NETWORK_UNITS, NETWORK_UNITS * sizeof *whole);
        optimiser_update_slice(&f->optimiser, &numbers, &f->used, batch,
                               &f->batches[(step + 1) % 2], shard);
        adam_update_rows(&numbers, NETWORK_PIXELS, every, every, whole, p, m, v, none, NULL);
    }
    assert_memory_equal(shard->parameters.d1_weight, p, ALL * sizeof *p);
    assert_memory_equal(f->optimiser.first_moments[2].d1_weight, m, ALL * sizeof *m);
    assert_memory_equal(f->optimiser.second_moments[2].d1_weight, v, ALL * sizeof *v);
    free(p);
    free(m);
    free(v);
    free(whole);
}

static void an_update_leaves_the_slice_as_begun_for_the_next_batch(void **state) {
    Fixture *f = *state;
    const AdamScales numbers = adam_scales(0.001, 1);
    NetworkShard *shard = &f->shards[1];
    open_batch(0, &f->batches[0]);
    open_batch(1, &f->batches[1]);
    shard->gradient.d1_weight[5] = 1;
    optimiser_update_slice(&f->optimiser, &numbers, &f->used, &f->batches[0], &f->batches[1],
                           shard);
    size_t count = f->batches[1].active.count * NETWORK_UNITS;
    float *collected = malloc(count * sizeof *collected);
    memcpy(collected, shard->gathered_weight, count * sizeof *collected);
    memset(shard->gathered_weight, 0, sizeof shard->gathered_weight);
    network_shard_gather_weights(shard, &f->batches[1].active);
    assert_memory_equal(collected, shard->gathered_weight, count * sizeof *collected);
    free(collected);
}

static void biases_and_the_second_layer_move_too(void **state) {
    Fixture *f = *state;
    const AdamScales numbers = adam_scales(0.001, 1);
    NetworkShard *shard = &f->shards[0];
    for (size_t u = 0; u < NETWORK_UNITS; u++)
        shard->gradient.d1_bias[u] = 1;
    for (size_t i = 0; i < NETWORK_CLASSES * NETWORK_UNITS; i++)
        shard->gradient.d2_weight[i] = 1;
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        shard->gradient.d2_bias[c] = 1;
    open_batch(0, &f->batches[0]);
    optimiser_update_slice(&f->optimiser, &numbers, &f->used, &f->batches[0], &f->batches[0],
                           shard);
    const float moved = shard->parameters.d1_bias[0]; // the first step is the learning rate long
    assert_true(moved < -0.00099F && moved > -0.00101F);
    assert_true(shard->parameters.d1_bias[NETWORK_UNITS - 1] == moved);
    assert_true(shard->parameters.d2_weight[NETWORK_CLASSES * NETWORK_UNITS - 1] == moved);
    assert_true(shard->parameters.d2_bias[NETWORK_CLASSES - 1] == moved);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(left_out_pixels_move_as_with_a_gradient_of_zero),
        WITH_FIXTURE(an_update_leaves_the_slice_as_begun_for_the_next_batch),
        WITH_FIXTURE(biases_and_the_second_layer_move_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
