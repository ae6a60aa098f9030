#include "base/denormals.h"

#if defined(__SSE__)

#include <xmmintrin.h>

enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 }; // bits of MXCSR

uint64_t denormals_flush_to_zero(void) {
    unsigned saved = _mm_getcsr();
    _mm_setcsr(saved | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    return saved;
}

uint64_t denormals_keep(void) {
    unsigned saved = _mm_getcsr();
    _mm_setcsr(saved & ~(unsigned)(FLUSH_TO_ZERO | DENORMALS_ARE_ZERO));
    return saved;
}

void denormals_restore(uint64_t saved) {
    _mm_setcsr((unsigned)saved);
}

#elif defined(__aarch64__)

static const uint64_t flush_to_zero = 1U << 24; // bit of FPCR

static uint64_t get_control(void) {
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
}

static void set_control(uint64_t control) {
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

uint64_t denormals_flush_to_zero(void) {
    uint64_t saved = get_control();
    set_control(saved | flush_to_zero);
    return saved;
}

uint64_t denormals_keep(void) {
    uint64_t saved = get_control();
    set_control(saved & ~flush_to_zero);
    return saved;
}

void denormals_restore(uint64_t saved) {
    set_control(saved);
}

#else

uint64_t denormals_flush_to_zero(void) {
    return 0;
}

uint64_t denormals_keep(void) {
    return 0;
}

void denormals_restore(uint64_t saved) {
    (void)saved;
}

#endif
