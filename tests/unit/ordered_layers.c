// The ordered layers against the layers on BLAS, against sums in double precision, and against
// their definition bit for bit. test_network.c compares them with a whole network in double
// precision and with PyTorch.
#include "nn/ordered_layers.h"
#include "base/random.h"
#include "nn/layers.h"
#include "support/assert_near.h"
#include "support/test.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { WIDTH = ORDERED_GEMM_COLUMNS, MAX_IMAGES = 32, INPUTS = 784, CLASSES = 10 };

// The terms of a sum of n numbers up to 1 are rounded to 2^-24, and so are its parts.
#define TOLERANCE(n) (2e-7 * (n))

static Random generator;

static void draw(float *values, size_t count) {
    random_uniform(&generator, -1.0F, 1.0F, values, count);
}

// Images, four fifths zeros, dense and sparse.
enum { BANDS = 5, BAND_INPUTS = 160 }; // the last band has fewer
static float x[MAX_IMAGES * INPUTS];   // (images, inputs)
static float byte_to_float[256];
static SparseRow image_row[BANDS][MAX_IMAGES], column_row[INPUTS];
static uint8_t pixels[BANDS][MAX_IMAGES * INPUTS], images_of[INPUTS * MAX_IMAGES];
static uint8_t image_bytes[BANDS][MAX_IMAGES * INPUTS], column_bytes[INPUTS * MAX_IMAGES];
static SparseRows by_image[BANDS], by_column;

static void clear_rows(size_t images) {
    by_column = (SparseRows){INPUTS, column_row, byte_to_float};
    for (size_t j = 0; j < INPUTS; j++)
        column_row[j] = (SparseRow){0, images_of + j * MAX_IMAGES, column_bytes + j * MAX_IMAGES};
    for (size_t band = 0; band < BANDS; band++) {
        by_image[band] = (SparseRows){images, image_row[band], byte_to_float};
        for (size_t i = 0; i < images; i++)
            image_row[band][i] =
                (SparseRow){0, pixels[band] + i * INPUTS, image_bytes[band] + i * INPUTS};
    }
}

static void draw_images(size_t images) {
    draw(byte_to_float, 256);
    memset(x, 0, sizeof x);
    clear_rows(images);
    for (size_t i = 0; i < images; i++) {
        for (size_t j = 0; j < INPUTS; j++) {
            if (i == 1 || random_next32(&generator) % 5 > 0) // image 1 is blank
                continue;
            uint8_t byte = (uint8_t)random_next32(&generator);
            size_t band = j / BAND_INPUTS;
            x[i * INPUTS + j] = byte_to_float[byte];
            size_t at = i * INPUTS + image_row[band][i].count++;
            pixels[band][at] = (uint8_t)(j % BAND_INPUTS);
            image_bytes[band][at] = byte;
            at = j * MAX_IMAGES + column_row[j].count++;
            images_of[at] = (uint8_t)i;
            column_bytes[at] = byte;
        }
    }
}

// One layer of ordered_layers.h.
static void forward(const float *weight, const float *bias, float *y) {
    ordered_linear_forward(1, BANDS, BAND_INPUTS, by_image, &weight, &bias, &y);
}

static void backward(size_t images, const float *dy, float beta, float *dweight, float *dbias) {
    ordered_linear_backward(1, images, &by_column, &dy, beta, &dweight, &dbias);
}

static void check_same(const char *what, const float *found, const float *layers,
                       const double *exact, size_t count, size_t terms) {
    for (size_t i = 0; i < count; i++) {
        check_near(what, i, found[i], exact[i], TOLERANCE((double)terms));
        check_near(what, i, found[i], layers[i], TOLERANCE((double)terms));
    }
}

static const size_t image_counts_tested[] = {1, 2, 7, 31, 32};
enum { TESTED = sizeof image_counts_tested / sizeof *image_counts_tested };

TEST(a_linear_layer_agrees_with_the_layer_on_blas) {
    static float weight[INPUTS * WIDTH], bias[WIDTH];
    static float y[MAX_IMAGES * WIDTH], expected[MAX_IMAGES * WIDTH];
    static double exact[MAX_IMAGES * WIDTH];
    random_seed(&generator, 1);
    for (size_t t = 0; t < TESTED; t++) {
        size_t images = image_counts_tested[t];
        draw_images(images);
        draw(weight, INPUTS * WIDTH);
        draw(bias, WIDTH);
        for (size_t i = 0; i < images * WIDTH; i++) {
            exact[i] = (double)bias[i % WIDTH];
            for (size_t k = 0; k < INPUTS; k++)
                exact[i] +=
                    (double)x[i / WIDTH * INPUTS + k] * (double)weight[k * WIDTH + i % WIDTH];
        }
        linear_forward(images, INPUTS, WIDTH, x, weight, bias, expected);
        memset(y, 0xff, sizeof y); // NaN
        forward(weight, bias, y);
        check_same("y", y, expected, exact, images * WIDTH, INPUTS);
    }
}

TEST(a_linear_layers_gradients_agree_with_those_on_blas) {
    static float dy[MAX_IMAGES * WIDTH];
    static float dweight[INPUTS * WIDTH], dbias[WIDTH];
    static float expected[INPUTS * WIDTH], expected_bias[WIDTH];
    static double exact[INPUTS * WIDTH], exact_bias[WIDTH];
    random_seed(&generator, 2);
    for (size_t t = 0; t < TESTED; t++) {
        size_t images = image_counts_tested[t];
        memset(dweight, 0xff, sizeof dweight); // NaN
        memset(dbias, 0xff, sizeof dbias);
        memset(exact, 0, sizeof exact);
        memset(exact_bias, 0, sizeof exact_bias);
        // two microbatches: the second one's gradient is added
        for (int beta = 0; beta <= 1; beta++) {
            draw_images(images);
            draw(dy, images * WIDTH);
            for (size_t i = 0; i < images; i++) {
                for (size_t j = 0; j < WIDTH; j++) {
                    exact_bias[j] += (double)dy[i * WIDTH + j];
                    for (size_t k = 0; k < INPUTS; k++)
                        exact[k * WIDTH + j] +=
                            (double)x[i * INPUTS + k] * (double)dy[i * WIDTH + j];
                }
            }
            linear_backward(images, INPUTS, WIDTH, x, dy, (float)beta, expected, expected_bias);
            backward(images, dy, (float)beta, dweight, dbias);
            check_same("dweight", dweight, expected, exact, INPUTS * WIDTH, 2 * images);
            check_same("dbias", dbias, expected_bias, exact_bias, WIDTH, 2 * images);
        }
    }
}

TEST(layers_together_have_the_bits_of_each_alone) {
    enum { LAYERS = 3, IMAGES = 5 };
    static float weight[LAYERS][INPUTS * WIDTH], bias[LAYERS][WIDTH], y[LAYERS][IMAGES * WIDTH];
    static float dy[LAYERS][IMAGES * WIDTH], dweight[LAYERS][INPUTS * WIDTH], dbias[LAYERS][WIDTH];
    static float alone[INPUTS * WIDTH], alone_bias[WIDTH];
    random_seed(&generator, 7);
    draw_images(IMAGES);
    draw(&weight[0][0], sizeof weight / sizeof(float));
    draw(&bias[0][0], sizeof bias / sizeof(float));
    draw(&dy[0][0], sizeof dy / sizeof(float));
    ordered_linear_forward(LAYERS, BANDS, BAND_INPUTS, by_image,
                           (const float *const[]){weight[0], weight[1], weight[2]},
                           (const float *const[]){bias[0], bias[1], bias[2]},
                           (float *const[]){y[0], y[1], y[2]});
    ordered_linear_backward(LAYERS, IMAGES, &by_column, (const float *const[]){dy[0], dy[1], dy[2]},
                            0.0F, (float *const[]){dweight[0], dweight[1], dweight[2]},
                            (float *const[]){dbias[0], dbias[1], dbias[2]});
    for (size_t n = 0; n < LAYERS; n++) {
        forward(weight[n], bias[n], alone);
        assert_memory_equal(y[n], alone, sizeof y[n]);
        backward(IMAGES, dy[n], 0.0F, alone, alone_bias);
        assert_memory_equal(dweight[n], alone, sizeof dweight[n]);
        assert_memory_equal(dbias[n], alone_bias, sizeof dbias[n]);
    }
}

static float hidden[MAX_IMAGES * WIDTH], classes_weight[CLASSES * WIDTH], classes_bias[CLASSES];

static void draw_logits_layer(void) {
    draw(hidden, MAX_IMAGES * WIDTH);
    draw(classes_weight, CLASSES * WIDTH);
    draw(classes_bias, CLASSES);
}

TEST(logits_agree_with_the_layer_on_blas) {
    static float logits[CLASSES * MAX_IMAGES], expected[CLASSES * MAX_IMAGES];
    static double exact[CLASSES * MAX_IMAGES];
    random_seed(&generator, 3);
    for (size_t images = 1; images <= MAX_IMAGES; images++) {
        draw_logits_layer();
        for (size_t i = 0; i < CLASSES * images; i++) {
            exact[i] = (double)classes_bias[i / images];
            for (size_t k = 0; k < WIDTH; k++)
                exact[i] += (double)classes_weight[i / images * WIDTH + k] *
                            (double)hidden[i % images * WIDTH + k];
        }
        logits_forward(images, WIDTH, CLASSES, hidden, classes_weight, classes_bias, expected);
        memset(logits, 0xff, sizeof logits); // NaN
        ordered_logits_forward(images, CLASSES, hidden, classes_weight, classes_bias, logits);
        check_same("logits", logits, expected, exact, CLASSES * images, WIDTH);
        for (size_t i = CLASSES * images; i < CLASSES * MAX_IMAGES; i++)
            assert_true(isnan(logits[i])); // nothing is written after the last class
    }
}

TEST(rows_after_the_last_image_do_not_change_the_logits) {
    static float logits[CLASSES * MAX_IMAGES], again[CLASSES * MAX_IMAGES];
    random_seed(&generator, 4);
    draw_logits_layer();
    for (size_t images = 1; images < MAX_IMAGES; images++) {
        ordered_logits_forward(images, CLASSES, hidden, classes_weight, classes_bias, logits);
        for (size_t i = images * WIDTH; i < MAX_IMAGES * WIDTH; i++)
            hidden[i] = i % 2 ? NAN : INFINITY;
        ordered_logits_forward(images, CLASSES, hidden, classes_weight, classes_bias, again);
        assert_memory_equal(logits, again, CLASSES * images * sizeof *logits);
        draw(hidden, MAX_IMAGES * WIDTH);
    }
}

TEST(gradients_of_the_logits_agree_with_those_on_blas) {
    static float dlogits[CLASSES * MAX_IMAGES];
    static float dweight[CLASSES * WIDTH], dbias[CLASSES], dx[MAX_IMAGES * WIDTH];
    static float expected[CLASSES * WIDTH], expected_bias[CLASSES], expected_dx[MAX_IMAGES * WIDTH];
    static double exact[CLASSES * WIDTH], exact_bias[CLASSES], exact_dx[MAX_IMAGES * WIDTH];
    random_seed(&generator, 5);
    for (size_t images = 1; images <= MAX_IMAGES; images++) {
        memset(dweight, 0xff, sizeof dweight); // NaN
        memset(dbias, 0xff, sizeof dbias);
        memset(exact, 0, sizeof exact);
        memset(exact_bias, 0, sizeof exact_bias);
        for (int beta = 0; beta <= 1; beta++) {
            draw_logits_layer();
            draw(dlogits, CLASSES * images);
            memset(dx, 0xff, sizeof dx);
            memset(exact_dx, 0, sizeof exact_dx);
            for (size_t c = 0; c < CLASSES; c++) {
                for (size_t i = 0; i < images; i++) {
                    double d = (double)dlogits[c * images + i];
                    exact_bias[c] += d;
                    for (size_t k = 0; k < WIDTH; k++) {
                        exact[c * WIDTH + k] += d * (double)hidden[i * WIDTH + k];
                        exact_dx[i * WIDTH + k] += d * (double)classes_weight[c * WIDTH + k];
                    }
                }
            }
            logits_backward(images, WIDTH, CLASSES, hidden, classes_weight, dlogits, (float)beta,
                            expected, expected_bias, expected_dx);
            ordered_logits_backward(images, CLASSES, hidden, classes_weight, dlogits, (float)beta,
                                    dweight, dbias, dx);
            check_same("dweight", dweight, expected, exact, CLASSES * WIDTH, 2 * images);
            check_same("dbias", dbias, expected_bias, exact_bias, CLASSES, 2 * images);
            check_same("dx", dx, expected_dx, exact_dx, images * WIDTH, CLASSES);
        }
    }
}

// The order of the sums: from the bias, ascending, one rounding for each term.
TEST(sums_start_from_the_bias_bit_for_bit) {
    static float weight[INPUTS * WIDTH], bias[WIDTH];
    static float y[MAX_IMAGES * WIDTH], logits[CLASSES * MAX_IMAGES];
    random_seed(&generator, 6);
    draw_images(MAX_IMAGES);
    draw(weight, INPUTS * WIDTH);
    draw(bias, WIDTH);
    forward(weight, bias, y);
    for (size_t i = 0; i < MAX_IMAGES * WIDTH; i++) {
        float sum = bias[i % WIDTH];
        for (size_t k = 0; k < INPUTS; k++) {
            if (x[i / WIDTH * INPUTS + k] != 0.0F)
                sum = fmaf(x[i / WIDTH * INPUTS + k], weight[k * WIDTH + i % WIDTH], sum);
        }
        assert_true(y[i] == sum);
    }
    draw_logits_layer();
    ordered_logits_forward(MAX_IMAGES, CLASSES, hidden, classes_weight, classes_bias, logits);
    for (size_t i = 0; i < CLASSES * MAX_IMAGES; i++) {
        float sum = classes_bias[i / MAX_IMAGES];
        for (size_t k = 0; k < WIDTH; k++)
            sum = fmaf(classes_weight[i / MAX_IMAGES * WIDTH + k],
                       hidden[i % MAX_IMAGES * WIDTH + k], sum);
        assert_true(logits[i] == sum);
    }
}
