#include "nn/adam.h"
#include "base/denormals.h"
#include "support/test.h"

// The functions of the engine on the BLAS library, in each kind of vectors.
#define engine_blas engine_of_this_test
#include "../src/nn/engine_blas.c"
#undef engine_blas

#include <math.h>

// To half a unit in the last place of a float, and a little for the errors of the powers.
TEST(the_scales_are_those_of_pow) {
    const double half_unit = 0x1p-24 * (1 + 1e-5);
    for (uint64_t step = 1; step < UINT64_MAX / 4; step += step < 20000 ? 1 : step / 3) {
        const AdamScales scales = adam_scales(0.001, step);
        double step_size = 0.001 / (1.0 - pow(0.9, (double)step));
        double inverse = 1.0 / sqrt(1.0 - pow(0.999, (double)step));
        check_near("step size", step, scales.step_size, step_size, step_size * half_unit);
        check_near("inverse root", step, scales.inv_sqrt_correction2, inverse, inverse * half_unit);
    }
}

TEST(weights_move_if_an_image_has_a_pixel_of_their_block) {
    uint8_t seen[MNIST_PIXELS] = {0};
    Adam adam;
    adam_create(&adam, 0.5, seen);
    assert_int_equal(adam.block_count, 0);
    assert_true(adam.learning_rate == 0.5);
    seen[0] = seen[7] = seen[10] = seen[11] = seen[783] = 255;
    adam_create(&adam, 0.5, seen);
    const uint16_t blocks[] = {0, 3, 5, 391};
    assert_int_equal(adam.block_count, 4);
    assert_memory_equal(adam.blocks, blocks, sizeof blocks);
}

// Of many sizes and signs; some stay zero.
static float gradient_at(unsigned step, size_t i) {
    if (i % 8 == 0)
        return 0.0F;
    return (float)(sin(0.1 * (double)step * (double)i) * pow(10, -(double)(i % 8)));
}

// A step of Adam by the formula.
static void step_by_formula(unsigned step, const double *gradient, double *m, double *v,
                            double *weights) {
    for (size_t i = 0; i < SHARD_UNITS; i++) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
        const double first = m[i] / (1 - pow(0.9, step)), second = v[i] / (1 - pow(0.999, step));
        weights[i] -= 0.001 * first / (sqrt(second) + 1e-8);
    }
}

// One pixel's weights, by the step with estimates, against the formula in double precision.
TEST(adam_with_estimates_follows_the_formula_and_gathers) {
    enum { STEPS = 3000, PIXEL = 5 };
    static void (*const update[SIMD_LEVELS])(Network *, EnginePart, const Adam *, uint64_t) =
        SIMD_VARIANTS(update);
    const Microbatch next = {.count = 1}; // of batch 0
    uint8_t seen[MNIST_PIXELS] = {[PIXEL] = 1};
    Adam adam;
    Error error;
    Network *network = create(1, &error);
    const uint64_t saved = denormals_set(true); // as in a pass
    adam_create(&adam, 0.001, seen);
    Workspace *workspace = network->workspace;
    Input *input = &workspace->inputs[0];
    input->next = &next;
    memcpy(&input->marks[0], seen, sizeof seen); // columns of the next batch: pixel 0 and PIXEL
    Shard *shard = &network->shards[2];
    for (SimdLevel level = 0; level < SIMD_LEVELS; level++) {
        double wide[SHARD_UNITS], exact[SHARD_UNITS], m[SHARD_UNITS] = {0}, v[SHARD_UNITS] = {0};
        float *weights = shard->parameters.d1_weight + PIXEL * SHARD_UNITS;
        memset(&shard->first_moments, 0, sizeof shard->first_moments);
        memset(&shard->second_moments, 0, sizeof shard->second_moments);
        for (size_t i = 0; i < SHARD_UNITS; i++)
            exact[i] = (double)(weights[i] = ((float)i - 11) / 8);
        for (unsigned step = 1; simd_supports(level) && step <= STEPS; step++) {
            uint16_t *column_of = input->columns[input->current].column_of;
            float *gradient = workspace->gradient[2] + 3 * SHARD_UNITS;
            for (size_t p = 0; p < MNIST_PIXELS; p++)
                column_of[p] = p == PIXEL ? 3 : NO_COLUMN;
            for (size_t i = 0; i < SHARD_UNITS; i++)
                wide[i] = (double)(gradient[i] = gradient_at(step, i));
            update[level](network, (EnginePart){0, 1}, &adam, step);
            step_by_formula(step, wide, m, v, exact);
            for (size_t i = 0; i < SHARD_UNITS; i++)
                check_near("parameter", i, weights[i], exact[i], step < 50 ? 2e-6 : 2e-4);
            assert_int_equal(input->columns[input->current].column_of[PIXEL], 1);
            assert_memory_equal(workspace->weight[2] + SHARD_UNITS, weights,
                                SHARD_UNITS * sizeof *weights);
        }
        assert_true(weights[0] == -11.0F / 8); // its gradients were zero
    }
    for (size_t i = 0; i < MNIST_PIXELS * SHARD_UNITS; i++) // the neighbour in the block stays too
        assert_true(i / SHARD_UNITS == PIXEL || shard->parameters.d1_weight[i] == 0.0F);
    denormals_restore(saved);
    network_destroy(network);
}
