#include "adam.h"
#include "network.h"
#include "reference.h"

#include "golden/gradients.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BATCH = 6, SAMPLES = 60 };

typedef struct {
    Network network;
    float *images;
    uint8_t labels[BATCH];
    float mask[BATCH * NETWORK_HIDDEN];
    double *parameters; // the network's, in double
    double *gradient;   // the reference's
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error error;
    Random random;
    random_seed(&random, 5);
    assert_true(network_create(&f->network, BATCH, &error));
    network_initialise(&f->network, &random);
    f->images = calloc(BATCH * NETWORK_PIXELS, sizeof *f->images);
    random_uniform(&random, -0.6F, 1.0F, f->images, BATCH * NETWORK_PIXELS);
    for (size_t i = 0; i < BATCH * NETWORK_PIXELS; i++)
        f->images[i] = f->images[i] < 0 ? 0 : f->images[i]; // as in pictures, much is background
    for (size_t i = 0; i < BATCH; i++)
        f->labels[i] = (uint8_t)(random_next32(&random) % NETWORK_CLASSES);
    network_draw_mask(&random, BATCH, f->mask);
    f->parameters = calloc(NETWORK_PARAMETERS, sizeof *f->parameters);
    f->gradient = calloc(NETWORK_PARAMETERS, sizeof *f->gradient);
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        f->parameters[i] = (double)((const float *)f->network.parameters)[i];
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    network_destroy(&f->network);
    free(f->images);
    free(f->parameters);
    free(f->gradient);
    free(f);
    return 0;
}

static double largest_magnitude(const double *values, size_t begin, size_t end) {
    double largest = 0;
    for (size_t i = begin; i < end; i++)
        largest = fmax(largest, fabs(values[i]));
    return largest;
}

// Samples of every tensor's gradient: where the chain rule's formulas in the reference are wrong,
// or alike wrong in the program, the differences of the loss itself tell.
static void check_differences(Fixture *f, const ReferenceBatch *batch) {
    const float *ours = (const float *)f->network.gradient;
    Random random;
    random_seed(&random, 99);
    for (int t = 0; t < 4; t++) {
        size_t begin = reference_tensor_begin[t];
        size_t size = reference_tensor_begin[t + 1] - begin;
        double largest = largest_magnitude(f->gradient, begin, begin + size);
        assert_true(largest > 1e-4); // a comparison of zeros would prove nothing
        size_t not_zero = 0;
        for (int s = 0; s < SAMPLES; s++) {
            size_t i = begin + random_next32(&random) % size;
            double difference = reference_difference(f->parameters, batch, i, 1e-5);
            not_zero += fabs(difference) > 1e-3 * largest;
            if (fabs((double)ours[i] - difference) > 1e-3 * largest)
                fail_msg("%s[%zu]: expected %g by differences, found %g", reference_tensor_name[t],
                         i - begin, difference, (double)ours[i]);
        }
        assert_true(not_zero >= SAMPLES / 10);
    }
}

static void check_against_reference(Fixture *f, Loss loss, bool with_mask) {
    const float *mask = with_mask ? f->mask : NULL;
    ReferenceBatch batch = {BATCH, f->images, f->labels, mask, loss};
    double expected = reference_backward(f->parameters, &batch, f->gradient);
    network_forward(&f->network, BATCH, f->images, mask);
    double found = network_backward(&f->network, loss, BATCH, f->images, f->labels, mask);
    assert_true(fabs(found - expected) < 1e-6);

    const float *ours = (const float *)f->network.gradient;
    for (int t = 0; t < 4; t++) {
        size_t begin = reference_tensor_begin[t];
        size_t end = reference_tensor_begin[t + 1];
        double largest = largest_magnitude(f->gradient, begin, end);
        for (size_t i = begin; i < end; i++) {
            if (!(fabs((double)ours[i] - f->gradient[i]) <= 1e-5 * largest))
                fail_msg("%s[%zu]: expected %g, found %g", reference_tensor_name[t], i - begin,
                         f->gradient[i], (double)ours[i]);
        }
    }
    check_differences(f, &batch);
}

static void gradient_of_the_tutorial_loss_with_dropout_matches(void **state) {
    check_against_reference(*state, LOSS_TUTORIAL, true);
}

static void gradient_of_the_tutorial_loss_without_dropout_matches(void **state) {
    check_against_reference(*state, LOSS_TUTORIAL, false);
}

static void gradient_of_the_logits_loss_with_dropout_matches(void **state) {
    check_against_reference(*state, LOSS_LOGITS, true);
}

static void gradient_of_the_logits_loss_without_dropout_matches(void **state) {
    check_against_reference(*state, LOSS_LOGITS, false);
}

static void logits_match_and_are_not_cut_off_at_zero(void **state) {
    Fixture *f = *state;
    ReferenceBatch batch = {BATCH, f->images, f->labels, NULL, LOSS_LOGITS};
    double expected[BATCH * NETWORK_CLASSES];
    reference_forward(f->parameters, &batch, expected);
    network_forward(&f->network, BATCH, f->images, NULL);
    size_t negative = 0;
    for (size_t i = 0; i < BATCH * NETWORK_CLASSES; i++) {
        assert_true(fabs((double)f->network.logits[i] - expected[i]) < 1e-5);
        negative += f->network.logits[i] < 0;
    }
    assert_true(negative > 0);
}

static void a_smaller_batch_is_the_mean_over_the_images_it_has(void **state) {
    Fixture *f = *state;
    const size_t fewer = 4;
    ReferenceBatch batch = {fewer, f->images, f->labels, f->mask, LOSS_TUTORIAL};
    double expected = reference_backward(f->parameters, &batch, f->gradient);
    // what a fuller batch left behind must not show
    network_forward(&f->network, BATCH, f->images, f->mask);
    network_backward(&f->network, LOSS_TUTORIAL, BATCH, f->images, f->labels, f->mask);
    network_forward(&f->network, fewer, f->images, f->mask);
    double found =
        network_backward(&f->network, LOSS_TUTORIAL, fewer, f->images, f->labels, f->mask);
    assert_true(fabs(found - expected) < 1e-6);
    const float *ours = (const float *)f->network.gradient;
    double largest = largest_magnitude(f->gradient, 0, NETWORK_PARAMETERS);
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        assert_true(fabs((double)ours[i] - f->gradient[i]) <= 1e-5 * largest);
}

static void dropped_units_take_no_part_and_kept_ones_are_scaled(void **state) {
    Fixture *f = *state;
    network_forward(&f->network, BATCH, f->images, NULL);
    float plain[BATCH * NETWORK_HIDDEN];
    memcpy(plain, f->network.hidden, sizeof plain);
    network_forward(&f->network, BATCH, f->images, f->mask);
    size_t dropped = 0;
    for (size_t i = 0; i < BATCH * NETWORK_HIDDEN; i++) {
        dropped += f->mask[i] == 0.0F;
        assert_true(f->mask[i] == 0.0F || f->mask[i] == 1.25F);
        assert_true(f->network.hidden[i] == plain[i] * f->mask[i]);
    }
    assert_in_range(dropped, 100, 210); // of 768, a fifth are expected
}

static void right_answers_are_counted_and_the_first_of_equals_wins(void **state) {
    Fixture *f = *state;
    const uint8_t labels[] = {3, 3, 0, 1, 9, 2};
    memset(f->network.logits, 0, BATCH * NETWORK_CLASSES * sizeof(float));
    f->network.logits[0 * NETWORK_CLASSES + 3] = 1;  // right
    f->network.logits[1 * NETWORK_CLASSES + 4] = 1;  // wrong
    /* image 2: all equal, so class 0 */             // right
    /* image 3: all equal, so class 0 */             // wrong
    f->network.logits[4 * NETWORK_CLASSES + 9] = 1;  // right
    f->network.logits[5 * NETWORK_CLASSES + 2] = -1; // wrong
    assert_int_equal(network_count_right(&f->network, BATCH, labels), 3);
}

static void a_batch_beyond_all_memory_is_an_error(void **state) {
    (void)state;
    Network network;
    Error error;
    assert_false(network_create(&network, SIZE_MAX / 2, &error));
    assert_non_null(strstr(error.text, "memory"));
}

// The batch that tests/golden/gradients.h describes, through three steps as PyTorch took them.
static void check_golden_step(const GoldenStep *golden) {
    enum { PIXEL_COUNT = GOLDEN_BATCH * NETWORK_PIXELS };
    float images[PIXEL_COUNT], mask[GOLDEN_BATCH * NETWORK_HIDDEN];
    uint8_t labels[GOLDEN_BATCH];
    for (size_t k = 0; k < GOLDEN_BATCH; k++) {
        labels[k] = (uint8_t)(k * 3 % 10);
        for (size_t i = 0; i < NETWORK_PIXELS; i++)
            images[k * NETWORK_PIXELS + i] = (float)((i * 37 + k * 101) % 256) / 255.0F;
    }
    Loss loss = strcmp(golden->loss, "logits") == 0 ? LOSS_LOGITS : LOSS_TUTORIAL;
    Network network;
    Adam adam;
    Random random;
    Error error;
    random_seed(&random, 0);
    assert_true(network_create(&network, GOLDEN_BATCH, &error));
    assert_true(adam_create(&adam, NETWORK_PARAMETERS, 0.001, &error));
    network_initialise(&network, &random);
    const float *gradient = (const float *)network.gradient;
    float *parameters = (float *)network.parameters;
    for (int step = 1; step <= 3; step++) {
        if (golden->dropout)
            network_draw_mask(&random, GOLDEN_BATCH, mask);
        const float *step_mask = golden->dropout ? mask : NULL;
        network_forward(&network, GOLDEN_BATCH, images, step_mask);
        double mean = network_backward(&network, loss, GOLDEN_BATCH, images, labels, step_mask);
        if (step == 1) {
            assert_true(fabs(mean - golden->mean_loss) < 1e-6);
            for (size_t i = 0; i < GOLDEN_BATCH * NETWORK_CLASSES; i++)
                assert_true(fabsf(network.logits[i] - golden->logits[i]) < 1e-6F);
        }
        for (size_t t = 0; step == 1 && t < 4; t++) {
            const GoldenGradient *expected = &golden->gradient[t];
            double squares = 0;
            for (size_t i = reference_tensor_begin[t]; i < reference_tensor_begin[t + 1]; i++)
                squares += (double)gradient[i] * (double)gradient[i];
            assert_true(expected->norm > 1e-3);
            assert_true(fabs(sqrt(squares) - expected->norm) < 1e-5 * expected->norm);
            for (size_t i = 0; i < golden_sample_count[t]; i++) {
                size_t index = reference_tensor_begin[t] + golden_sample_index[t][i];
                assert_true(fabs((double)(gradient[index] - expected->sample[i])) <
                            1e-5 * expected->norm);
            }
        }
        adam_step(&adam, gradient, parameters);
        for (size_t t = 0; step != 2 && t < 4; t++) {
            const float *expected = step == 1 ? golden->after_one[t] : golden->after_three[t];
            for (size_t i = 0; i < golden_sample_count[t]; i++) {
                size_t index = reference_tensor_begin[t] + golden_sample_index[t][i];
                assert_true(fabsf(parameters[index] - expected[i]) < 2e-6F);
            }
        }
    }
    network_destroy(&network);
    adam_destroy(&adam);
}

static void three_steps_of_both_losses_with_and_without_dropout_are_pytorchs(void **state) {
    (void)state;
    assert_true(sizeof golden_steps / sizeof *golden_steps == 4);
    for (size_t i = 0; i < 4; i++)
        check_golden_step(&golden_steps[i]);
}

// A fresh network, batch and reference for each test.
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(gradient_of_the_tutorial_loss_with_dropout_matches),
        WITH_FIXTURE(gradient_of_the_tutorial_loss_without_dropout_matches),
        WITH_FIXTURE(gradient_of_the_logits_loss_with_dropout_matches),
        WITH_FIXTURE(gradient_of_the_logits_loss_without_dropout_matches),
        WITH_FIXTURE(logits_match_and_are_not_cut_off_at_zero),
        WITH_FIXTURE(a_smaller_batch_is_the_mean_over_the_images_it_has),
        WITH_FIXTURE(dropped_units_take_no_part_and_kept_ones_are_scaled),
        WITH_FIXTURE(right_answers_are_counted_and_the_first_of_equals_wins),
        cmocka_unit_test(three_steps_of_both_losses_with_and_without_dropout_are_pytorchs),
        cmocka_unit_test(a_batch_beyond_all_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
