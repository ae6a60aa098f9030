// The losses of loss.c for SIMD_SET (base/simd.h): loops over the images of a microbatch, which
// compilers make vectors of. A row of a matrix has one class, a column one image.

// Returns e^x for x <= 0, to within one unit in the last place. libm's expf does not vectorise and
// would take half of the time of the loss. The result is 2^n e^r with n = round(x / ln 2), and a
// polynomial for e^r (Cephes, expf).
SIMD_INLINE float SIMD_NAME(fast_expf)(float x) {
    const float shift = 0x1.8p23F; // the sum's low bits hold the rounded integer
    float shifted = x * 1.44269504F + shift;
    float n = shifted - shift;
    float r = x - n * 0.693359375F + n * 2.12194440e-4F; // ln 2 in two parts, for precision
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    float y = p * r * r + r + 1.0F;
    uint32_t y_bits, n_bits;
    memcpy(&y_bits, &y, sizeof y);
    memcpy(&n_bits, &shifted, sizeof shifted);
    y_bits += n_bits << 23; // multiplies by 2^n
    memcpy(&y, &y_bits, sizeof y);
    return x < -87.0F ? 0.0F : y; // NaN stays NaN
}

// results = exp(logits - max), and the sum of each image's results. max is the image's largest
// logit; subtracting it prevents overflow.
SIMD_INLINE void SIMD_NAME(exp_and_sums)(size_t images, const float *logits, float *results,
                                         float *max, float *sums) {
    memcpy(max, logits, images * sizeof *max);
    for (size_t c = 1; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++) {
            float logit = logits[c * images + i];
            max[i] = logit > max[i] ? logit : max[i];
        }
    }
    memset(sums, 0, images * sizeof *sums);
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++) {
            results[c * images + i] = SIMD_NAME(fast_expf)(logits[c * images + i] - max[i]);
            sums[i] += results[c * images + i];
        }
    }
}

SIMD_FUNCTION void SIMD_NAME(softmax)(size_t images, const float *logits, float *probabilities) {
    float max[MICROBATCH], sums[MICROBATCH];
    SIMD_NAME(exp_and_sums)(images, logits, probabilities, max, sums);
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++)
            probabilities[c * images + i] /= sums[i];
    }
}

// Returns the sum of -log softmax(logits)[label]. dlogits: its gradient times grad_scale.
SIMD_FUNCTION double SIMD_NAME(cross_entropy)(size_t images, float grad_scale, const float *logits,
                                              const uint8_t *labels, float *dlogits) {
    float max[MICROBATCH], sums[MICROBATCH], scales[MICROBATCH];
    double loss = 0.0;
    SIMD_NAME(exp_and_sums)(images, logits, dlogits, max, sums);
    for (size_t i = 0; i < images; i++)
        scales[i] = grad_scale / sums[i];
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++)
            dlogits[c * images + i] *= scales[i];
    }
    for (size_t i = 0; i < images; i++) {
        size_t at_label = labels[i] * images + i;
        loss += loss_log((double)sums[i]) - (double)(logits[at_label] - max[i]);
        dlogits[at_label] -= grad_scale;
    }
    return loss;
}

// Replaces the gradient of the probabilities, dp, by that of the logits: p (dp - sum of dp p over
// the classes).
SIMD_FUNCTION void SIMD_NAME(softmax_backward)(size_t images, const float *probabilities,
                                               float *gradient) {
    float inner[MICROBATCH] = {0};
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++)
            inner[i] += gradient[c * images + i] * probabilities[c * images + i];
    }
    for (size_t c = 0; c < MNIST_CLASSES; c++) {
        for (size_t i = 0; i < images; i++)
            gradient[c * images + i] =
                probabilities[c * images + i] * (gradient[c * images + i] - inner[i]);
    }
}

// Overfitted networks have gradients whose products are denormals. These are slow, and processors
// flush them in different ways. Gradients this small move no weight.
SIMD_FUNCTION double SIMD_NAME(loss)(Loss loss, size_t images, float grad_scale,
                                     const float *logits, const uint8_t *labels, float *dlogits) {
    const float min = 0x1p-60F;
    double sum;
    if (loss == LOSS_LOGITS) {
        sum = SIMD_NAME(cross_entropy)(images, grad_scale, logits, labels, dlogits);
    } else {
        Logits probabilities;
        SIMD_NAME(softmax)(images, logits, probabilities);
        sum = SIMD_NAME(cross_entropy)(images, grad_scale, probabilities, labels, dlogits);
        SIMD_NAME(softmax_backward)(images, probabilities, dlogits);
    }
    for (size_t i = 0; i < images * MNIST_CLASSES; i++)
        dlogits[i] = fabsf(dlogits[i]) < min ? 0.0F : dlogits[i];
    return sum;
}
