// The optimiser Adam (Kingma and Ba 2015, arXiv:1412.6980) with the arithmetic of torch.optim.Adam:
// beta1 0.9, beta2 0.999, epsilon 1e-8 added to sqrt(v) / sqrt(1 - beta2^t).
#ifndef MNIST_TRAIN_NN_ADAM_H
#define MNIST_TRAIN_NN_ADAM_H

#include <stddef.h>
#include <stdint.h>

// The numbers that all parameters share in a step.
typedef struct {
    float step_size;            // learning rate / (1 - beta1^t)
    float inv_sqrt_correction2; // 1 / sqrt(1 - beta2^t)
} AdamScales;

// step counts from 1.
AdamScales adam_scales(double learning_rate, uint64_t step);

// Moves the parameters one step against the gradient, and their moments along; all (count). The
// moments begin as zeros. Nothing overlaps.
void adam_update(const AdamScales *step, size_t count, const float *gradient, float *parameters,
                 float *first_moment, float *second_moment);

enum { ADAM_ROW = 32, ADAM_NO_ROW = UINT16_MAX };

// The same for rows of matrices, (..., ADAM_ROW), of which only some have a gradient now; that of
// the others is zero. In passing, while they are at hand, collects rows of the new parameters.
void adam_update_rows(const AdamScales *step, size_t count,
                      const uint16_t *rows,   // (count): which to update
                      const uint16_t *places, // of a row: its place in gradient, or ADAM_NO_ROW
                      const float *gradient, float *parameters, float *first_moment,
                      float *second_moment,
                      const uint16_t *collected_places, // of a row: its place in collected, or
                                                        // ADAM_NO_ROW
                      float *collected);

#endif
