// Defines vectors of 16 floats with AVX-512 instructions for the templates
// adam_kernel_vector_internal.h and ordered_gemm_kernel_internal.h. After the template include
// vector_end_internal.h. There is no include guard: a file may include this one several times.
#define KERNEL(name) name##_avx512 // a function's name for this instruction set
#define KERNEL_TARGET __attribute__((target("avx512f")))
#define VECTOR __m512
#define LANES 16
#define V_LOAD(p) _mm512_loadu_ps(p)
#define V_STORE(p, v) _mm512_storeu_ps(p, v)
#define V_SET(x) _mm512_set1_ps(x)
#define V_ZERO() _mm512_setzero_ps()
#define V_ADD(a, b) _mm512_add_ps(a, b)
#define V_SUB(a, b) _mm512_sub_ps(a, b)
#define V_MUL(a, b) _mm512_mul_ps(a, b)
#define V_DIV(a, b) _mm512_div_ps(a, b)
#define V_MAX(a, b) _mm512_max_ps(a, b)
#define V_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)   // a b + c
#define V_FNMA(a, b, c) _mm512_fnmadd_ps(a, b, c) // -a b + c
#define V_RSQRT(x) _mm512_rsqrt14_ps(x)           // an estimate of 1 / sqrt(x)
