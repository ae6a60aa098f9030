// Random changes to training images, as torchvision.transforms makes them of PIL's images.
#ifndef MNIST_TRAIN_DATA_TRANSFORMS_H
#define MNIST_TRAIN_DATA_TRANSFORMS_H

#include "base/random.h"
#include "data/dataset.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { TRANSFORM_ROTATE, TRANSFORM_VFLIP, TRANSFORM_HFLIP, TRANSFORM_KINDS } TransformKind;

enum { TRANSFORMS_MAX_DEGREES = 360, TRANSFORMS_TEXT = 128 };

typedef struct {
    TransformKind kind;
    double amount; // degrees to either side at most; of a flip its probability
} Transform;

// In the order in which they are made; each kind once at most.
typedef struct {
    size_t count;
    Transform list[TRANSFORM_KINDS];
} Transforms;

// What was drawn for an image: of each transform the angle in degrees, or 1 where it flips and 0
// where not.
typedef struct {
    float values[TRANSFORM_KINDS];
} TransformParams;

// Puts the transform behind the others, or there anew if it was among them.
void transforms_add(Transforms *transforms, TransformKind kind, double amount);

// As torchvision's, an image's transforms one after the other: RandomRotation draws
// Tensor.uniform_(-amount, amount); flips draw torch.rand(1) < amount. One 32-bit draw each.
void transforms_sample(const Transforms *transforms, Random *random, TransformParams *draws);

// Fills changed with what becomes of the image; both (pixels), and not the same.
void transforms_apply(const Transforms *transforms, const TransformParams *draws,
                      const uint8_t *image, uint8_t *changed);

// As PIL's Image.rotate(degrees): counter-clockwise about the centre, to the nearest pixel, what
// comes from outside is 0. Both images (pixels), and not the same.
void transforms_rotate(const uint8_t *image, double degrees, uint8_t *rotated);

// Torchvision's name of a kind: "RandomRotation", "RandomVerticalFlip", "RandomHorizontalFlip".
const char *transforms_name(TransformKind kind);

// "RandomRotation(10), RandomHorizontalFlip(0.5)": at most `size` bytes, TRANSFORMS_TEXT do.
void transforms_describe(const Transforms *transforms, char *text, size_t size);

#endif
