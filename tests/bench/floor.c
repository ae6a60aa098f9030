// The rate at which the BLAS library multiplies large matrices on all processors, which defines the
// floor of a training step. Prints JSON: the best of a few products after a warm-up.
#include "base/cpu.h"
#include "base/thread_pool.h"
#include "nn/gemm.h"

#include CBLAS_HEADER // set by the Makefile
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SIZE = 1024, WARM_UP = 5, PRODUCTS = 20 };

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Seconds of the clock and of all processors.
typedef struct {
    double wall;
    double processors;
} Spent;

static Spent now(void) {
    return (Spent){seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
}

static Spent multiply(const float *a, const float *b, float *c) {
    Spent begun = now();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1.0F, a, SIZE, b, SIZE,
                0.0F, c, SIZE);
    Spent ended = now();
    return (Spent){ended.wall - begun.wall, ended.processors - begun.processors};
}

static Spent best_product(const float *a, const float *b, float *c) {
    for (int i = 0; i < WARM_UP; i++)
        multiply(a, b, c);
    Spent best = multiply(a, b, c);
    for (int i = 1; i < PRODUCTS; i++) {
        Spent spent = multiply(a, b, c);
        if (spent.wall < best.wall)
            best = spent;
    }
    return best;
}

int main(void) {
    // The library uses its own threads here.
    const size_t count = (size_t)SIZE * SIZE;
    float *a = malloc(count * sizeof *a);
    float *b = malloc(count * sizeof *b);
    float *c = malloc(count * sizeof *c);
    if (!a || !b || !c) {
        fprintf(stderr, "floor: out of memory\n");
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        a[i] = (float)(i % 7) - 3.0F;
        b[i] = (float)(i % 5) - 2.0F;
    }
    Spent best = best_product(a, b, c);
    const double flop = 2.0 * SIZE * SIZE * SIZE;
    printf(
        "{\"gflops\": %.1f, \"processors_busy\": %.2f, \"processors\": %zu, \"library\": \"%s\", "
        "\"kernel\": \"%s\"}\n",
        1e-9 * flop / best.wall, best.processors / best.wall, cpu_count(), gemm_library(),
        gemm_kernel());
    free(a);
    free(b);
    free(c);
    return 0;
}
