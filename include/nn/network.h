// The tutorial's network: 784 pixels, linear, ReLU, dropout, 128 hidden units, linear, 10 classes.
//
// The hidden units are divided into fixed shards. Each shard has its own parameters, gradient and
// buffers, so that threads can work on different shards. Only the logits are sums over the shards.
// These are added in the order of the shards, so the results do not depend on the number of
// threads.
#ifndef MNIST_TRAIN_NN_NETWORK_H
#define MNIST_TRAIN_NN_NETWORK_H

#include "base/error.h"
#include "base/random.h"
#include "nn/ordered_gemm.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NETWORK_PIXELS = 784,
    NETWORK_HIDDEN = 128,
    NETWORK_CLASSES = 10,
    NETWORK_SHARDS = 4,
    NETWORK_UNITS = NETWORK_HIDDEN / NETWORK_SHARDS, // of a shard
    NETWORK_MAX_IMAGES = 32,                         // in a microbatch
    NETWORK_BANDS = 4,                               // of pixels, in a sparse microbatch
    NETWORK_BAND_PIXELS = 200,                       // the last band has the rest
};

#define NETWORK_DROPOUT 0.2 // probability that a training step drops a hidden unit

// The tensors of the tutorial's state_dict, in its order: one contiguous block of floats.
typedef struct {
    float d1_weight[NETWORK_HIDDEN * NETWORK_PIXELS];  // (hidden, pixels)
    float d1_bias[NETWORK_HIDDEN];                     // (hidden)
    float d2_weight[NETWORK_CLASSES * NETWORK_HIDDEN]; // (classes, hidden)
    float d2_bias[NETWORK_CLASSES];                    // (classes)
} NetworkParameters;

enum { NETWORK_PARAMETERS = sizeof(NetworkParameters) / sizeof(float) }; // 101,770

// A shard's part of the parameters, and of the gradient and moments that belong to them.
typedef struct {
    alignas(64) float d1_weight[NETWORK_PIXELS * NETWORK_UNITS];  // (pixels, units)
    alignas(64) float d1_bias[NETWORK_UNITS];                     // (units)
    alignas(64) float d2_weight[NETWORK_CLASSES * NETWORK_UNITS]; // (classes, units)
    alignas(64) float d2_bias[NETWORK_CLASSES]; // (classes): in shard 0; zero in the others
} ShardParameters;

typedef struct {
    size_t index;
    ShardParameters parameters;
    ShardParameters gradient; // of the batch's mean loss; d1_weight has only the batch's columns
    alignas(64) float gathered_weight[NETWORK_PIXELS * NETWORK_UNITS]; // (columns, units)
    alignas(64) float hidden[NETWORK_MAX_IMAGES * NETWORK_UNITS];  // (images, units), after dropout
    alignas(64) float dhidden[NETWORK_MAX_IMAGES * NETWORK_UNITS]; // (images, units)
} NetworkShard;

typedef struct {
    NetworkShard shards[NETWORK_SHARDS];
    bool is_reproducible; // products by nn/ordered_gemm.h, with the same bits on every machine;
                          // otherwise by the BLAS library (nn/gemm.h)
} Network;

typedef enum {
    LOSS_TUTORIAL, // cross entropy of the softmax output: softmax is applied twice
    LOSS_LOGITS,   // cross entropy of the logits
} Loss;

const char *network_loss_name(Loss loss); // "tutorial", "logits"

// Images as rows, without the pixel columns that are zero in all images of the batch.
typedef struct {
    size_t images; // at most NETWORK_MAX_IMAGES
    size_t columns;
    const uint16_t *pixels; // (columns): the pixel of each column
    const float *rows;      // (images, columns); unused by a reproducible network

    // Only for a reproducible network:
    SparseRows by_image[NETWORK_BANDS]; // rows are images, indices are pixels of the band
    SparseRows by_column;               // rows are columns, indices are images
} NetworkInput;

// Logits or their gradient: (classes, images)
typedef float Logits[NETWORK_CLASSES * NETWORK_MAX_IMAGES];

// Returns a zeroed network, which the caller frees with network_destroy, or NULL with *error set if
// memory is short.
Network *network_create(bool is_reproducible, Error *error);
void network_destroy(Network *network); // NULL is allowed

// Draws parameters as torch.nn.Linear's reset_parameters: every tensor from U(-b, b),
// b = 1 / sqrt(inputs).
void network_initialise(NetworkParameters *parameters, Random *random);

void network_get_parameters(const Network *network, NetworkParameters *parameters);
void network_set_parameters(Network *network, const NetworkParameters *parameters);

// Convert between the tensors' layout and one shard's layout.
void network_shard_from_parameters(const NetworkParameters *parameters, size_t shard,
                                   ShardParameters *part);
void network_shard_to_parameters(const ShardParameters *part, size_t shard,
                                 NetworkParameters *parameters);

// Returns the first parameter that is not finite, or 0 if all are.
float network_find_not_finite(const Network *network);

// Draws a microbatch's dropout mask, as torch.nn.Dropout does in training.
void network_draw_mask(Random *random, size_t images, float *mask); // (images, hidden)

// Copies the weights of a batch's columns to gathered_weight, which network_forward reads.
// Call it before the first microbatch of a batch, unless adam_update_shard has filled
// gathered_weight for that batch. A reproducible network does not need it. pixels: (columns).
void network_shard_gather_weights(NetworkShard *shard, size_t columns, const uint16_t *pixels);

// Computes `hidden` of the shards from first_shard to before end_shard, and their parts of the
// logits. Threads may work on separate shards. mask is NULL in evaluation, which drops no units.
void network_forward(Network *network, size_t first_shard, size_t end_shard,
                     const NetworkInput *input,
                     const float *mask, // (images, hidden) or NULL
                     Logits partial_logits[NETWORK_SHARDS]);

// Adds the shards' parts of the logits, in the order of the shards.
void network_sum_partial_logits(const Logits partial_logits[NETWORK_SHARDS], size_t images,
                                Logits logits);

// Returns the sum of the images' losses. dlogits: the gradient of the mean loss over a batch of
// batch_images.
double network_loss(Loss loss, size_t images, size_t batch_images, const Logits logits,
                    const uint8_t *labels, // (images)
                    Logits dlogits);

// Computes `gradient` of the shards for the microbatch of the last network_forward. The first
// microbatch of a batch overwrites the gradient, the others add to it. has_dropout: network_forward
// had a mask.
void network_backward(Network *network, size_t first_shard, size_t end_shard,
                      const NetworkInput *input, const Logits dlogits, bool is_first_of_batch,
                      bool has_dropout);

// Returns the number of images whose largest logit is their label's. Of equal logits the first
// counts, as in torch.max.
size_t network_count_correct(size_t images, const Logits logits,
                             const uint8_t *labels); // (images)

#endif
