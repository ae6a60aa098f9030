// Random transforms of training images, as torchvision.transforms applies them to PIL images.
#ifndef MNIST_TRAIN_DATA_TRANSFORMS_H
#define MNIST_TRAIN_DATA_TRANSFORMS_H

#include "base/dims.h"
#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { TRANSFORM_ROTATE, TRANSFORM_VFLIP, TRANSFORM_HFLIP, TRANSFORM_KINDS } TransformKind;

enum { TRANSFORMS_MAX_DEGREES = 360, TRANSFORMS_TEXT = 160 };

typedef struct {
    TransformKind kind;
    double parameter; // rotation: largest angle in degrees, in either direction; flip: probability
} Transform;

// In the order of application; each kind at most once.
typedef struct {
    size_t count;
    Transform list[TRANSFORM_KINDS];
} Transforms;

// The random values for one image, one per transform: the angle of a rotation in degrees; 1 for a
// flip that is applied, 0 for one that is not.
typedef struct {
    float values[TRANSFORM_KINDS];
} TransformParams;

// Appends a transform and removes an earlier one of the same kind. A parameter of -0 becomes 0.
void transforms_add(Transforms *transforms, TransformKind kind, double parameter);

// Draws the values for one image as torchvision does: RandomRotation draws
// Tensor.uniform_(-parameter, parameter), a flip draws torch.rand(1) < parameter. Each takes one
// 32-bit draw, in the order of the list.
void transforms_sample(const Transforms *transforms, Random *random, TransformParams *params);

// Applies the transforms in the order of the list. The images must not overlap.
void transforms_apply(const Transforms *transforms, const TransformParams *params,
                      const uint8_t image[MNIST_PIXELS], uint8_t transformed[MNIST_PIXELS]);

// Rotates counter-clockwise about the centre, as PIL's Image.rotate(degrees): nearest neighbour,
// and 0 where the source lies outside the image. The images must not overlap.
void transforms_rotate(const uint8_t image[MNIST_PIXELS], double degrees,
                       uint8_t rotated[MNIST_PIXELS]);

// The sine and cosine of an angle in radians, to within 2^-52, for angles from -8 to 8. The last
// bits of the C library's functions depend on its version and the processor.
typedef struct {
    double sine, cosine;
} SinCos;
SinCos transforms_sin_cos(double angle);

// Returns torchvision's name: "RandomRotation", "RandomVerticalFlip" or "RandomHorizontalFlip".
const char *transforms_name(TransformKind kind);

// The largest parameter of a transform; the smallest is 0.
double transforms_max(TransformKind kind);

// Writes a list such as "RandomRotation(10), RandomHorizontalFlip(0.5)", truncated to `size` bytes
// including the final zero. TRANSFORMS_TEXT bytes hold every list.
void transforms_describe(const Transforms *transforms, char *text, size_t size);

// Reads the text of transforms_describe. Returns false if it is anything else.
bool transforms_parse(const char *text, Transforms *transforms);

#endif
