#include "nn/adam.h"

#include "base/error.h"

#include <stdlib.h>

// Number of floats after d1_weight. One call updates the three tensors there and the padding
// between them, which stays zero.
enum {
    TAIL = (sizeof(ShardParameters) - offsetof(ShardParameters, d1_bias)) / sizeof(float),
};

_Static_assert((int)ADAM_ROW == (int)NETWORK_UNITS, "a row holds one pixel's weights");

bool adam_create(Adam *adam, double learning_rate, AdamArithmetic arithmetic, Error *error) {
    const size_t size = sizeof(ShardParameters);
    *adam = (Adam){
        .learning_rate = learning_rate,
        .arithmetic = arithmetic,
        .first_moments = memory_alloc_aligned(NETWORK_SHARDS, size, "Adam", error),
        .second_moments = memory_alloc_aligned(NETWORK_SHARDS, size, "Adam", error),
    };
    if (adam->first_moments && adam->second_moments)
        return true;
    adam_destroy(adam);
    return false;
}

void adam_destroy(Adam *adam) {
    free(adam->first_moments);
    free(adam->second_moments);
    *adam = (Adam){0};
}

void adam_get_moments(const Adam *adam, NetworkParameters *first, NetworkParameters *second) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        network_shard_to_parameters(&adam->first_moments[s], s, first);
        network_shard_to_parameters(&adam->second_moments[s], s, second);
    }
}

void adam_set_moments(Adam *adam, const NetworkParameters *first, const NetworkParameters *second) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        network_shard_from_parameters(first, s, &adam->first_moments[s]);
        network_shard_from_parameters(second, s, &adam->second_moments[s]);
    }
}

void adam_update_shard(Adam *adam, const AdamScales *scales, const AdamColumns *columns,
                       NetworkShard *shard) {
    const ShardParameters *d = &shard->gradient;
    ShardParameters *p = &shard->parameters;
    ShardParameters *m = &adam->first_moments[shard->index];
    ShardParameters *v = &adam->second_moments[shard->index];
    adam_kernel_update_rows(adam->arithmetic, scales, columns->seen, columns->seen_pixels,
                            columns->column_of, d->d1_weight, p->d1_weight, m->d1_weight,
                            v->d1_weight, columns->next_column_of, shard->gathered_weight);
    adam_kernel_update(adam->arithmetic, scales, TAIL, d->d1_bias, p->d1_bias, m->d1_bias,
                       v->d1_bias);
}
