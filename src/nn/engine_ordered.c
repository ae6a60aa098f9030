// The reproducible engine: its sums have a fixed order, ascending, and each term is one fused
// multiply-add, so that every machine computes the same bits. It skips the zero pixels: adding
// nothing changes no sum.
#include "base/denormals.h"
#include "kernels.h"

#include <string.h>

typedef struct {
    const Kernels *kernels;
    BlockLists lists[]; // (threads)
} Workspace;

static Network *create(size_t threads, Error *error) {
    Network *network = shards_create(sizeof(Workspace) + threads * sizeof(BlockLists), error);
    if (network)
        ((Workspace *)network->workspace)->kernels = kernels_of(simd_level());
    return network;
}

static const char *library(void) {
    return "none: ordered products";
}

static const char *kernel(void) {
    return "ordered";
}

// Machines flush denormals in different ways, or not at all.
static uint64_t begin_pass(Network *network, size_t thread) {
    (void)network;
    (void)thread;
    return denormals_keep();
}

// The forward pass reads the images in place.
static void load(Network *network, size_t thread, EnginePart part, const Microbatch *microbatch,
                 const Microbatch *next) {
    (void)network;
    (void)thread;
    (void)part;
    (void)microbatch;
    (void)next;
}

// Returns the number of shards, from `shard` on, that the kernels take together: two are quicker
// than one after the other.
static size_t together(size_t shard, size_t end) {
    return shard % 2 == 0 && shard + 1 < end ? 2 : 1;
}

static void forward(Network *network, size_t thread, EnginePart part, const Microbatch *microbatch,
                    const DropoutMask *mask) {
    Workspace *workspace = network->workspace;
    const Kernels *kernels = workspace->kernels;
    const size_t begin = shards_begin(part.index, part.count);
    const size_t end = shards_begin(part.index + 1, part.count);
    for (size_t s = begin, n; s < end; s += n) {
        n = together(s, end);
        kernels->d1_forward[n - 1](network, s, microbatch,
                                   mask && s == begin ? &workspace->lists[thread] : NULL);
    }
    for (size_t s = begin; s < end; s++) {
        ShardActivations *hidden = &network->shards[s].hidden;
        kernels->relu_dropout_forward(microbatch->count, s, mask, hidden);
        kernels->d2_forward(microbatch->count, hidden, &network->shards[s].parameters,
                            network->partial[microbatch->number % 2][s].logits);
    }
}

static void backward(Network *network, size_t thread, EnginePart part, const Microbatch *microbatch,
                     const Logits dlogits) {
    Workspace *workspace = network->workspace;
    BlockLists *lists = &workspace->lists[thread];
    const Kernels *kernels = workspace->kernels;
    const float beta = microbatch->is_first_of_batch ? 0.0F : 1.0F;
    const size_t begin = shards_begin(part.index, part.count);
    const size_t end = shards_begin(part.index + 1, part.count);
    if (microbatch->is_first_of_batch)
        memset(lists->is_pending, 0, sizeof lists->is_pending);
    for (size_t s = begin; s < end; s++) {
        ShardParameters *gradient = &network->shards[s].gradient;
        kernels->d2_backward(microbatch->count, &network->shards[s].hidden,
                             &network->shards[s].parameters, dlogits, beta, gradient->d2_weight,
                             &network->shards[s].dhidden);
        kernels->relu_dropout_backward(microbatch->count, &network->shards[s].hidden, beta,
                                       &network->shards[s].dhidden, gradient->d1_bias);
        if (s == 0)
            kernels->logits_bias_backward(microbatch->count, dlogits, beta, gradient->d2_bias);
    }
    if (microbatch->is_last_of_batch) // update adds the gradient of the first layer's weights
        return;
    for (size_t s = begin, n; s < end; s += n) {
        n = together(s, end);
        kernels->d1_backward[n - 1](network, s, lists);
    }
    for (size_t block = 0; block < BLOCKS; block++)
        lists->is_pending[block] |= lists->counts[block] > 0;
}

static void update(Network *network, size_t thread, EnginePart part, const Adam *adam,
                   uint64_t step) {
    const Workspace *workspace = network->workspace;
    const Kernels *kernels = workspace->kernels;
    const AdamScales scales = adam_scales(&adam->settings, step);
    const size_t begin = shards_begin(part.index, part.count);
    const size_t end = shards_begin(part.index + 1, part.count);
    for (size_t s = begin, n; s < end; s += n) {
        n = together(s, end);
        kernels->d1_update[n - 1](network, s, &workspace->lists[thread], adam, &scales);
    }
    for (size_t s = begin; s < end; s++)
        kernels->adam(&scales, SHARD_TAIL, network->shards[s].gradient.d1_bias,
                      network->shards[s].parameters.d1_bias,
                      network->shards[s].first_moments.d1_bias,
                      network->shards[s].second_moments.d1_bias);
}

const Engine engine_ordered = {
    .library = library,
    .kernel = kernel,
    .create = create,
    .destroy = shards_destroy,
    .get = shards_get,
    .set = shards_set,
    .begin_pass = begin_pass,
    .load = load,
    .forward = forward,
    .logits = shards_logits,
    .backward = backward,
    .update = update,
};
