#include "nn/gemm.h"
#include "base/random.h"
#include "support/test.h"

#include <math.h>

typedef enum { PLAIN, B_TRANSPOSED, A_TRANSPOSED } Form;

static void multiply(Form form, size_t rows, size_t columns, size_t inner, const float *a,
                     const float *b, float keep, float *c) {
    switch (form) {
    case PLAIN:
        gemm_nn(rows, columns, inner, a, b, keep, c);
        break;
    case B_TRANSPOSED:
        gemm_nt(rows, columns, inner, a, b, keep, c);
        break;
    case A_TRANSPOSED:
        gemm_tn(rows, columns, inner, a, b, keep, c);
        break;
    }
}

static double naive(Form form, size_t rows, size_t columns, size_t inner, const float *a,
                    const float *b, size_t i, size_t j) {
    double sum = 0;
    for (size_t k = 0; k < inner; k++) {
        double left = (double)(form == A_TRANSPOSED ? a[k * rows + i] : a[i * inner + k]);
        double right = (double)(form == B_TRANSPOSED ? b[j * inner + k] : b[k * columns + j]);
        sum += left * right;
    }
    return sum;
}

static void check(Form form, size_t rows, size_t columns, size_t inner, float keep) {
    Random random;
    random_seed(&random, rows * 1000000 + columns * 1000 + inner);
    float *a = calloc(rows * inner, sizeof *a);
    float *b = calloc(inner * columns, sizeof *b);
    float *c = calloc(rows * columns, sizeof *c);
    float *before = calloc(rows * columns, sizeof *before);
    random_uniform(&random, -1, 1, a, rows * inner);
    random_uniform(&random, -1, 1, b, inner * columns);
    random_uniform(&random, -1, 1, before, rows * columns);
    memcpy(c, before, rows * columns * sizeof *c);
    multiply(form, rows, columns, inner, a, b, keep, c);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            double expected = naive(form, rows, columns, inner, a, b, i, j) +
                              (double)(keep * before[i * columns + j]);
            if (fabs((double)c[i * columns + j] - expected) > 1e-6 * (double)(inner + 1))
                fail_msg("%zux%zux%zu at (%zu, %zu): expected %g, found %g", rows, columns, inner,
                         i, j, expected, (double)c[i * columns + j]);
        }
    }
    free(a);
    free(b);
    free(c);
    free(before);
}

TEST(products_match_plain_loops) {
    static const size_t shapes[][3] = {{1, 1, 1}, {2, 7, 33}, {10, 32, 128}, {32, 128, 784}};
    for (Form form = PLAIN; form <= A_TRANSPOSED; form++) {
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            check(form, shapes[i][0], shapes[i][1], shapes[i][2], 0.0F);
            check(form, shapes[i][0], shapes[i][1], shapes[i][2], 1.0F);
        }
    }
}

TEST(a_product_overwrites_even_a_nan) {
    const float a[1] = {2}, b[1] = {3};
    float c[1] = {NAN};
    gemm_nn(1, 1, 1, a, b, 0.0F, c);
    assert_true(c[0] == 6.0F);
}

TEST(the_library_and_its_kernel_have_names) {
    assert_true(strlen(gemm_library()) > 0);
    assert_true(strlen(gemm_kernel()) > 0);
}
