// How a training step compares with its own matrix products. The program's calls of sgemm come
// here first (the Makefile links with --wrap): those of one step are noted, and after each epoch
// the same calls, on the same memory, are timed alone as often as the epoch made them.
#include "dataset.h"
#include "matmul.h"
#include "trainer.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LARGEST_CALLS = 16, EPOCHS = 5 };

typedef struct {
    CBLAS_TRANSPOSE a_form, b_form;
    blasint rows, columns, inner, a_stride, b_stride, c_stride;
    const float *a, *b;
    float *c;
    float alpha, beta;
} Call;

static Call calls[LARGEST_CALLS];
static size_t call_count;
static bool noting;

void __real_cblas_sgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE a_form, CBLAS_TRANSPOSE b_form,
                        blasint rows, blasint columns, blasint inner, float alpha, const float *a,
                        blasint a_stride, const float *b, blasint b_stride, float beta, float *c,
                        blasint c_stride);
void __wrap_cblas_sgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE a_form, CBLAS_TRANSPOSE b_form,
                        blasint rows, blasint columns, blasint inner, float alpha, const float *a,
                        blasint a_stride, const float *b, blasint b_stride, float beta, float *c,
                        blasint c_stride);

static void call_make(const Call *call) {
    __real_cblas_sgemm(CblasRowMajor, call->a_form, call->b_form, call->rows, call->columns,
                       call->inner, call->alpha, call->a, call->a_stride, call->b, call->b_stride,
                       call->beta, call->c, call->c_stride);
}

void __wrap_cblas_sgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE a_form, CBLAS_TRANSPOSE b_form,
                        blasint rows, blasint columns, blasint inner, float alpha, const float *a,
                        blasint a_stride, const float *b, blasint b_stride, float beta, float *c,
                        blasint c_stride) {
    Call call = {a_form,   b_form, rows, columns, inner, a_stride, b_stride,
                 c_stride, a,      b,    c,       alpha, beta};
    (void)order; // always by rows, see matmul.c
    if (noting && call_count < LARGEST_CALLS)
        calls[call_count++] = call;
    call_make(&call);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double products_alone(size_t steps) {
    double begun = seconds_now();
    for (size_t i = 0; i < steps; i++) {
        for (size_t j = 0; j < call_count; j++)
            call_make(&calls[j]);
    }
    return seconds_now() - begun;
}

typedef struct {
    double ratios[EPOCHS];
    size_t epochs;
} Bench;

static void listen(void *context, const TrainerEvent *event) {
    Bench *bench = context;
    if (event->kind == TRAINER_BATCH_DONE)
        noting = false; // the first step's calls are known
    if (event->kind != TRAINER_EPOCH_DONE)
        return;
    size_t steps = event->figures->batches;
    double alone = products_alone(steps);
    double ratio = event->seconds / alone;
    bench->ratios[bench->epochs++] = ratio;
    printf("epoch %zu: %.1f us a step, %zu products alone %.1f us, ratio %.2f\n", event->epoch,
           1e6 * event->seconds / (double)steps, call_count, 1e6 * alone / (double)steps, ratio);
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(void) {
    const char *folder = getenv("MNIST_DATA");
    if (!folder)
        folder = "data/mnist";
    Error error;
    Dataset train = {0};
    Trainer trainer = {0};
    Bench bench = {0};
    TrainerSettings settings = {.epochs = EPOCHS, .batch_size = 32, .learning_rate = 0.001};
    matmul_use_one_thread();
    bool done = dataset_load(folder, DATASET_TRAIN, 0, &train, &error) &&
                trainer_create(&trainer, &settings, &train, &train, listen, &bench, &error);
    noting = true;
    for (size_t i = 0; done && i < EPOCHS; i++)
        done = trainer_train_epoch(&trainer, &error);
    if (done) {
        qsort(bench.ratios, EPOCHS, sizeof *bench.ratios, compare);
        printf("training step / its matrix products alone (one thread, kernel %s): "
               "median %.2f, from %.2f to %.2f\n",
               matmul_kernel(), bench.ratios[EPOCHS / 2], bench.ratios[0],
               bench.ratios[EPOCHS - 1]);
    } else {
        fprintf(stderr, "bench_step: %s\n", error.text);
    }
    trainer_destroy(&trainer);
    dataset_destroy(&train);
    return done ? 0 : 1;
}
