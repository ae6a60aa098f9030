#include "nn/loss.h"

#include <math.h>
#include <string.h>

#define SIMD_TEMPLATE "nn/loss_template.h"
#include "base/simd_variants.h"

void softmax(size_t images, const Logits logits, Logits probabilities) {
    static void (*const variants[SIMD_LEVELS])(size_t, const float *, float *) =
        SIMD_VARIANTS(softmax);
    variants[simd_level()](images, logits, probabilities);
}

double loss_forward_backward(Loss loss, size_t images, size_t batch_images, const Logits logits,
                             const uint8_t *labels, Logits dlogits) {
    static double (*const variants[SIMD_LEVELS])(Loss, size_t, float, const float *,
                                                 const uint8_t *, float *) = SIMD_VARIANTS(loss);
    return variants[simd_level()](loss, images, 1.0F / (float)batch_images, logits, labels,
                                  dlogits);
}

// x = 2^e m with m in [sqrt(1/2), sqrt(2)], log(m) = 2 artanh((m - 1) / (m + 1)).
double loss_log(double x) {
    if (!isfinite(x))
        return x;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    // moves m's upper half to the next exponent
    int64_t exponent = (int64_t)((bits - 0x3fe6a09e667f3bcdU) >> 52);
    exponent =
        exponent >= 2048 ? exponent - 4096 : exponent; // the subtraction wraps below sqrt(1/2)
    bits -= (uint64_t)exponent << 52;
    memcpy(&x, &bits, sizeof x);
    double s = (x - 1.0) / (x + 1.0);
    double square = s * s;
    double series = 1.0 / 19.0;
    for (int k = 17; k >= 1; k -= 2)
        series = series * square + 1.0 / k;
    return (double)exponent * 0.69314718055994530942 + 2.0 * s * series;
}
