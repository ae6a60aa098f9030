#include "base/denormals.h"

#if defined(__SSE__)

#include <xmmintrin.h>

enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 }; // of MXCSR

uint64_t denormals_flush_to_zero(void) {
    unsigned former = _mm_getcsr();
    _mm_setcsr(former | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    return former;
}

void denormals_restore(uint64_t former) {
    _mm_setcsr((unsigned)former);
}

#elif defined(__aarch64__)

static const uint64_t flush_to_zero = 1U << 24; // of FPCR

static void set_control(uint64_t control) {
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

uint64_t denormals_flush_to_zero(void) {
    uint64_t former;
    __asm__ volatile("mrs %0, fpcr" : "=r"(former));
    set_control(former | flush_to_zero);
    return former;
}

void denormals_restore(uint64_t former) {
    set_control(former);
}

#else

uint64_t denormals_flush_to_zero(void) {
    return 0;
}

void denormals_restore(uint64_t former) {
    (void)former;
}

#endif
