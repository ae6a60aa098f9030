// The kernels of kernels.h for SIMD_SET (base/simd.h).
enum { SIMD_NAME(VECTORS) = SHARD_UNITS / LANES }; // of a row of 32 units

#include "adam_template.h"
#include "d1_template.h"
#include "layers_template.h"

static const Kernels SIMD_NAME(kernels) = {
    .relu_dropout_forward = SIMD_NAME(relu_dropout_forward),
    .relu_dropout_backward = SIMD_NAME(relu_dropout_backward),
    .logits_bias_backward = SIMD_NAME(logits_bias_backward),
    .adam = SIMD_NAME(adam),
    .adam_quick = SIMD_NAME(adam_quick),
    .adam_gather = SIMD_NAME(adam_gather),
    .d1_forward = {SIMD_NAME(d1_forward_1), SIMD_NAME(d1_forward_2)},
    .d1_backward = {SIMD_NAME(d1_backward_1), SIMD_NAME(d1_backward_2)},
    .d1_update = {SIMD_NAME(d1_update_1), SIMD_NAME(d1_update_2)},
    .d2_forward = SIMD_NAME(d2_forward),
    .d2_backward = SIMD_NAME(d2_backward),
};
