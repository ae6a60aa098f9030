#include "base/denormals.h"

#if defined(__SSE__)

#include <xmmintrin.h>

// Of MXCSR: flush to zero, denormals are zero.
static const uint64_t flush_bits = 0x8000 | 0x0040;

static uint64_t get_control(void) {
    return _mm_getcsr();
}

static void set_control(uint64_t control) {
    _mm_setcsr((unsigned)control);
}

#elif defined(__aarch64__)

static const uint64_t flush_bits = 1U << 24; // of FPCR

static uint64_t get_control(void) {
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
}

static void set_control(uint64_t control) {
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

#else

static const uint64_t flush_bits = 0;

static uint64_t get_control(void) {
    return 0;
}

static void set_control(uint64_t control) {
    (void)control;
}

#endif

uint64_t denormals_set(bool is_flushing) {
    const uint64_t saved = get_control();
    uint64_t control = saved & ~flush_bits;
    if (is_flushing)
        control |= flush_bits; // cppcheck-suppress badBitmaskCheck ; zero without a register
    set_control(control);
    return saved;
}

void denormals_restore(uint64_t saved) {
    set_control(saved);
}
