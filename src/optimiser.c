#include "optimiser.h"

#include <stdlib.h>
#include <string.h>

// The tensors after the first layer's weight lie behind each other; the gaps between them are zero.
enum {
    REST = (sizeof(SliceParameters) - offsetof(SliceParameters, d1_bias)) / sizeof(float),
};

static SliceParameters *create_moments(void) {
    size_t size = NETWORK_SLICES * sizeof(SliceParameters);
    SliceParameters *moments = aligned_alloc(alignof(SliceParameters), size);
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

void optimiser_update_slice(const Optimiser *optimiser, const AdamStep *step, const PixelRuns *runs,
                            NetworkSlice *slice) {
    SliceParameters *p = &slice->parameters;
    SliceParameters *first = &optimiser->first_moments[slice->number];
    SliceParameters *second = &optimiser->second_moments[slice->number];
    const float *row = slice->gradient.d1_weight;
    for (size_t r = 0; r < runs->count; r++) {
        const PixelRun run = runs->runs[r];
        size_t at = (size_t)run.first * NETWORK_UNITS;
        size_t count = (size_t)run.count * NETWORK_UNITS;
        if (!run.active) {
            adam_update_idle(step, count, p->d1_weight + at, first->d1_weight + at,
                             second->d1_weight + at);
            continue;
        }
        adam_update(step, count, row, p->d1_weight + at, first->d1_weight + at,
                    second->d1_weight + at);
        row += count;
    }
    adam_update(step, REST, slice->gradient.d1_bias, p->d1_bias, first->d1_bias, second->d1_bias);
}
