// The tutorial's network: 784 pixels, linear, ReLU, dropout, 128 hidden units, linear, 10 classes.
//
// The hidden units are cut into fixed slices, each with its parameters, gradient and work space in
// memory of its own, so that threads can work on one slice each. Only the logits are sums over the
// slices, added in the slices' order: the results do not depend on who worked on which slice.
#ifndef MNIST_TRAIN_NETWORK_H
#define MNIST_TRAIN_NETWORK_H

#include "batches.h"
#include "error.h"
#include "random.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NETWORK_PIXELS = DATASET_PIXELS, // 784
    NETWORK_HIDDEN = 128,
    NETWORK_CLASSES = DATASET_CLASSES, // 10
    NETWORK_SLICES = 4,
    NETWORK_UNITS = NETWORK_HIDDEN / NETWORK_SLICES, // of a slice
    NETWORK_BLOCK = BATCHES_BLOCK,                   // the most images at a time
};

#define NETWORK_DROPOUT 0.2 // the share of hidden units that a training step leaves out

// The tensors of the tutorial's state_dict, in its order: one block of floats.
typedef struct {
    float d1_weight[NETWORK_HIDDEN * NETWORK_PIXELS];  // (hidden, pixels)
    float d1_bias[NETWORK_HIDDEN];                     // (hidden)
    float d2_weight[NETWORK_CLASSES * NETWORK_HIDDEN]; // (classes, hidden)
    float d2_bias[NETWORK_CLASSES];                    // (classes)
} NetworkParameters;

enum { NETWORK_PARAMETERS = sizeof(NetworkParameters) / sizeof(float) }; // 101,770

// A slice's part of them, and of whatever there is one of for each: gradient, moments.
typedef struct {
    alignas(64) float d1_weight[NETWORK_PIXELS * NETWORK_UNITS];  // (pixels, units)
    alignas(64) float d1_bias[NETWORK_UNITS];                     // (units)
    alignas(64) float d2_weight[NETWORK_CLASSES * NETWORK_UNITS]; // (classes, units)
    alignas(64) float d2_bias[NETWORK_CLASSES]; // (classes): the first slice's; in others zero
} SliceParameters;

typedef struct {
    size_t number; // of the slice
    SliceParameters parameters;
    SliceParameters gradient; // of the mean loss; d1_weight has only the active pixels' rows
    alignas(64) float active_weight[NETWORK_PIXELS * NETWORK_UNITS]; // (active pixels, units)
    alignas(64) float hidden[NETWORK_BLOCK * NETWORK_UNITS];  // (images, units): after dropout
    alignas(64) float dhidden[NETWORK_BLOCK * NETWORK_UNITS]; // (images, units)
} NetworkSlice;

typedef enum {
    LOSS_TUTORIAL, // cross entropy of the softmax's output, as the tutorial: a softmax too many
    LOSS_LOGITS,   // cross entropy of the logits
} Loss;

// Logits or their gradient: (classes, images)
typedef float NetworkScores[NETWORK_CLASSES * NETWORK_BLOCK];

// All slices, zero; to be freed with network_destroy. NULL and the error: memory is short.
NetworkSlice *network_create(Error *error);
void network_destroy(NetworkSlice *slices); // NULL is allowed

// As torch.nn.Linear's reset_parameters: every tensor from U(-b, b), b = 1 / sqrt(inputs).
void network_initialise(NetworkParameters *parameters, Random *random);

// From the tensors' form to a slice's part and back.
void network_cut(const NetworkParameters *whole, size_t slice, SliceParameters *part);
void network_join(const SliceParameters *part, size_t slice, NetworkParameters *whole);

// A block's dropout mask, as torch.nn.Dropout in training draws it.
void network_draw_mask(Random *random, size_t images, float *mask); // (images, hidden)

// The work on a slice, for each batch: begin; for each of its blocks forward and, in training,
// backward, after all slices' logits were added.

// Brings the weights of the batch's active pixels together. (The optimiser does it for the next
// batch, in passing.)
void network_slice_begin(NetworkSlice *slice, const PixelList *active);

// Fills hidden and what the slice adds to the logits. Without a mask (NULL) nothing is dropped:
// evaluation.
void network_slice_forward(NetworkSlice *slice, const BatchBlock *block,
                           const float *mask, // (images, hidden) or NULL
                           NetworkScores partial);

// The slices' parts become the logits.
void network_add_logits(const NetworkScores partial[NETWORK_SLICES], size_t images,
                        NetworkScores logits);

// The sum of the images' losses, and the gradient that their share has in the batch's mean loss.
double network_loss(Loss loss, const BatchBlock *block, const NetworkScores logits,
                    NetworkScores dlogits);

// Adds the block's share to the gradient; what was there before the batch's first block goes.
// dropout: whether there was a mask.
void network_slice_backward(NetworkSlice *slice, const BatchBlock *block,
                            const NetworkScores dlogits, bool dropout);

// How many images have their highest logit at their label (the first of equal ones counts, as in
// torch.max).
size_t network_count_right(const BatchBlock *block, const NetworkScores logits);

#endif
