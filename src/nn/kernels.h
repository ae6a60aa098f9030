// The loops over the units of shards (shards.h), for each instruction set (base/simd.h). Names end
// in what they compute; products start from the bias or the gradient so far and add ascending
// terms, each by one fused multiply-add.
#ifndef MNIST_TRAIN_NN_KERNELS_H
#define MNIST_TRAIN_NN_KERNELS_H

#include "base/simd.h"
#include "shards.h"

// The blocks of a microbatch and the images that have them. An entry is image | value << 8 | value
// of the second pixel << 16.
typedef struct {
    uint8_t counts[BLOCKS];
    uint8_t is_pending[BLOCKS]; // 1: memory has a gradient of the block, of an earlier microbatch
    uint32_t entries[BLOCKS][MICROBATCH]; // (counts[block]): images ascending
} BlockLists;

typedef struct {
    // torch.nn.functional.relu and dropout, in place. mask: NULL keeps all units unscaled.
    void (*relu_dropout_forward)(size_t images, size_t shard, const DropoutMask *mask,
                                 ShardActivations *hidden);

    // The gradient before dropout and ReLU, in place: zero where the unit was dropped or its output
    // is zero, else multiplied by 1 / (1 - p). Sets or adds to (beta 0 or 1) that of the bias.
    void (*relu_dropout_backward)(size_t images, const ShardActivations *hidden, float beta,
                                  ShardActivations *dhidden, float *dbias);

    // Sets or adds to dbias, (classes), the sum of dlogits, (classes, images).
    void (*logits_bias_backward)(size_t images, const float *dlogits, float beta, float *dbias);

    // Adam on `count` numbers. The first has the same bits on every machine (V_FMA); the second
    // takes what is quicker (V_MADD).
    void (*adam)(const AdamScales *scales, size_t count, const float *gradient, float *parameters,
                 float *first_moment, float *second_moment);
    void (*adam_quick)(const AdamScales *scales, size_t count, const float *gradient,
                       float *parameters, float *first_moment, float *second_moment);

    // Adam on the first layer's weights of a shard, by the quickest instructions: they include
    // estimates, and the thread should flush denormals. Row column_of[p] of the gradient is that of
    // pixel p; the new weights of p are also copied to row next_column_of[p] of `gathered`.
    void (*adam_gather)(const AdamScales *scales, const Adam *adam, Network *network, size_t shard,
                        const uint16_t *column_of, const float *gradient,
                        const uint16_t *next_column_of, float *gathered);

    // The rest is the ordered engine's. The functions of d1 are for one shard, [0], and for two
    // neighbouring ones, [1].

    // hidden = bias + weight of the images' pixels. Also makes the lists, unless they are NULL.
    void (*d1_forward[2])(Network *network, size_t shard, const Microbatch *microbatch,
                          BlockLists *lists);

    // Adds the microbatch's gradient of the first layer's weights to that in memory.
    void (*d1_backward[2])(Network *network, size_t shard, const BlockLists *lists);

    // Adds the gradient of the batch's last microbatch and makes Adam's step, in one pass: the
    // gradient stays in registers.
    void (*d1_update[2])(Network *network, size_t shard, const BlockLists *lists, const Adam *adam,
                         const AdamScales *scales);

    // logits = bias + weight x^T: (classes, images)
    void (*d2_forward)(size_t images, const ShardActivations *x, const ShardParameters *parameters,
                       float *logits);

    // dweight = beta dweight + dlogits x, dx = dlogits^T weight
    void (*d2_backward)(size_t images, const ShardActivations *x, const ShardParameters *parameters,
                        const float *dlogits, float beta, float *dweight, ShardActivations *dx);
} Kernels;

// Returns the kernels of a level that simd_supports.
const Kernels *kernels_of(SimdLevel level);

#endif
