#include "support/denormal_mode.h"

#include <float.h>
#include <string.h>

bool denormal_mode_can_flush(void) {
#if defined(__SSE__) || defined(__aarch64__)
    return true;
#else
    return false;
#endif
}

uint32_t denormal_mode_multiply(float a, float b) {
    static _Thread_local volatile float factors[2];
    factors[0] = a;
    factors[1] = b;
    float product = factors[0] * factors[1];
    uint32_t bits;
    memcpy(&bits, &product, sizeof bits);
    return bits;
}

bool denormal_mode_keeps_results(void) {
    return denormal_mode_multiply(FLT_MIN, 0.5F) != 0;
}
