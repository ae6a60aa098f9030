// Removes the definitions of vector_avx2_internal.h and its like after a template.
#undef KERNEL
#undef KERNEL_TARGET
#undef VECTOR
#undef LANES
#undef V_LOAD
#undef V_STORE
#undef V_SET
#undef V_ZERO
#undef V_ADD
#undef V_SUB
#undef V_MUL
#undef V_DIV
#undef V_MAX
#undef V_FMA
#undef V_FNMA
#undef V_RSQRT
