#include "data/transforms.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIDE = MNIST_SIDE };

void transforms_add(Transforms *transforms, TransformKind kind, double amount) {
    size_t kept = 0;
    for (size_t i = 0; i < transforms->count; i++) {
        if (transforms->list[i].kind != kind)
            transforms->list[kept++] = transforms->list[i];
    }
    transforms->list[kept] = (Transform){kind, amount};
    transforms->count = kept + 1;
}

void transforms_sample(const Transforms *transforms, Random *random, TransformParams *draws) {
    for (size_t i = 0; i < transforms->count; i++) {
        const Transform *transform = &transforms->list[i];
        float *value = &draws->values[i];
        if (transform->kind == TRANSFORM_ROTATE) {
            float most = (float)transform->amount;
            random_uniform(random, -most, most, value, 1);
        } else {
            random_uniform(random, 0.0F, 1.0F, value, 1);
            *value = *value < (float)transform->amount ? 1.0F : 0.0F;
        }
    }
}

// Where the pixels of an image come from in another: column and row as numbers with 16 bits behind
// the point, as PIL steps through them (ImagingTransformAffine, nearest).
typedef struct {
    int32_t column, row;                     // of the first pixel
    int32_t column_by_column, row_by_column; // a step to the right
    int32_t column_by_row, row_by_row;       // a step down
} Source;

static int32_t fixed(double value) {
    return (int32_t)floor(value * 65536.0 + 0.5);
}

// PIL rounds them to 15 digits behind the point, with Python's round.
static double round_to_15_digits(double value) {
    return nearbyint(value * 1e15) / 1e15;
}

static Source find_source(double degrees) {
    const double centre = SIDE / 2.0;
    double angle = -degrees * (3.14159265358979323846 / 180.0);
    double cosine = round_to_15_digits(cos(angle));
    double sine = round_to_15_digits(sin(angle));
    double minus_sine = round_to_15_digits(-sin(angle));
    double column = cosine * -centre + sine * -centre + 0.0 + centre;
    double row = minus_sine * -centre + cosine * -centre + 0.0 + centre;
    return (Source){
        .column = fixed(column + cosine * 0.5 + sine * 0.5),
        .row = fixed(row + minus_sine * 0.5 + cosine * 0.5),
        .column_by_column = fixed(cosine),
        .row_by_column = fixed(minus_sine),
        .column_by_row = fixed(sine),
        .row_by_row = fixed(cosine),
    };
}

static void copy_from(const uint8_t *image, const Source *source, uint8_t *copy) {
    for (int32_t y = 0; y < SIDE; y++) {
        int32_t column = source->column + y * source->column_by_row;
        int32_t row = source->row + y * source->row_by_row;
        for (int32_t x = 0; x < SIDE; x++) {
            uint32_t from_x = (uint32_t)(column >> 16); // left of the image is far to the right
            uint32_t from_y = (uint32_t)(row >> 16);
            bool inside = from_x < SIDE && from_y < SIDE;
            copy[y * SIDE + x] = inside ? image[from_y * SIDE + from_x] : 0;
            column += source->column_by_column;
            row += source->row_by_column;
        }
    }
}

void transforms_rotate(const uint8_t *image, double degrees, uint8_t *rotated) {
    double turn = fmod(degrees, 360.0);
    turn = turn < 0.0 ? turn + 360.0 : turn; // Python's %
    Source source = find_source(turn);
    copy_from(image, &source, rotated);
}

static void flip(const uint8_t *image, bool vertically, uint8_t *flipped) {
    for (size_t y = 0; y < SIDE; y++) {
        const uint8_t *row = image + (vertically ? SIDE - 1 - y : y) * SIDE;
        for (size_t x = 0; x < SIDE; x++)
            flipped[y * SIDE + x] = row[vertically ? x : SIDE - 1 - x];
    }
}

void transforms_apply(const Transforms *transforms, const TransformParams *draws,
                      const uint8_t *image, uint8_t *changed) {
    uint8_t before[MNIST_PIXELS];
    memcpy(changed, image, MNIST_PIXELS);
    for (size_t i = 0; i < transforms->count; i++) {
        TransformKind kind = transforms->list[i].kind;
        float value = draws->values[i];
        if (value == 0.0F)
            continue;
        memcpy(before, changed, sizeof before);
        if (kind == TRANSFORM_ROTATE)
            transforms_rotate(before, (double)value, changed);
        else
            flip(before, kind == TRANSFORM_VFLIP, changed);
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

void transforms_describe(const Transforms *transforms, char *text, size_t size) {
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < transforms->count && length < size; i++) {
        const Transform *transform = &transforms->list[i];
        length += (size_t)snprintf(text + length, size - length, "%s%s(%g)", i > 0 ? ", " : "",
                                   transforms_name(transform->kind), transform->amount);
    }
}
