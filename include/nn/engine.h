// An engine computes the network (nn/network.h): it holds the parameters, Adam's moments and all
// buffers, in a layout of its own. There are two: engine_blas.c uses the BLAS library, and the
// results of engine_ordered.c have the same bits on every machine.
//
// The threads of a pass share the hidden units: each does a part of the work of every call. Of the
// results of a part, only the logits need the other parts. The results do not depend on the number
// of parts. For each microbatch a thread calls, in this order:
//
//     forward, barrier, network_logits; in training also: loss, backward and, if the microbatch is
//     the last of its batch, update
#ifndef MNIST_TRAIN_NN_ENGINE_H
#define MNIST_TRAIN_NN_ENGINE_H

#include "base/error.h"
#include "data/data_loader.h"
#include "nn/adam.h"
#include "nn/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Network Network;

// Part `index` of `count`, at most ENGINE_MAX_PARTS; the thread `index` computes it.
typedef struct {
    size_t index;
    size_t count;
} EnginePart;

enum { ENGINE_MAX_PARTS = 4 };

typedef struct {
    // Return the library of the matrix products, for people, and the name of its kernel.
    const char *(*library)(void);
    const char *(*kernel)(void);

    // Whether the threads of a pass treat denormals as zero, which is quicker, or as IEEE 754 does:
    // machines flush them in different ways, or not at all.
    bool flushes_denormals;

    // Allocates a network of zeros for passes of up to `threads` threads; the caller calls
    // network_destroy. Returns NULL and sets *error if memory is short.
    Network *(*create)(size_t threads, Error *error);

    // The partial logits of the microbatch. mask: NULL in evaluation, which drops no units. next:
    // the microbatch after it, or one of count 0; of its batch, only the thread's own share of
    // images has its transforms already.
    void (*forward)(Network *network, EnginePart part, const Microbatch *microbatch,
                    const Microbatch *next, const DropoutMask *mask);

    // The gradient of the batch's mean loss so far, from that of the microbatch's logits.
    void (*backward)(Network *network, EnginePart part, const Microbatch *microbatch,
                     const Logits dlogits);

    // Adam's step number `step`, counted from 1.
    void (*update)(Network *network, EnginePart part, const Adam *adam, uint64_t step);
} Engine;

// The one choice between them.
const Engine *engine_choose(bool is_reproducible);

void network_destroy(Network *network); // NULL is allowed

// What can be read and written, in the form of the parameters.
typedef enum { ENGINE_PARAMETERS, ENGINE_FIRST_MOMENTS, ENGINE_SECOND_MOMENTS } EngineTensors;

void network_get(const Network *network, EngineTensors which, NetworkParameters *values);
void network_set(Network *network, EngineTensors which, const NetworkParameters *values);

// After a barrier: adds what forward computed in all parts.
void network_logits(const Network *network, const Microbatch *microbatch, Logits logits);

#endif
