#include "nn/adam_kernel.h"
#include "base/denormals.h"
#include "base/random.h"
#include "support/assert_near.h"
#include "support/reference_network.h"
#include "support/test.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { COUNT = ADAM_ROW, STEPS = 3000 };

static const uint16_t first_row[1] = {0};
static const uint16_t no_row[1] = {ADAM_NO_ROW};

// Of many sizes and signs; some stay zero.
static float gradient_at(unsigned step, size_t i) {
    if (i % 8 == 0)
        return 0.0F;
    return (float)(sin(0.1 * (double)step * (double)i) * pow(10, -(double)(i % 8)));
}

// Both ways of the same step, against the formula in double precision.
static void check_formula(AdamArithmetic arithmetic, bool by_rows) {
    float parameters[COUNT], m[COUNT] = {0}, v[COUNT] = {0}, gradient[COUNT];
    double expected[COUNT], first[COUNT] = {0}, second[COUNT] = {0}, wide[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        parameters[i] = ((float)i - 11) / 8;
        expected[i] = (double)parameters[i];
    }
    for (unsigned step = 1; step <= STEPS; step++) {
        const AdamScales numbers = adam_kernel_scales(0.001, step);
        for (size_t i = 0; i < COUNT; i++) {
            gradient[i] = gradient_at(step, i);
            wide[i] = (double)gradient[i];
        }
        if (by_rows)
            adam_kernel_update_rows(arithmetic, &numbers, 1, first_row, first_row, gradient,
                                    parameters, m, v, no_row, NULL);
        else
            adam_kernel_update(arithmetic, &numbers, COUNT, gradient, parameters, m, v);
        reference_adam(COUNT, step, 0.001, wide, first, second, expected);
        for (size_t i = 0; i < COUNT; i++)
            check_near("parameter", i, parameters[i], expected[i], 2e-4);
        for (size_t i = 0; step < 50 && i < COUNT; i++)
            check_near("parameter", i, parameters[i], expected[i], 2e-6);
    }
    assert_true(parameters[0] == -11.0F / 8);
    assert_true(fabs((double)parameters[1] + 10.0 / 8) > 1e-3); // it did move
}

TEST(adam_matches_the_formula_over_many_steps) {
    check_formula(ADAM_FASTEST, false);
    check_formula(ADAM_REPRODUCIBLE, false);
}

TEST(adam_by_rows_matches_the_formula_over_many_steps) {
    check_formula(ADAM_FASTEST, true);
    check_formula(ADAM_REPRODUCIBLE, true);
}

TEST(the_first_step_is_the_learning_rate_long) {
    float parameters[2] = {1, 1};
    float m[2] = {0}, v[2] = {0};
    const float gradient[2] = {1000, -0.001F};
    const AdamScales numbers = adam_kernel_scales(0.01, 1);
    adam_kernel_update(ADAM_FASTEST, &numbers, 2, gradient, parameters, m, v);
    check_near("parameter", 0, parameters[0], 0.99, 1e-6);
    check_near("parameter", 1, parameters[1], 1.01, 1e-6);
}

static void check_moments_die_out(AdamArithmetic arithmetic) {
    float parameters[2][ADAM_ROW] = {{0}}, m[2][ADAM_ROW] = {{0}}, v[2][ADAM_ROW] = {{0}};
    float gradient[ADAM_ROW];
    for (size_t i = 0; i < ADAM_ROW; i++)
        gradient[i] = 0.5F;
    for (unsigned step = 1; step < 1000; step++) {
        const AdamScales numbers = adam_kernel_scales(0.001, step);
        adam_kernel_update(arithmetic, &numbers, ADAM_ROW, gradient, parameters[0], m[0], v[0]);
        adam_kernel_update_rows(arithmetic, &numbers, 1, first_row, step == 1 ? first_row : no_row,
                                gradient, parameters[1], m[1], v[1], no_row, NULL);
        memset(gradient, 0, sizeof gradient);
        for (size_t i = 0; i < 2 * ADAM_ROW; i++) {
            float moment = m[i / ADAM_ROW][i % ADAM_ROW];
            assert_true(moment == 0.0F || moment >= FLT_MIN);
            assert_true(step > 1 || moment > 0);
            assert_true(step < 900 || moment == 0);
        }
    }
}

TEST(moments_without_a_gradient_die_out_and_leave_no_subnormal_numbers) {
    check_moments_die_out(ADAM_REPRODUCIBLE);
    uint64_t saved = denormals_flush_to_zero(); // as the header requires
    check_moments_die_out(ADAM_FASTEST);
    denormals_restore(saved);
}

// Rows 0, 2 and 3 of four are updated, 3 without a gradient; 2 and then 1 are collected.
static void check_rows(AdamArithmetic arithmetic) {
    enum { ROWS = 4 };
    const uint16_t rows[] = {0, 2, 3};
    const uint16_t places[ROWS] = {1, ADAM_NO_ROW, 0, ADAM_NO_ROW};
    const uint16_t collected_places[ROWS] = {ADAM_NO_ROW, ADAM_NO_ROW, 1, 0};
    float p[ROWS * ADAM_ROW], m[ROWS * ADAM_ROW], v[ROWS * ADAM_ROW];
    float gradient[2 * ADAM_ROW], collected[2 * ADAM_ROW] = {0};
    for (size_t i = 0; i < ROWS * ADAM_ROW; i++) {
        p[i] = (float)i;
        m[i] = 0.125F;
        v[i] = 0.25F;
    }
    for (size_t i = 0; i < 2 * ADAM_ROW; i++)
        gradient[i] = i < ADAM_ROW ? 1.0F : -3.0F;
    const AdamScales numbers = adam_kernel_scales(0.5, 10);
    adam_kernel_update_rows(arithmetic, &numbers, 3, rows, places, gradient, p, m, v,
                            collected_places, collected);
    const float row_gradient[ROWS] = {-3, 0, 1, 0};
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < ADAM_ROW; i++) {
            size_t at = r * ADAM_ROW + i;
            float expected = (float)at, first = 0.125F, second = 0.25F;
            if (r != 1)
                adam_kernel_update(arithmetic, &numbers, 1, &row_gradient[r], &expected, &first,
                                   &second);
            check_near("parameter", at, p[at], expected, 1e-6F * (expected + 1)); // other roundings
            check_near("first moment", at, m[at], first, 1e-7);
            check_near("second moment", at, v[at], second, 1e-7);
        }
    }
    assert_memory_equal(collected, p + 3 * ADAM_ROW, ADAM_ROW * sizeof *p);
    assert_memory_equal(collected + ADAM_ROW, p + 2 * ADAM_ROW, ADAM_ROW * sizeof *p);
}

TEST(rows_are_updated_and_collected_as_their_places_say) {
    check_rows(ADAM_FASTEST);
    check_rows(ADAM_REPRODUCIBLE);
}

// The definition of reproducible arithmetic: operations rounded once each, in this order. Gradients
// below 2^-57 and moments below 2^-111 count as zero.
static void define_update(const AdamScales *scales, float gradient, float *p, float *m, float *v) {
    float g = fabsf(gradient) < 0x1p-57F ? 0.0F : gradient;
    float scaled = 0.1F * g;
    float squared = 0.001F * g;
    squared = squared * g;
    float first = fmaf(0.9F, *m, scaled);
    float second = fmaf(0.999F, *v, squared);
    *m = fabsf(first) < 0x1p-111F ? 0.0F : first;
    *v = fabsf(second) < 0x1p-111F ? 0.0F : second;
    float denominator = fmaf(sqrtf(*v), scales->inv_sqrt_correction2, 1e-8F);
    float quotient = *m / denominator;
    *p = fmaf(-scales->step_size, quotient, *p);
}

enum { MANY = 3 * ADAM_ROW };

typedef struct {
    float parameters[MANY], first[MANY], second[MANY];
} AdamBuffers;

// Magnitudes from 2^-150 to 1, and zeros of both signs.
static void draw_gradient(Random *random, float *gradient) {
    random_uniform(random, -1.0F, 1.0F, gradient, MANY);
    for (size_t i = 0; i < MANY; i++) {
        uint32_t kind = random_next32(random) % 8;
        int exponent = (int)(random_next32(random) % 150);
        if (kind < 4)
            gradient[i] = ldexpf(gradient[i], kind == 0 ? -exponent : -exponent / 10);
        else if (kind == 4)
            gradient[i] *= 0.0F;
    }
}

TEST(reproducible_adam_has_the_definitions_bits) {
    static const uint16_t rows[] = {0, 1, 2};
    static const uint16_t gathered_of[] = {ADAM_NO_ROW, ADAM_NO_ROW, ADAM_NO_ROW};
    Random random;
    random_seed(&random, 4);
    // all lengths: the vectors of any processor have a remainder in some
    for (size_t count = 1; count <= MANY; count++) {
        static AdamBuffers plain, by_rows, expected;
        float gradient[MANY];
        memset(&expected, 0, sizeof expected);
        random_uniform(&random, -0.1F, 0.1F, expected.parameters, MANY);
        plain = by_rows = expected;
        for (uint64_t step = 1; step <= 60; step++) {
            const AdamScales scales = adam_kernel_scales(0.001, step);
            draw_gradient(&random, gradient);
            adam_kernel_update(ADAM_REPRODUCIBLE, &scales, count, gradient, plain.parameters,
                               plain.first, plain.second);
            if (count == MANY)
                adam_kernel_update_rows(ADAM_REPRODUCIBLE, &scales, 3, rows, rows, gradient,
                                        by_rows.parameters, by_rows.first, by_rows.second,
                                        gathered_of, NULL);
            for (size_t i = 0; i < count; i++)
                define_update(&scales, gradient[i], &expected.parameters[i], &expected.first[i],
                              &expected.second[i]);
            assert_memory_equal(&plain, &expected, sizeof plain);
        }
        if (count == MANY)
            assert_memory_equal(&by_rows, &expected, sizeof by_rows);
    }
}

TEST(a_gradient_that_is_not_a_number_shows_in_reproducible_adam) {
    float p[1] = {1}, m[1] = {0}, v[1] = {0};
    const float gradient[1] = {NAN};
    const AdamScales scales = adam_kernel_scales(0.001, 1);
    adam_kernel_update(ADAM_REPRODUCIBLE, &scales, 1, gradient, p, m, v);
    assert_true(isnan(p[0]) && isnan(m[0]) && isnan(v[0]));
}

// To half a unit in the last place of a float, and a little for the errors of the powers.
TEST(the_scales_are_those_of_pow) {
    const double half_unit = 0x1p-24 * (1 + 1e-5);
    for (uint64_t step = 1; step < UINT64_MAX / 4; step += step < 20000 ? 1 : step / 3) {
        const AdamScales scales = adam_kernel_scales(0.001, step);
        double step_size = 0.001 / (1.0 - pow(0.9, (double)step));
        double inverse = 1.0 / sqrt(1.0 - pow(0.999, (double)step));
        check_near("step size", step, scales.step_size, step_size, step_size * half_unit);
        check_near("inverse root", step, scales.inv_sqrt_correction2, inverse, inverse * half_unit);
    }
}
