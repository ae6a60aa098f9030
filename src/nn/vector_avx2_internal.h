// Defines vectors of 8 floats with AVX2 instructions for the templates
// adam_kernel_vector_internal.h and ordered_gemm_kernel_internal.h. After the template include
// vector_end_internal.h. There is no include guard: a file may include this one several times.
#define KERNEL(name) name##_avx2 // a function's name for this instruction set
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define VECTOR __m256
#define LANES 8
#define V_LOAD(p) _mm256_loadu_ps(p)
#define V_STORE(p, v) _mm256_storeu_ps(p, v)
#define V_SET(x) _mm256_set1_ps(x)
#define V_ZERO() _mm256_setzero_ps()
#define V_ADD(a, b) _mm256_add_ps(a, b)
#define V_SUB(a, b) _mm256_sub_ps(a, b)
#define V_MUL(a, b) _mm256_mul_ps(a, b)
#define V_DIV(a, b) _mm256_div_ps(a, b)
#define V_MAX(a, b) _mm256_max_ps(a, b)
#define V_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)   // a b + c
#define V_FNMA(a, b, c) _mm256_fnmadd_ps(a, b, c) // -a b + c
#define V_RSQRT(x) _mm256_rsqrt_ps(x)             // an estimate of 1 / sqrt(x)
