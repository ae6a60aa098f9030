// The losses of the tutorial and their gradients. The results have the same bits on every machine.
#ifndef MNIST_TRAIN_NN_LOSS_H
#define MNIST_TRAIN_NN_LOSS_H

#include "nn/network.h"

// torch.nn.functional.softmax over the classes.
void softmax(size_t images, const Logits logits, Logits probabilities);

// torch.nn.functional.cross_entropy, of the logits or of their softmax. Returns the sum of the
// images' losses. dlogits: the gradient of the mean loss over a batch of batch_images.
double loss_forward_backward(Loss loss, size_t images, size_t batch_images, const Logits logits,
                             const uint8_t *labels, // (images)
                             Logits dlogits);

// log(x) for normal x > 0, to two units in the last place for x >= 1, and x if it is NaN or
// infinite: the same bits everywhere, while libm's differ between versions and machines.
double loss_log(double x);

#endif
