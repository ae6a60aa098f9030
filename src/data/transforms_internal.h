// The sine and cosine of data/transforms.c, for its tests.
#ifndef MNIST_TRAIN_DATA_TRANSFORMS_INTERNAL_H
#define MNIST_TRAIN_DATA_TRANSFORMS_INTERNAL_H

typedef struct {
    double sine;
    double cosine;
} SinCos;

// The sine and cosine of an angle in radians, to within 2^-52, for angles from -8 to 8. The last
// bits of the C library's functions depend on its version and the processor.
SinCos transforms_sin_cos(double angle);

#endif
