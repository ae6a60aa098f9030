// The tutorial's network: 784 pixels, linear, ReLU, dropout, 128 hidden units, linear, 10 classes.
#ifndef MNIST_TRAIN_NETWORK_H
#define MNIST_TRAIN_NETWORK_H

#include "error.h"
#include "random.h"

#include <stddef.h>
#include <stdint.h>

enum { NETWORK_PIXELS = 784, NETWORK_HIDDEN = 128, NETWORK_CLASSES = 10 };

#define NETWORK_DROPOUT 0.2 // the share of hidden units that a training step leaves out

// The tensors of the tutorial's state_dict, in its order: one block of floats. The gradient has the
// same form.
typedef struct {
    float d1_weight[NETWORK_HIDDEN * NETWORK_PIXELS];  // (hidden, pixels)
    float d1_bias[NETWORK_HIDDEN];                     // (hidden)
    float d2_weight[NETWORK_CLASSES * NETWORK_HIDDEN]; // (classes, hidden)
    float d2_bias[NETWORK_CLASSES];                    // (classes)
} NetworkParameters;

enum { NETWORK_PARAMETERS = sizeof(NetworkParameters) / sizeof(float) }; // 101,770

typedef enum {
    LOSS_TUTORIAL, // cross entropy of the softmax's output, as the tutorial: a softmax too many
    LOSS_LOGITS,   // cross entropy of the logits
} Loss;

typedef struct {
    NetworkParameters *parameters;
    NetworkParameters *gradient; // of the mean loss, after network_backward
    size_t largest_batch;
    // What the last batch left, row by row:
    float *hidden;        // (batch, hidden): after ReLU and dropout
    float *logits;        // (batch, classes)
    float *probabilities; // (batch, classes): only with LOSS_TUTORIAL
    float *dhidden;       // (batch, hidden)
    float *dlogits;       // (batch, classes)
} Network;

// All memory that the network will need. False and the error: there is not enough. The parameters
// are zero.
bool network_create(Network *network, size_t largest_batch, Error *error);
void network_destroy(Network *network);

// As torch.nn.Linear's reset_parameters: every tensor from U(-b, b), b = 1 / sqrt(inputs).
void network_initialise(Network *network, Random *random);

// One batch's dropout mask, as torch.nn.Dropout in training draws it.
void network_draw_mask(Random *random, size_t batch, float *mask); // (batch, hidden)

// Fills hidden and logits. Without a mask (NULL) nothing is dropped: evaluation.
void network_forward(Network *network, size_t batch,
                     const float *images, // (batch, pixels)
                     const float *mask);  // (batch, hidden) or NULL

// After network_forward of the same batch and mask: fills the gradient, returns the mean loss.
double network_backward(Network *network, Loss loss, size_t batch,
                        const float *images,   // (batch, pixels)
                        const uint8_t *labels, // (batch)
                        const float *mask);    // (batch, hidden) or NULL

// After network_forward: how many images have their highest logit at their label (the first of
// equal ones counts, as in torch.max).
size_t network_count_right(const Network *network, size_t batch,
                           const uint8_t *labels); // (batch)

#endif
