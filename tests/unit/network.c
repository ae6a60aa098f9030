#include "nn/network.h"
#include "nn/adam.h"
#include "support/assert_near.h"
#include "support/reference_network.h"
#include "support/test.h"

#include "golden/gradients.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { BATCH = 40, SAMPLES = 60 }; // more than a microbatch

// The columns of a batch.
typedef struct {
    size_t count;
    uint16_t pixels[NETWORK_PIXELS];
    uint16_t column_of[NETWORK_PIXELS];
} Columns;

// A network and one batch for it.
typedef struct {
    Network *network;
    Columns columns;
    NetworkInput input; // the microbatch
    NetworkParameters gradient;
    float logits[BATCH * NETWORK_CLASSES]; // (images, classes)
    float images[BATCH * NETWORK_PIXELS];  // (images, pixels)
    uint8_t labels[BATCH];
    float mask[BATCH * NETWORK_HIDDEN];    // (images, hidden)
    double parameters[NETWORK_PARAMETERS]; // the network's, in double
    double expected[NETWORK_PARAMETERS];   // the reference's gradient
} Fixture;

static void initialise(Network *network, Random *random) {
    NetworkParameters *parameters = calloc(1, sizeof *parameters);
    network_initialise(parameters, random);
    network_set_parameters(network, parameters);
    free(parameters);
}

static void find_columns(const float *images, size_t count, Columns *columns) {
    columns->count = 0;
    for (size_t p = 0; p < NETWORK_PIXELS; p++) {
        bool is_seen = false;
        for (size_t i = 0; i < count; i++)
            is_seen |= images[i * NETWORK_PIXELS + p] != 0.0F;
        columns->column_of[p] = is_seen ? (uint16_t)columns->count : ADAM_NO_ROW;
        if (is_seen)
            columns->pixels[columns->count++] = (uint16_t)p;
    }
}

enum { MAX_TERMS = NETWORK_MAX_IMAGES * NETWORK_PIXELS };

// A sparse matrix to fill, with room for the pixels of a microbatch in any order.
typedef struct {
    SparseRow row[NETWORK_PIXELS];
    uint8_t indices[MAX_TERMS];
    uint8_t bytes[MAX_TERMS];
} SparseBuffer;

static float byte_to_float[256]; // byte / 255

static SparseRows empty_rows(SparseBuffer *buffer, size_t rows, size_t stride) {
    for (size_t i = 0; i < rows; i++)
        buffer->row[i] = (SparseRow){0, buffer->indices + i * stride, buffer->bytes + i * stride};
    return (SparseRows){rows, buffer->row, byte_to_float};
}

static void append_term(SparseBuffer *buffer, size_t stride, size_t row, size_t index,
                        uint8_t byte) {
    size_t at = row * stride + buffer->row[row].count++;
    buffer->indices[at] = (uint8_t)index;
    buffer->bytes[at] = byte;
}

// The microbatch from image `first` of a batch of `count`, in all its forms.
static NetworkInput fill_input(const Columns *columns, const float *images, size_t first,
                               size_t count) {
    static float rows[MAX_TERMS];
    static SparseBuffer by_image[NETWORK_BANDS], by_column;
    size_t left = count - first;
    size_t taken = left < NETWORK_MAX_IMAGES ? left : NETWORK_MAX_IMAGES;
    NetworkInput input = {
        .images = taken,
        .columns = columns->count,
        .pixels = columns->pixels,
        .rows = rows,
        .by_column = empty_rows(&by_column, columns->count, NETWORK_MAX_IMAGES),
    };
    for (size_t band = 0; band < NETWORK_BANDS; band++)
        input.by_image[band] = empty_rows(&by_image[band], taken, NETWORK_PIXELS);
    for (size_t i = 0; i < taken; i++) {
        for (size_t j = 0; j < columns->count; j++) {
            size_t pixel = columns->pixels[j];
            float value = images[(first + i) * NETWORK_PIXELS + pixel];
            uint8_t byte = (uint8_t)(value * 255.0F + 0.5F);
            size_t band = pixel / NETWORK_BAND_PIXELS;
            rows[i * columns->count + j] = value;
            if (value != 0.0F) {
                append_term(&by_image[band], NETWORK_PIXELS, i, pixel % NETWORK_BAND_PIXELS, byte);
                append_term(&by_column, NETWORK_MAX_IMAGES, j, i, byte);
            }
        }
    }
    return input;
}

// The gradient in the tensors' layout; it is zero for pixels without a column.
static void get_gradient(const Network *network, const Columns *columns,
                         NetworkParameters *gradient) {
    static ShardParameters part;
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        part = network->shards[s].gradient;
        memset(part.d1_weight, 0, sizeof part.d1_weight);
        for (size_t i = 0; i < columns->count; i++)
            memcpy(part.d1_weight + columns->pixels[i] * NETWORK_UNITS,
                   network->shards[s].gradient.d1_weight + i * NETWORK_UNITS,
                   NETWORK_UNITS * sizeof(float));
        network_shard_to_parameters(&part, s, gradient);
    }
}

// Forward and backward over the microbatches of a batch, as one thread does; returns the mean loss.
static double pass(Fixture *f, size_t count, Loss loss, const float *mask) {
    static Logits partial[NETWORK_SHARDS], logits, dlogits;
    double sum = 0;
    find_columns(f->images, count, &f->columns);
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_gather_weights(&f->network->shards[s], f->columns.count, f->columns.pixels);
    for (size_t first = 0; first < count; first += f->input.images) {
        const float *input_mask = mask ? mask + first * NETWORK_HIDDEN : NULL;
        f->input = fill_input(&f->columns, f->images, first, count);
        size_t images = f->input.images;
        network_forward(f->network, 0, 1, &f->input, input_mask, partial);
        network_forward(f->network, 1, NETWORK_SHARDS, &f->input, input_mask, partial);
        network_sum_partial_logits((const Logits *)partial, images, logits);
        for (size_t i = 0; i < images; i++) {
            for (size_t c = 0; c < NETWORK_CLASSES; c++)
                f->logits[(first + i) * NETWORK_CLASSES + c] = logits[c * images + i];
        }
        sum += network_loss(loss, images, count, logits, f->labels + first, dlogits);
        network_backward(f->network, 0, 3, &f->input, dlogits, first == 0, mask != NULL);
        network_backward(f->network, 3, NETWORK_SHARDS, &f->input, dlogits, first == 0,
                         mask != NULL);
    }
    get_gradient(f->network, &f->columns, &f->gradient);
    return sum / (double)count;
}

static int set_up_network(bool is_reproducible, void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error error;
    Random random;
    random_seed(&random, 5);
    f->network = network_create(is_reproducible, &error);
    assert_non_null(f->network);
    initialise(f->network, &random);
    for (size_t i = 0; i < 256; i++)
        byte_to_float[i] = (float)i / 255.0F;
    random_uniform(&random, -150.0F, 256.0F, f->images, BATCH * NETWORK_PIXELS);
    for (size_t i = 0; i < BATCH * NETWORK_PIXELS; i++) { // most of a picture is background
        bool is_background = f->images[i] < 0 || i % NETWORK_PIXELS % 28 < 5;
        f->images[i] = is_background ? 0.0F : byte_to_float[(size_t)f->images[i]];
    }
    for (size_t i = 0; i < BATCH; i++)
        f->labels[i] = (uint8_t)(random_next32(&random) % NETWORK_CLASSES);
    network_draw_mask(&random, BATCH, f->mask);
    NetworkParameters *whole = calloc(1, sizeof *whole);
    network_get_parameters(f->network, whole);
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        f->parameters[i] = (double)((const float *)whole)[i];
    free(whole);
    *state = f;
    return 0;
}

static int set_up(void **state) {
    return set_up_network(false, state);
}

static int set_up_reproducible(void **state) {
    return set_up_network(true, state);
}

static int tear_down(void **state) {
    Fixture *f = *state;
    network_destroy(f->network);
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
    const float *ours = (const float *)&f->gradient;
    Random random;
    random_seed(&random, 99);
    for (int t = 0; t < 4; t++) {
        size_t begin = reference_tensor_begin[t];
        size_t size = reference_tensor_begin[t + 1] - begin;
        double largest = largest_magnitude(f->expected, begin, begin + size);
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

static void check_gradient(const Fixture *f) {
    const float *ours = (const float *)&f->gradient;
    for (int t = 0; t < 4; t++) {
        size_t begin = reference_tensor_begin[t];
        size_t end = reference_tensor_begin[t + 1];
        double largest = largest_magnitude(f->expected, begin, end);
        for (size_t i = begin; i < end; i++) {
            if (!(fabs((double)ours[i] - f->expected[i]) <= 1e-5 * largest))
                fail_msg("%s[%zu]: expected %g, found %g", reference_tensor_name[t], i - begin,
                         f->expected[i], (double)ours[i]);
        }
    }
}

static void check_against_reference(Fixture *f, Loss loss, bool with_mask) {
    const float *mask = with_mask ? f->mask : NULL;
    ReferenceBatch batch = {BATCH, f->images, f->labels, mask, loss};
    double expected = reference_backward(f->parameters, &batch, f->expected);
    double found = pass(f, BATCH, loss, mask);
    check_near("mean loss", 0, found, expected, 1e-6);
    assert_in_range(f->columns.count, 500, 783); // some pixels have no column
    check_gradient(f);
    check_differences(f, &batch);
}

#define TEST_IN_BOTH_MODES(name)                                                                   \
    TEST_CASES(name, {                                                                             \
        test_register(#name, name, set_up, tear_down);                                             \
        test_register(#name "_reproducibly", name, set_up_reproducible, tear_down);                \
    })

TEST_IN_BOTH_MODES(gradient_of_the_tutorial_loss_with_dropout_matches) {
    check_against_reference(*state, LOSS_TUTORIAL, true);
}

TEST_IN_BOTH_MODES(gradient_of_the_tutorial_loss_without_dropout_matches) {
    check_against_reference(*state, LOSS_TUTORIAL, false);
}

TEST_IN_BOTH_MODES(gradient_of_the_logits_loss_with_dropout_matches) {
    check_against_reference(*state, LOSS_LOGITS, true);
}

TEST_IN_BOTH_MODES(gradient_of_the_logits_loss_without_dropout_matches) {
    check_against_reference(*state, LOSS_LOGITS, false);
}

TEST_IN_BOTH_MODES(logits_match_and_are_not_cut_off_at_zero) {
    Fixture *f = *state;
    ReferenceBatch batch = {BATCH, f->images, f->labels, NULL, LOSS_LOGITS};
    double expected[BATCH * NETWORK_CLASSES];
    reference_forward(f->parameters, &batch, expected);
    pass(f, BATCH, LOSS_LOGITS, NULL);
    size_t negative = 0;
    for (size_t i = 0; i < BATCH * NETWORK_CLASSES; i++) {
        check_near("logit", i, f->logits[i], expected[i], 1e-5);
        negative += f->logits[i] < 0;
    }
    assert_true(negative > 0);
}

TEST_IN_BOTH_MODES(a_smaller_batch_is_the_mean_over_the_images_it_has) {
    Fixture *f = *state;
    for (size_t fewer = 1; fewer < BATCH; fewer += 16) { // 33: one microbatch and one image
        ReferenceBatch batch = {fewer, f->images, f->labels, f->mask, LOSS_TUTORIAL};
        double expected = reference_backward(f->parameters, &batch, f->expected);
        pass(f, BATCH, LOSS_TUTORIAL, f->mask); // the result of a fuller batch must not remain
        double found = pass(f, fewer, LOSS_TUTORIAL, f->mask);
        check_near("mean loss", 0, found, expected, 1e-6);
        check_gradient(f);
    }
}

TEST_IN_BOTH_MODES(a_gradient_that_was_not_finite_is_overwritten) {
    Fixture *f = *state;
    pass(f, BATCH, LOSS_TUTORIAL, f->mask);
    NetworkParameters clean = f->gradient;
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        memset(&f->network->shards[s].gradient, 0xff, sizeof f->network->shards[s].gradient); // NaN
    pass(f, BATCH, LOSS_TUTORIAL, f->mask);
    assert_memory_equal(&f->gradient, &clean, sizeof clean);
}

TEST_IN_BOTH_MODES(dropped_units_take_no_part_and_kept_ones_are_scaled) {
    Fixture *f = *state;
    enum { COUNT = NETWORK_MAX_IMAGES };
    static Logits partial[NETWORK_SHARDS];
    size_t dropped = 0;
    find_columns(f->images, COUNT, &f->columns);
    f->input = fill_input(&f->columns, f->images, 0, COUNT);
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        NetworkShard *shard = &f->network->shards[s];
        float plain[COUNT * NETWORK_UNITS];
        network_shard_gather_weights(shard, f->columns.count, f->columns.pixels);
        network_forward(f->network, s, s + 1, &f->input, NULL, partial);
        memcpy(plain, shard->hidden, sizeof plain);
        network_forward(f->network, s, s + 1, &f->input, f->mask, partial);
        for (size_t i = 0; i < COUNT * NETWORK_UNITS; i++) {
            float kept =
                f->mask[i / NETWORK_UNITS * NETWORK_HIDDEN + s * NETWORK_UNITS + i % NETWORK_UNITS];
            dropped += kept == 0.0F;
            assert_true(kept == 0.0F || kept == 1.25F);
            const float expected = plain[i] * kept; // some machines would compare doubles
            assert_true(shard->hidden[i] == expected);
        }
    }
    assert_in_range(dropped, 700, 940); // of 4096, a fifth are expected: 819
}

TEST(correct_answers_are_counted_and_the_first_of_equals_wins) {
    const uint8_t labels[6] = {3, 3, 0, 1, 9, 2};
    Logits logits = {0};
    logits[3 * 6 + 0] = 1;               // correct
    logits[4 * 6 + 1] = 1;               // wrong
    /* image 2: all equal, so class 0 */ // correct
    /* image 3: all equal, so class 0 */ // wrong
    logits[9 * 6 + 4] = 1;               // correct
    logits[2 * 6 + 5] = -1;              // wrong
    assert_int_equal(network_count_correct(6, logits, labels), 3);
}

TEST(shards_convert_to_parameters_and_back) {
    NetworkParameters *whole = calloc(1, sizeof *whole);
    NetworkParameters *again = calloc(1, sizeof *again);
    static ShardParameters part;
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        ((float *)whole)[i] = (float)i + 1;
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        network_shard_from_parameters(whole, s, &part);
        assert_true(part.d1_weight[5 * NETWORK_UNITS + 2] ==
                    whole->d1_weight[(s * NETWORK_UNITS + 2) * NETWORK_PIXELS + 5]);
        network_shard_to_parameters(&part, s, again);
    }
    assert_memory_equal(whole, again, sizeof *whole);
    free(whole);
    free(again);
}

// The batch that tests/golden/gradients.h describes, through three steps as PyTorch took them.
static void check_golden_step(Fixture *f, const GoldenStep *golden) {
    for (size_t k = 0; k < GOLDEN_BATCH; k++) {
        f->labels[k] = (uint8_t)(k * 3 % 10);
        for (size_t i = 0; i < NETWORK_PIXELS; i++)
            f->images[k * NETWORK_PIXELS + i] = (float)((i * 37 + k * 101) % 256) / 255.0F;
    }
    Loss loss = strcmp(golden->loss, "logits") == 0 ? LOSS_LOGITS : LOSS_TUTORIAL;
    uint16_t all_pixels[NETWORK_PIXELS];
    for (size_t p = 0; p < NETWORK_PIXELS; p++)
        all_pixels[p] = (uint16_t)p;
    NetworkParameters *whole = calloc(1, sizeof *whole);
    const float *gradient = (const float *)&f->gradient;
    const float *parameters = (const float *)whole;
    Adam adam;
    Random random;
    Error error;
    random_seed(&random, 0);
    initialise(f->network, &random);
    bool is_reproducible = f->network->is_reproducible;
    assert_true(
        adam_create(&adam, 0.001, is_reproducible ? ADAM_REPRODUCIBLE : ADAM_FASTEST, &error));
    for (uint64_t step = 1; step <= 3; step++) {
        if (golden->dropout)
            network_draw_mask(&random, GOLDEN_BATCH, f->mask);
        double mean = pass(f, GOLDEN_BATCH, loss, golden->dropout ? f->mask : NULL);
        if (step == 1) {
            check_near("mean loss", 0, mean, golden->mean_loss, 1e-6);
            for (size_t i = 0; i < GOLDEN_BATCH * NETWORK_CLASSES; i++)
                check_near("logit", i, f->logits[i], golden->logits[i], 1e-6);
        }
        for (size_t t = 0; step == 1 && t < 4; t++) {
            const GoldenGradient *expected = &golden->gradient[t];
            double squares = 0;
            for (size_t i = reference_tensor_begin[t]; i < reference_tensor_begin[t + 1]; i++)
                squares += (double)gradient[i] * (double)gradient[i];
            assert_true(expected->norm > 1e-3);
            check_near(reference_tensor_name[t], 0, sqrt(squares), expected->norm,
                       1e-5 * expected->norm);
            for (size_t i = 0; i < golden_sample_count[t]; i++) {
                size_t index = reference_tensor_begin[t] + golden_sample_index[t][i];
                check_near(reference_tensor_name[t], index, gradient[index], expected->sample[i],
                           1e-5 * expected->norm);
            }
        }
        AdamScales scales = adam_kernel_scales(adam.learning_rate, step);
        const AdamColumns columns = {.seen = NETWORK_PIXELS,
                                     .seen_pixels = all_pixels,
                                     .column_of = f->columns.column_of,
                                     .next_column_of =
                                         is_reproducible ? NULL : f->columns.column_of};
        for (size_t s = 0; s < NETWORK_SHARDS; s++)
            adam_update_shard(&adam, &scales, &columns, &f->network->shards[s]);
        network_get_parameters(f->network, whole);
        for (size_t t = 0; step != 2 && t < 4; t++) {
            const float *expected = step == 1 ? golden->after_one[t] : golden->after_three[t];
            for (size_t i = 0; i < golden_sample_count[t]; i++) {
                size_t index = reference_tensor_begin[t] + golden_sample_index[t][i];
                check_near(reference_tensor_name[t], index, parameters[index], expected[i], 2e-6);
            }
        }
    }
    adam_destroy(&adam);
    free(whole);
}

TEST_IN_BOTH_MODES(three_steps_of_both_losses_with_and_without_dropout_are_pytorchs) {
    assert_true(sizeof golden_steps / sizeof *golden_steps == 4);
    for (size_t i = 0; i < 4; i++)
        check_golden_step(*state, &golden_steps[i]);
}

// A fresh network, batch and reference for each test, in both modes.
// (((1e8 + 1) - 1e8) + 1) is 1 in float32; other orders give 0 or 2.
TEST(partial_logits_are_added_in_the_order_of_the_shards) {
    static Logits partial_logits[NETWORK_SHARDS];
    const float terms[NETWORK_SHARDS] = {1e8F, 1.0F, -1e8F, 1.0F};
    Logits logits;
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        for (size_t i = 0; i < 2 * NETWORK_CLASSES; i++)
            partial_logits[s][i] = terms[s] * (float)(1 << i % 4);
    }
    network_sum_partial_logits((const Logits *)partial_logits, 2, logits);
    for (size_t i = 0; i < 2 * NETWORK_CLASSES; i++)
        check_near("logit", i, logits[i], 1 << i % 4, 0.0);
}
