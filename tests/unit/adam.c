#include "nn/adam.h"
#include "support/test.h"

#include <math.h>

// To half a unit in the last place of a float, and a little for the errors of the powers.
TEST(the_scales_are_those_of_pow) {
    const AdamSettings settings = {.learning_rate = 0.001};
    const double half_unit = 0x1p-24 * (1 + 1e-5);
    for (uint64_t step = 1; step < UINT64_MAX / 4; step += step < 20000 ? 1 : step / 3) {
        const AdamScales scales = adam_scales(&settings, step);
        double step_size = 0.001 / (1.0 - pow(0.9, (double)step));
        double inverse = 1.0 / sqrt(1.0 - pow(0.999, (double)step));
        check_near("step size", step, scales.step_size, step_size, step_size * half_unit);
        check_near("inverse root", step, scales.inv_sqrt_correction2, inverse, inverse * half_unit);
    }
}

TEST(weights_move_if_an_image_has_a_pixel_of_their_block) {
    uint8_t seen[MNIST_PIXELS] = {0};
    Adam adam;
    adam_create(&adam, &(AdamSettings){0.5}, seen);
    assert_int_equal(adam.block_count, 0);
    assert_true(adam.settings.learning_rate == 0.5);
    seen[0] = seen[7] = seen[10] = seen[11] = seen[783] = 255;
    adam_create(&adam, &(AdamSettings){0.5}, seen);
    const uint16_t blocks[] = {0, 3, 5, 391};
    assert_int_equal(adam.block_count, 4);
    assert_memory_equal(adam.blocks, blocks, sizeof blocks);
}
