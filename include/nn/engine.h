// An engine computes the network (nn/network.h): it holds the parameters, Adam's moments and all
// buffers, in a layout of its own. There are two: engine_blas on the BLAS library, and
// engine_ordered, whose results have the same bits on every machine.
//
// The threads of a pass share the hidden units: each does a part of the work of every call. Of the
// results of a part, only the logits need the other parts. The results do not depend on the number
// of parts. For each microbatch a thread calls, in this order:
//
//     load, forward, barrier, logits; in training also: loss, backward and, if the microbatch is
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

// Part `index` of `count`, at most ENGINE_MAX_PARTS. Each of these threads has an index of its own.
typedef struct {
    size_t index;
    size_t count;
} EnginePart;

enum { ENGINE_MAX_PARTS = 4 };

// What can be read and written, in the form of the parameters.
typedef enum { ENGINE_PARAMETERS, ENGINE_FIRST_MOMENTS, ENGINE_SECOND_MOMENTS } EngineTensors;

typedef struct {
    // Return the library of the matrix products, for people, and the name of its kernel.
    const char *(*library)(void);
    const char *(*kernel)(void);

    // Allocates a network of zeros for passes of up to `threads` threads; the caller calls destroy.
    // Returns NULL and sets *error if memory is short.
    Network *(*create)(size_t threads, Error *error);
    void (*destroy)(Network *network); // NULL is allowed

    void (*get)(const Network *network, EngineTensors which, NetworkParameters *values);
    void (*set)(Network *network, EngineTensors which, const NetworkParameters *values);

    // Prepares a thread for a pass. Returns its treatment of denormals before, which it restores
    // (base/denormals.h) after the pass.
    uint64_t (*begin_pass)(Network *network, size_t thread);

    // Reads the microbatch's images, for the same thread's next calls. next: the microbatch after
    // it, or one of count 0. Of next's batch, only the thread's own share of images has its
    // transforms already.
    void (*load)(Network *network, size_t thread, EnginePart part, const Microbatch *microbatch,
                 const Microbatch *next);

    // mask: NULL in evaluation, which drops no units.
    void (*forward)(Network *network, size_t thread, EnginePart part, const Microbatch *microbatch,
                    const DropoutMask *mask);

    // After a barrier: adds what forward computed in all parts.
    void (*logits)(const Network *network, const Microbatch *microbatch, Logits logits);

    // The gradient of the batch's mean loss so far, from that of the microbatch's logits.
    void (*backward)(Network *network, size_t thread, EnginePart part, const Microbatch *microbatch,
                     const Logits dlogits);

    // Adam's step number `step`, counted from 1.
    void (*update)(Network *network, size_t thread, EnginePart part, const Adam *adam,
                   uint64_t step);
} Engine;

extern const Engine engine_blas;
extern const Engine engine_ordered;

// The one choice between them.
const Engine *engine_choose(bool is_reproducible);

#endif
