// The tutorial's network: 784 pixels, linear, ReLU, dropout, 128 hidden units, linear, 10 classes.
// An engine (nn/engine.h) computes it; this header has what does not depend on the engine.
#ifndef MNIST_TRAIN_NN_NETWORK_H
#define MNIST_TRAIN_NN_NETWORK_H

#include "base/dims.h"
#include "base/random.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    LOSS_TUTORIAL, // cross entropy of the softmax output: softmax is applied twice
    LOSS_LOGITS,   // cross entropy of the logits
} Loss;

const char *network_loss_name(Loss loss); // "tutorial", "logits"

// The tensors of the tutorial's state_dict, in its order: one contiguous block of floats.
typedef struct {
    float d1_weight[NETWORK_HIDDEN * MNIST_PIXELS];  // (hidden, pixels)
    float d1_bias[NETWORK_HIDDEN];                   // (hidden)
    float d2_weight[MNIST_CLASSES * NETWORK_HIDDEN]; // (classes, hidden)
    float d2_bias[MNIST_CLASSES];                    // (classes)
} NetworkParameters;

enum { NETWORK_PARAMETERS = sizeof(NetworkParameters) / sizeof(float) }; // 101,770

// Logits, their gradient, or probabilities of a microbatch: (classes, images). An image is a
// column, so that loops over the images are loops over vectors.
typedef float Logits[MNIST_CLASSES * MICROBATCH];

// The hidden units that a microbatch keeps: bit h % 32 of keep[image][h / 32] is that of unit h.
typedef struct {
    uint32_t keep[MICROBATCH][NETWORK_HIDDEN / 32];
} DropoutMask;

// Draws parameters as torch.nn.Linear's reset_parameters: every tensor from U(-b, b),
// b = 1 / sqrt(inputs).
void network_initialise(NetworkParameters *parameters, Random *random);

// Draws a microbatch's mask, as torch.nn.Dropout does in training.
void network_draw_mask(Random *random, size_t images, DropoutMask *mask);

// Returns the first parameter that is not finite, or 0 if all are.
float network_find_not_finite(const NetworkParameters *parameters);

// Returns the class of the image's largest logit; of equal ones the first, as torch.max.
size_t network_class(size_t images, const Logits logits, size_t image);

// Returns the number of images whose class is their label.
size_t network_count_correct(size_t images, const Logits logits,
                             const uint8_t *labels); // (images)

#endif
