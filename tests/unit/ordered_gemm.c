// The definition of the products is written here anew: for each element, the scalar fmaf over its
// terms in ascending order. Every kernel of this processor must give its bits.
#include "nn/ordered_gemm.h"
#include "../src/nn/ordered_gemm_internal.h"
#include "base/random.h"
#include "base/simd.h"
#include "support/test.h"

#include <math.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { COLUMNS = ORDERED_GEMM_COLUMNS, MAX_ROWS = 70, MAX_INNER = 256 };

static float b[MAX_INNER * COLUMNS], c_before[MAX_ROWS * COLUMNS];
static float found[MAX_ROWS * COLUMNS], expected[MAX_ROWS * COLUMNS];

// The sparse operand, and the other right operand and result of two products.
static SparseRow row[MAX_ROWS];
static uint8_t indices[MAX_ROWS * MAX_INNER];
static uint8_t bytes[MAX_ROWS * MAX_INNER];
static float byte_to_float[256];
static float other_b[MAX_INNER * COLUMNS], other_found[MAX_ROWS * COLUMNS];
static float a[MAX_ROWS * MAX_INNER];

static Random generator;

// From -1 to 1, with exponents down to 2^-20: sums that round differently in another order.
static void draw(float *numbers, size_t count) {
    random_uniform(&generator, -1.0F, 1.0F, numbers, count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = ldexpf(numbers[i], -(int)(random_next32(&generator) % 20));
}

// Zeros of both signs, subnormal, tiny, huge and infinite numbers and NaN.
static void draw_special(float *numbers, size_t count) {
    static const float special[] = {0.0F,   -0.0F,     0x1p-149F, -0x1.8p-130F, 0x1p-126F,
                                    1e-30F, -0x1p-80F, 3e38F,     -3e38F,       INFINITY,
                                    NAN,    -INFINITY, 1.0F};
    draw(numbers, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = random_next32(&generator) % 40;
        if (kind < sizeof special / sizeof *special)
            numbers[i] = special[kind];
    }
}

// NaN may have any sign and payload.
static void check_bits(const char *kernel, size_t rows) {
    for (size_t i = 0; i < rows * COLUMNS; i++) {
        if (isnan(expected[i]) ? !isnan(found[i]) : memcmp(&found[i], &expected[i], sizeof *found))
            fail_msg("%s, row %zu, column %zu: expected %a, found %a", kernel, i / COLUMNS,
                     i % COLUMNS, (double)expected[i], (double)found[i]);
    }
}

static void one_product(const SparseRows *sparse, const float *right, float beta, float *c) {
    ordered_gemm_sparse(sparse, 1, &right, beta, &c);
}

static void two_products(const SparseRows *sparse, const float *const right[2], float beta,
                         float *const c[2]) {
    ordered_gemm_sparse(sparse, 2, right, beta, c);
}

// Runs `product` with every kernel of this processor, and with the one that the program uses.
static void check_kernels(void (*product)(const OrderedGemmKernel *, float), float beta,
                          size_t rows) {
    const OrderedGemmKernel in_use = {"the kernel in use", one_product, two_products,
                                      ordered_gemm_dense};
    for (int i = 0; i <= ORDERED_GEMM_INSTRUCTION_SETS; i++) {
        const OrderedGemmKernel *kernel = i < ORDERED_GEMM_INSTRUCTION_SETS
                                              ? ordered_gemm_kernel((OrderedGemmInstructionSet)i)
                                              : &in_use;
        if (!kernel)
            continue;
        memcpy(found, c_before, sizeof found);
        product(kernel, beta);
        check_bits(kernel->name, rows);
        // rows after the last one stay as they were
        assert_memory_equal(found + rows * COLUMNS, c_before + rows * COLUMNS,
                            (MAX_ROWS - rows) * COLUMNS * sizeof *found);
    }
}

static SparseRows sparse;

static void define_sparse(float beta) {
    for (size_t i = 0; i < sparse.rows; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            float sum = beta == 0.0F ? 0.0F : c_before[i * COLUMNS + j];
            for (size_t k = 0; k < row[i].count; k++)
                sum = fmaf(byte_to_float[row[i].bytes[k]], b[row[i].indices[k] * COLUMNS + j], sum);
            expected[i * COLUMNS + j] = sum;
        }
    }
}

static void multiply_sparse(const OrderedGemmKernel *kernel, float beta) {
    kernel->sparse(&sparse, b, beta, found);
}

static void multiply_first_of_two(const OrderedGemmKernel *kernel, float beta) {
    kernel->sparse_pair(&sparse, (const float *const[]){b, other_b}, beta,
                        (float *const[]){found, other_found});
}

static void multiply_second_of_two(const OrderedGemmKernel *kernel, float beta) {
    kernel->sparse_pair(&sparse, (const float *const[]){other_b, b}, beta,
                        (float *const[]){other_found, found});
}

// Ascending indices and values of as many terms as the rows' counts say.
static void draw_terms(size_t rows) {
    for (size_t i = 0; i < rows; i++) {
        size_t left = row[i].count;
        uint8_t *next = indices + i * MAX_INNER;
        row[i].indices = next;
        row[i].bytes = bytes + i * MAX_INNER;
        for (size_t index = 0; left > 0; index++) {
            if (random_next32(&generator) % (MAX_INNER - index) < left) {
                *next++ = (uint8_t)index;
                left--;
            }
        }
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)random_next32(&generator);
    sparse = (SparseRows){rows, row, byte_to_float};
}

static void check_sparse(size_t rows, void (*draw_numbers)(float *, size_t)) {
    draw_terms(rows);
    draw_numbers(byte_to_float, 256);
    draw_numbers(b, sizeof b / sizeof *b);
    draw_numbers(other_b, sizeof other_b / sizeof *other_b);
    draw_numbers(c_before, sizeof c_before / sizeof *c_before);
    for (int beta = 0; beta <= 1; beta++) {
        define_sparse((float)beta);
        check_kernels(multiply_sparse, (float)beta, rows);
        check_kernels(multiply_first_of_two, (float)beta, rows);
        check_kernels(multiply_second_of_two, (float)beta, rows);
    }
}

// Rows of 0 to 256 terms: neighbours of equal and of very unequal lengths, an odd number of rows.
static void draw_counts(size_t rows, size_t most) {
    for (size_t i = 0; i < rows; i++) {
        uint32_t kind = random_next32(&generator) % 4;
        uint32_t any = random_next32(&generator) % (uint32_t)(most + 1);
        row[i].count = kind == 0 ? 0 : kind == 1 ? any : kind == 2 ? most : any % 3;
    }
}

static void check_random_sparse(void (*draw_numbers)(float *, size_t)) {
    const size_t most[] = {32, MAX_INNER};
    random_seed(&generator, 5);
    for (size_t s = 0; s < 2; s++) {
        for (size_t rows = 1; rows <= MAX_ROWS; rows += rows < 5 ? 1 : 13) {
            draw_counts(rows, most[s]);
            check_sparse(rows, draw_numbers);
        }
    }
}

TEST(sparse_products_have_the_definitions_bits) {
    check_random_sparse(draw);
}

TEST(sparse_products_of_special_numbers_have_the_definitions_bits) {
    check_random_sparse(draw_special);
}

TEST(a_pair_of_unequal_sparse_rows_has_the_definitions_bits) {
    const uint16_t lengths[][2] = {{0, 0},   {0, 1},   {1, 0},   {0, 256}, {256, 0},
                                   {1, 256}, {256, 1}, {3, 200}, {7, 7},   {256, 256}};
    random_seed(&generator, 6);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (size_t rows = 2; rows <= 3; rows++) {
            row[0].count = lengths[i][0];
            row[1].count = lengths[i][1];
            row[2].count = 1;
            check_sparse(rows, draw);
        }
    }
}

TEST(a_sparse_product_of_no_rows_changes_nothing) {
    check_sparse(0, draw);
}

TEST(many_products_have_the_bits_of_one) {
    enum { MOST = 5, ROWS = 7 };
    static float right[MOST][MAX_INNER * COLUMNS], together[MOST][ROWS * COLUMNS];
    float alone[ROWS * COLUMNS];
    const float *rights[MOST];
    float *results[MOST];
    random_seed(&generator, 9);
    draw_counts(ROWS, 100);
    draw_terms(ROWS);
    draw(byte_to_float, 256);
    for (size_t i = 0; i < MOST; i++) {
        draw(right[i], MAX_INNER * COLUMNS);
        rights[i] = right[i];
        results[i] = together[i];
    }
    for (size_t products = 0; products <= MOST; products++) {
        memset(together, 0xff, sizeof together); // NaN
        ordered_gemm_sparse(&sparse, products, rights, 0.0F, results);
        for (size_t i = 0; i < MOST; i++) {
            one_product(&sparse, right[i], 0.0F, alone);
            if (i < products)
                assert_memory_equal(together[i], alone, sizeof alone);
            else
                assert_true(isnan(together[i][0]));
        }
    }
}

static struct { size_t rows, inner, row_stride, inner_stride; } dense;

static void define_dense(float beta) {
    for (size_t i = 0; i < dense.rows; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            float sum = beta == 0.0F ? 0.0F : c_before[i * COLUMNS + j];
            for (size_t k = 0; k < dense.inner; k++)
                sum =
                    fmaf(a[i * dense.row_stride + k * dense.inner_stride], b[k * COLUMNS + j], sum);
            expected[i * COLUMNS + j] = sum;
        }
    }
}

static void multiply_dense(const OrderedGemmKernel *kernel, float beta) {
    kernel->dense(dense.rows, dense.inner, a, dense.row_stride, dense.inner_stride, b, beta, found);
}

// Both ways to store a: by rows, and transposed.
static void check_dense_shapes(void (*draw_numbers)(float *, size_t)) {
    const size_t sizes[] = {0, 1, 2, 7, 10, 31, 32, MAX_ROWS};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    random_seed(&generator, 7);
    for (size_t i = 0; i < SIZES * SIZES * 2; i++) {
        size_t rows = sizes[i / 2 / SIZES], inner = sizes[i / 2 % SIZES];
        bool is_transposed = i % 2;
        dense.rows = rows;
        dense.inner = inner;
        dense.row_stride = is_transposed ? 1 : inner;
        dense.inner_stride = is_transposed ? rows : 1;
        draw_numbers(a, rows * inner);
        draw_numbers(b, inner * COLUMNS);
        draw_numbers(c_before, sizeof c_before / sizeof *c_before);
        for (int beta = 0; beta <= 1; beta++) {
            define_dense((float)beta);
            check_kernels(multiply_dense, (float)beta, rows);
        }
    }
}

TEST(dense_products_have_the_definitions_bits) {
    check_dense_shapes(draw);
}

TEST(dense_products_of_special_numbers_have_the_definitions_bits) {
    check_dense_shapes(draw_special);
}

// 1 + 2^-24 rounds to 1, so the order of three terms shows in the sum; and (1 + 2^-12)^2 - 1 has a
// bit that a rounded product loses.
TEST(the_order_and_the_single_rounding_show_in_the_sum) {
    const uint8_t index[5] = {0, 1, 2, 3, 4};
    const uint8_t byte[5] = {0, 1, 1, 2, 3};
    const float factors[256] = {1.0F, 0x1p-24F, -1.0F, 1.0F + 0x1p-12F};
    const SparseRow two[2] = {{3, index, byte}, {2, index + 3, byte + 3}};
    const SparseRows rows = {2, two, factors};
    for (size_t i = 0; i < 5 * COLUMNS; i++)
        b[i] = i / COLUMNS < 4 ? 1.0F : 1.0F + 0x1p-12F;
    one_product(&rows, b, 0.0F, found);
    assert_true(found[0] == 1.0F);
    assert_true(found[COLUMNS] == 0x1p-11F + 0x1p-24F);
}

TEST(beta_0_overwrites_a_nan) {
    const float factors[4] = {1, 1, 1, 1};
    row[0].count = row[1].count = 2;
    draw_terms(2);
    for (size_t i = 0; i < 256; i++)
        byte_to_float[i] = 1.0F;
    for (size_t i = 0; i < sizeof b / sizeof *b; i++)
        b[i] = 2.0F;
    for (size_t i = 0; i < 2 * COLUMNS; i++)
        found[i] = NAN;
    one_product(&sparse, b, 0.0F, found);
    for (size_t i = 0; i < 2 * COLUMNS; i++)
        assert_true(found[i] == 4.0F);
    for (size_t i = 0; i < 2 * COLUMNS; i++)
        found[i] = NAN;
    ordered_gemm_dense(2, 2, factors, 2, 1, b, 0.0F, found);
    for (size_t i = 0; i < 2 * COLUMNS; i++)
        assert_true(found[i] == 4.0F);
}

TEST(processors_with_vectors_of_fused_multiply_adds_use_them) {
    assert_non_null(ordered_gemm_kernel(ORDERED_GEMM_PLAIN));
#if defined(__x86_64__)
    assert_true(simd_has_fma() == (ordered_gemm_kernel(ORDERED_GEMM_AVX2) != NULL));
    assert_null(ordered_gemm_kernel(ORDERED_GEMM_NEON));
#elif defined(__aarch64__)
    assert_non_null(ordered_gemm_kernel(ORDERED_GEMM_NEON));
    assert_null(ordered_gemm_kernel(ORDERED_GEMM_AVX2));
#else
    skip_because("this architecture has no vector kernel");
#endif
}
