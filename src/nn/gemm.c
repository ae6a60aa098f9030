#include "nn/gemm.h"

#include CBLAS_HEADER // set by the Makefile, usually <cblas.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Functions that one library alone has: weak symbols, NULL where the program has another library.
#define OPTIONAL __attribute__((weak))
OPTIONAL void openblas_set_num_threads(int threads);
OPTIONAL int openblas_get_parallel(void);
OPTIONAL int blas_thread_shutdown_(void);
OPTIONAL void *blas_memory_alloc(int unused);
OPTIONAL void blas_memory_free(void *buffer);
OPTIONAL char *openblas_get_config(void);
OPTIONAL char *openblas_get_corename(void);
OPTIONAL void bli_thread_set_num_threads(int64_t threads);
OPTIONAL void MKL_Set_Num_Threads(int threads);
OPTIONAL char *bli_info_get_version_str(void);
OPTIONAL int bli_arch_query_id(void);
OPTIONAL const char *bli_arch_string(int id);

// OpenBLAS starts threads when it is loaded, and they spin for tens of milliseconds before they
// sleep. Setting their number after the shutdown would start them again.
static void end_threads(void) {
    openblas_set_num_threads(1);
    if (blas_thread_shutdown_)
        blas_thread_shutdown_();
}

void gemm_use_one_thread(void) {
    enum { WITH_PTHREADS = 1, WITH_OPENMP = 2 }; // results of openblas_get_parallel
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (bli_thread_set_num_threads)
        bli_thread_set_num_threads(1);
    if (MKL_Set_Num_Threads)
        MKL_Set_Num_Threads(1);
    if (!openblas_get_parallel || !openblas_set_num_threads)
        return;
    if (openblas_get_parallel() == WITH_PTHREADS)
        pthread_once(&once, end_threads);
    if (openblas_get_parallel() == WITH_OPENMP)
        openblas_set_num_threads(1); // the setting is per thread
}

size_t gemm_max_threads(void) {
    enum { WITHOUT_THREADS = 0 }; // result of openblas_get_parallel
    const bool is_sequential = openblas_get_parallel && openblas_get_parallel() == WITHOUT_THREADS;
    return is_sequential ? 1 : GEMM_MAX_THREADS;
}

// OpenBLAS keeps the buffers that are freed, for its next products.
static void reserve(size_t threads) {
    void *buffers[GEMM_MAX_THREADS];
    for (size_t i = 0; i < threads; i++)
        buffers[i] = blas_memory_alloc(0);
    for (size_t i = 0; i < threads; i++)
        blas_memory_free(buffers[i]);
}

bool gemm_reserve_buffers(size_t threads, Error *error) {
    enum { BUFFER_BYTES = (128 << 20) + (1 << 16) }; // OpenBLAS's size, with its alignment
    static size_t reserved;
    if (!openblas_get_config || threads <= reserved)
        return true;
    // No check of the system's free memory: most of a buffer is never written to.
    size_t bytes = (threads - reserved) * BUFFER_BYTES;
    void *volatile trial = malloc(bytes);
    if (!trial)
        return error_no_memory(error, "buffers of OpenBLAS", bytes);
    free(trial);
    if (blas_memory_alloc && blas_memory_free) {
        reserve(threads);
        reserved = threads;
    }
    return true;
}

void gemm_nn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)columns, (int)inner,
                1.0F, a, (int)inner, b, (int)columns, beta, c, (int)columns);
}

void gemm_nt(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, (int)columns, (int)inner, 1.0F,
                a, (int)inner, b, (int)inner, beta, c, (int)columns);
}

void gemm_tn(size_t rows, size_t columns, size_t inner, const float *a, const float *b, float beta,
             float *c) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)rows, (int)columns, (int)inner, 1.0F,
                a, (int)rows, b, (int)columns, beta, c, (int)columns);
}

const char *gemm_library(void) {
    static char blis[64];
    if (openblas_get_config)
        return openblas_get_config();
    if (!bli_info_get_version_str)
        return BLAS_NAME;
    snprintf(blis, sizeof blis, "BLIS %s", bli_info_get_version_str());
    return blis;
}

const char *gemm_kernel(void) {
    if (openblas_get_corename)
        return openblas_get_corename();
    if (bli_arch_query_id && bli_arch_string)
        return bli_arch_string(bli_arch_query_id());
    return "unknown";
}
