#include "data/transforms.h"

#include "base/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SIDE = MNIST_SIDE };

void transforms_add(Transforms *transforms, TransformKind kind, double parameter) {
    size_t kept = 0;
    for (size_t i = 0; i < transforms->count; i++) {
        if (transforms->list[i].kind != kind)
            transforms->list[kept++] = transforms->list[i];
    }
    transforms->list[kept] = (Transform){kind, parameter + 0.0}; // -0 becomes 0, which is printed
    transforms->count = kept + 1;
}

void transforms_sample(const Transforms *transforms, Random *random, TransformParams *params) {
    for (size_t i = 0; i < transforms->count; i++) {
        float parameter = (float)transforms->list[i].parameter;
        float *value = &params->values[i];
        if (transforms->list[i].kind == TRANSFORM_ROTATE) {
            random_uniform(random, -parameter, parameter, value, 1);
        } else {
            random_uniform(random, 0.0F, 1.0F, value, 1);
            *value = *value < parameter ? 1.0F : 0.0F;
        }
    }
}

// Maps each pixel of the output to a position in the source, x and y. These are fixed-point numbers
// with 16 fraction bits. Pillow's affine_fixed (Geometry.c) steps through the image with the same
// integers.
typedef struct {
    int32_t x, y; // of the first pixel
    int32_t x_per_column, y_per_column;
    int32_t x_per_row, y_per_row;
} AffineMap;

static int32_t to_fixed(double value) {
    return (int32_t)floor(value * 65536.0 + 0.5);
}

// Image.rotate rounds the elements of the matrix like this, with Python's round.
static double round_to_15_decimals(double value) {
    return nearbyint(value * 1e15) / 1e15;
}

// Subtracts the nearest multiple of pi / 2, in two parts for precision, and uses the polynomials of
// fdlibm (k_sin.c, k_cos.c).
SinCos transforms_sin_cos(double angle) {
    const double turns = floor(angle * (2.0 / 3.14159265358979323846) + 0.5);
    const double r = (angle - turns * 1.57079632673412561417) - turns * 6.07710050650619224932e-11;
    const double z = r * r;
    const double sine_series =
        -1.66666666666666324348e-01 +
        z * (8.33333333332248946124e-03 +
             z * (-1.98412698298579493134e-04 +
                  z * (2.75573137070700676789e-06 +
                       z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10))));
    const double cosine_series =
        4.16666666666666019037e-02 +
        z * (-1.38888888888741095749e-03 +
             z * (2.48015872894767294178e-05 +
                  z * (-2.75573143513906633035e-07 +
                       z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11))));
    const double sine = r + r * z * sine_series;
    const double cosine = 1.0 - (0.5 * z - z * z * cosine_series);
    switch ((int)turns & 3) {
    case 0:
        return (SinCos){sine, cosine};
    case 1:
        return (SinCos){cosine, -sine};
    case 2:
        return (SinCos){-sine, -cosine};
    default:
        return (SinCos){-cosine, sine};
    }
}

static AffineMap rotation_map(double degrees) {
    const double centre = SIDE / 2.0;
    const SinCos exact = transforms_sin_cos(-degrees * (3.14159265358979323846 / 180.0));
    double cosine = round_to_15_decimals(exact.cosine);
    double sine = round_to_15_decimals(exact.sine);
    double minus_sine = round_to_15_decimals(-exact.sine);
    double x = cosine * -centre + sine * -centre + 0.0 + centre;
    double y = minus_sine * -centre + cosine * -centre + 0.0 + centre;
    return (AffineMap){
        .x = to_fixed(x + cosine * 0.5 + sine * 0.5),
        .y = to_fixed(y + minus_sine * 0.5 + cosine * 0.5),
        .x_per_column = to_fixed(cosine),
        .y_per_column = to_fixed(minus_sine),
        .x_per_row = to_fixed(sine),
        .y_per_row = to_fixed(cosine),
    };
}

static void resample_nearest(const uint8_t *image, const AffineMap *map, uint8_t *output) {
    for (int32_t row = 0; row < SIDE; row++) {
        int32_t x = map->x + row * map->x_per_row;
        int32_t y = map->y + row * map->y_per_row;
        for (int32_t column = 0; column < SIDE; column++) {
            uint32_t source_x = (uint32_t)(x >> 16); // large if negative
            uint32_t source_y = (uint32_t)(y >> 16);
            bool is_inside = source_x < SIDE && source_y < SIDE;
            output[row * SIDE + column] = is_inside ? image[source_y * SIDE + source_x] : 0;
            x += map->x_per_column;
            y += map->y_per_column;
        }
    }
}

void transforms_rotate(const uint8_t image[MNIST_PIXELS], double degrees,
                       uint8_t rotated[MNIST_PIXELS]) {
    double turn = fmod(degrees, 360.0);
    turn = turn < 0.0 ? turn + 360.0 : turn; // as Python's %
    AffineMap map = rotation_map(turn);
    resample_nearest(image, &map, rotated);
}

static void flip(const uint8_t *image, bool is_vertical, uint8_t *flipped) {
    for (size_t y = 0; y < SIDE; y++) {
        const uint8_t *source = image + (is_vertical ? SIDE - 1 - y : y) * SIDE;
        for (size_t x = 0; x < SIDE; x++)
            flipped[y * SIDE + x] = source[is_vertical ? x : SIDE - 1 - x];
    }
}

void transforms_apply(const Transforms *transforms, const TransformParams *params,
                      const uint8_t image[MNIST_PIXELS], uint8_t transformed[MNIST_PIXELS]) {
    uint8_t input[MNIST_PIXELS];
    memcpy(transformed, image, MNIST_PIXELS);
    for (size_t i = 0; i < transforms->count; i++) {
        TransformKind kind = transforms->list[i].kind;
        float value = params->values[i];
        if (value == 0.0F)
            continue;
        memcpy(input, transformed, sizeof input);
        if (kind == TRANSFORM_ROTATE)
            transforms_rotate(input, (double)value, transformed);
        else
            flip(input, kind == TRANSFORM_VFLIP, transformed);
    }
}

const char *transforms_name(TransformKind kind) {
    static const char *const names[TRANSFORM_KINDS] = {
        [TRANSFORM_ROTATE] = "RandomRotation",
        [TRANSFORM_VFLIP] = "RandomVerticalFlip",
        [TRANSFORM_HFLIP] = "RandomHorizontalFlip",
    };
    return names[kind];
}

double transforms_max(TransformKind kind) {
    return kind == TRANSFORM_ROTATE ? TRANSFORMS_MAX_DEGREES : 1.0;
}

void transforms_describe(const Transforms *transforms, char *text, size_t size) {
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < transforms->count && length < size; i++) {
        const Transform *transform = &transforms->list[i];
        char parameter[NUMBER_TEXT];
        length += (size_t)snprintf(text + length, size - length, "%s%s(%s)", i > 0 ? ", " : "",
                                   transforms_name(transform->kind),
                                   number_format(transform->parameter, parameter));
    }
}

// Parses "NAME(NUMBER)" up to the parenthesis. Returns the rest of the text, or NULL.
static const char *parse_one(const char *text, Transforms *transforms) {
    char number[NUMBER_TEXT] = "";
    for (TransformKind kind = 0; kind < TRANSFORM_KINDS; kind++) {
        size_t length = strlen(transforms_name(kind));
        double parameter;
        int end = 0;
        if (strncmp(text, transforms_name(kind), length) == 0 &&
            sscanf(text + length, "(%31[^)])%n", number, &end) == 1 && end > 0 &&
            number_parse_real(number, &parameter) && parameter >= 0.0 &&
            parameter <= transforms_max(kind)) {
            transforms_add(transforms, kind, parameter);
            return text + length + end;
        }
    }
    return NULL;
}

bool transforms_parse(const char *text, Transforms *transforms) {
    *transforms = (Transforms){0};
    for (size_t count = 1; text && *text; count++) {
        if (count > 1 && strncmp(text, ", ", 2) != 0)
            return false;
        text = parse_one(text + (count > 1 ? 2 : 0), transforms);
        if (!text || transforms->count != count) // a kind that stands twice
            return false;
    }
    return text;
}
