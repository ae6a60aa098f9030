#include "nn/optimiser.h"

#include <stdlib.h>
#include <string.h>

// The tensors after the first layer's weight lie behind each other; the gaps between them are zero.
enum {
    REST = (sizeof(ShardParameters) - offsetof(ShardParameters, d1_bias)) / sizeof(float),
};

static ShardParameters *create_moments(void) {
    size_t size = NETWORK_SHARDS * sizeof(ShardParameters);
    ShardParameters *moments = aligned_alloc(alignof(ShardParameters), size);
    return moments ? memset(moments, 0, size) : NULL;
}

bool optimiser_create(Optimiser *optimiser, double learning_rate, Error *error) {
    *optimiser = (Optimiser){
        .learning_rate = learning_rate,
        .first_moments = create_moments(),
        .second_moments = create_moments(),
    };
    if (optimiser->first_moments && optimiser->second_moments)
        return true;
    optimiser_destroy(optimiser);
    return error_set(error, "optimiser: expected memory for Adam's moments, found less");
}

void optimiser_destroy(Optimiser *optimiser) {
    free(optimiser->first_moments);
    free(optimiser->second_moments);
    *optimiser = (Optimiser){0};
}

void optimiser_moments(const Optimiser *optimiser, NetworkParameters *first,
                       NetworkParameters *second) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        network_shard_to_parameters(&optimiser->first_moments[s], s, first);
        network_shard_to_parameters(&optimiser->second_moments[s], s, second);
    }
}

void optimiser_set_moments(Optimiser *optimiser, const NetworkParameters *first,
                           const NetworkParameters *second) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        network_shard_from_parameters(first, s, &optimiser->first_moments[s]);
        network_shard_from_parameters(second, s, &optimiser->second_moments[s]);
    }
}

_Static_assert((int)ADAM_ROW == (int)NETWORK_UNITS, "a row is a pixel's weights");
_Static_assert((int)ADAM_NO_ROW == (int)BATCHES_ABSENT, "pixels' places are rows' places");

void optimiser_update_slice(const Optimiser *optimiser, const AdamScales *step,
                            const PixelList *used, const Batch *batch, const Batch *next,
                            NetworkShard *shard) {
    const ShardParameters *gradient = &shard->gradient;
    ShardParameters *p = &shard->parameters;
    ShardParameters *first = &optimiser->first_moments[shard->number];
    ShardParameters *second = &optimiser->second_moments[shard->number];
    adam_update_rows(step, used->count, used->pixels, batch->places, gradient->d1_weight,
                     p->d1_weight, first->d1_weight, second->d1_weight, next->places,
                     shard->gathered_weight);
    adam_update(step, REST, gradient->d1_bias, p->d1_bias, first->d1_bias, second->d1_bias);
}
