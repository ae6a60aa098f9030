// One step of Adam (Kingma and Ba 2015, arXiv:1412.6980) on plain buffers, with the arithmetic of
// torch.optim.Adam: beta1 0.9, beta2 0.999, epsilon 1e-8 added to sqrt(v) / sqrt(1 - beta2^t).
#ifndef MNIST_TRAIN_NN_ADAM_KERNEL_H
#define MNIST_TRAIN_NN_ADAM_KERNEL_H

#include <stddef.h>
#include <stdint.h>

// The factors that all parameters of a step share.
typedef struct {
    float step_size;            // learning rate / (1 - beta1^t)
    float inv_sqrt_correction2; // 1 / sqrt(1 - beta2^t)
} AdamScales;

typedef enum {
    ADAM_FASTEST, // the quickest instructions of this processor, which include estimates; the
                  // thread should flush denormals (base/denormals.h), as denormal moments are slow
    ADAM_REPRODUCIBLE, // correctly rounded operations in a fixed order: the same bits everywhere
} AdamArithmetic;

// Returns the factors of a step. `step` counts from 1.
AdamScales adam_kernel_scales(double learning_rate, uint64_t step);

// Moves parameters against the gradient and updates their moments; all buffers (count). Moments
// start as zeros. Buffers do not overlap.
void adam_kernel_update(AdamArithmetic arithmetic, const AdamScales *scales, size_t count,
                        const float *gradient, float *parameters, float *first_moment,
                        float *second_moment);

enum { ADAM_ROW = 32, ADAM_NO_ROW = UINT16_MAX };

// Does the same for `count` rows of matrices, (..., ADAM_ROW). A row that gradient_of does not map
// to a row of `gradient` has a gradient of zero. Also copies the new parameters of the rows in
// gathered_of to `gathered` while they are in the cache.
void adam_kernel_update_rows(AdamArithmetic arithmetic, const AdamScales *scales, size_t count,
                             const uint16_t *rows,        // (count): the rows to update
                             const uint16_t *gradient_of, // of a row: its row in gradient, or
                                                          // ADAM_NO_ROW
                             const float *gradient, float *parameters, float *first_moment,
                             float *second_moment,
                             const uint16_t *gathered_of, // of a row: its row in gathered, or
                                                          // ADAM_NO_ROW; NULL: gathers nothing
                             float *gathered);

#endif
