// Draws the bundled data set: handwritten-looking digits in MNIST's format, for machines on which
// MNIST itself cannot be had.
//
// Every machine must draw the same bytes. So this uses only what IEEE 754 fixes to the last bit,
// + - * / and sqrt on doubles, and no sine (must be compiled with -ffp-contract=off); and it makes
// every random draw in a statement of its own, as C leaves the order inside an expression open.
#include "base/random.h"
#include "glyphs.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be computed as doubles");

enum {
    DIGITS = 10,
    SIDE = 28,     // of an image
    BOX_SIDE = 20, // of the box in its middle that the digit is fitted into
    WHITE = 255,
    PIECES = 6, // straight pieces from a stroke's point to the next
    MOST_SEGMENTS = GLYPH_STROKES * (STROKE_POINTS - 1) * PIECES,
    TRAIN_IMAGES = 4000,
    TRAIN_SEED = 1,
    TEST_IMAGES = 1000,
    TEST_SEED = 2,
    MOST_IMAGES = TRAIN_IMAGES,
    IMAGES_MAGIC = 0x803, // unsigned bytes, 3 dimensions
    LABELS_MAGIC = 0x801, // unsigned bytes, 1 dimension
    PATH_SIZE = 4096
};

enum { DONE = 0, FAILED = 1, EXIT_USAGE = 2 };

typedef struct {
    Point from, to;
} Segment;

typedef struct {
    Segment segments[MOST_SEGMENTS];
    size_t count;
} Drawing;

// What sets one writing of a glyph apart from the next.
typedef struct {
    double cosine, sine; // of the rotation
    double slant, width; // what x gains per y; x's scale
    double taper;        // the upper half wider than the lower, or narrower
    double sag;          // the middle lower, or higher
    double bend;         // the middle further right than the ends
    double wobble;       // how far points stray, each on its own
    double radius;       // half of the stroke's thickness, in pixels
    double softness;     // width of the edge from white to black, in pixels
} Hand;

typedef struct {
    double ink[SIDE][SIDE]; // 0 to 1
} Canvas;

// Near centre as a rule, never further away than spread: the mean of three uniform draws.
static double random_near(Random *random, double centre, double spread) {
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (double)random_next32(random) * 0x1p-31 - 1;
    return centre + spread * (sum / 3);
}

static void hand_draw(Hand *hand, Random *random) {
    // t = tan(angle / 2) gives sine and cosine by division alone; 0.13 is about 15 degrees.
    double t = random_near(random, 0, 0.13);
    hand->cosine = (1 - t * t) / (1 + t * t);
    hand->sine = 2 * t / (1 + t * t);
    hand->slant = random_near(random, -0.17, 0.75);
    hand->width = random_near(random, 0.98, 0.6);
    hand->taper = random_near(random, 0.1, 0.8);
    hand->sag = random_near(random, 0, 0.4);
    hand->bend = random_near(random, 0, 0.3);
    hand->wobble = random_near(random, 8, 4);
    hand->radius = random_near(random, 1.37, 1);
    hand->softness = random_near(random, 0.9, 0.3);
}

// Where this hand puts a glyph's point; in units of half a glyph's height, from its middle.
static Point hand_place(const Hand *hand, Random *random, Point point) {
    double x = (random_near(random, point.x, hand->wobble) - 50) / 50; // now from -1 to 1
    double y = (random_near(random, point.y, hand->wobble) - 50) / 50;
    double middle = 1 - y * y;
    x = x * (1 - hand->taper * y) + hand->bend * middle;
    y = y + hand->sag * middle;
    x = hand->width * x + hand->slant * y;
    return (Point){hand->cosine * x - hand->sine * y, hand->sine * x + hand->cosine * y};
}

static const Glyph *glyph_choose(Random *random, unsigned digit) {
    unsigned shares = 0;
    for (size_t i = 0; i < GLYPHS; i++)
        shares += glyphs[i].digit == digit ? glyphs[i].share : 0;
    unsigned chosen = random_next32(random) % shares;
    for (const Glyph *glyph = glyphs;; glyph++) {
        if (glyph->digit != digit)
            continue;
        if (chosen < glyph->share)
            return glyph;
        chosen -= glyph->share;
    }
}

static bool point_equal(Point a, Point b) {
    return a.x == b.x && a.y == b.y;
}

// At part (0 to 1) of the way from b to c on the Catmull-Rom curve through a, b, c, d.
static double curve_at(double part, double a, double b, double c, double d) {
    double cubic = 3 * (b - c) + d - a;
    double square = 2 * a - 5 * b + 4 * c - d;
    return b + part / 2 * (c - a + part * (square + part * cubic));
}

static void drawing_add_curve(Drawing *drawing, const Point *points, size_t count) {
    for (size_t i = 0; i + 1 < count; i++) {
        Point b = points[i], c = points[i + 1];
        if (point_equal(b, c)) // a corner
            continue;
        Point a = i > 0 ? points[i - 1] : b;
        Point d = i + 2 < count ? points[i + 2] : c;
        Point from = b;
        for (int piece = 1; piece <= PIECES; piece++) {
            double part = (double)piece / PIECES;
            Point to = {curve_at(part, a.x, b.x, c.x, d.x), curve_at(part, a.y, b.y, c.y, d.y)};
            drawing->segments[drawing->count++] = (Segment){from, to};
            from = to;
        }
    }
}

static void drawing_add_stroke(Drawing *drawing, Random *random, const Hand *hand,
                               const Point *stroke) {
    static const Point end = {0, 0};
    Point placed[STROKE_POINTS];
    size_t count = 0;
    for (; count < STROKE_POINTS && !point_equal(stroke[count], end); count++) {
        bool again = count > 0 && point_equal(stroke[count], stroke[count - 1]);
        placed[count] = again ? placed[count - 1] : hand_place(hand, random, stroke[count]);
    }
    drawing_add_curve(drawing, placed, count);
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

// From the hand's units to pixels: the strokes just fit into the box, soft edges and all.
static void drawing_fit(Drawing *drawing, const Hand *hand) {
    Point low = drawing->segments[0].from, high = low;
    for (size_t i = 0; i < drawing->count; i++) {
        Point a = drawing->segments[i].from, b = drawing->segments[i].to;
        low = (Point){smaller(low.x, smaller(a.x, b.x)), smaller(low.y, smaller(a.y, b.y))};
        high = (Point){larger(high.x, larger(a.x, b.x)), larger(high.y, larger(a.y, b.y))};
    }
    double reach = hand->radius + hand->softness / 2; // of the ink around the pen's line
    double scale = (BOX_SIDE - 2 * reach) / larger(high.x - low.x, high.y - low.y);
    double x = SIDE / 2.0 - scale * (low.x + high.x) / 2;
    double y = SIDE / 2.0 - scale * (low.y + high.y) / 2;
    for (size_t i = 0; i < drawing->count; i++) {
        Segment *segment = &drawing->segments[i];
        segment->from = (Point){x + scale * segment->from.x, y + scale * segment->from.y};
        segment->to = (Point){x + scale * segment->to.x, y + scale * segment->to.y};
    }
}

static double segment_squared_distance(const Segment *segment, Point point) {
    double along_x = segment->to.x - segment->from.x, along_y = segment->to.y - segment->from.y;
    double x = point.x - segment->from.x, y = point.y - segment->from.y;
    double length = along_x * along_x + along_y * along_y;
    double part = length > 0 ? (x * along_x + y * along_y) / length : 0;
    part = larger(0, smaller(1, part));
    x -= part * along_x;
    y -= part * along_y;
    return x * x + y * y;
}

static void canvas_paint(Canvas *canvas, const Drawing *drawing, const Hand *hand) {
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            Point centre = {column + 0.5, row + 0.5};
            double nearest = SIDE * SIDE;
            for (size_t i = 0; i < drawing->count; i++)
                nearest = smaller(nearest, segment_squared_distance(&drawing->segments[i], centre));
            double ink = (hand->radius - sqrt(nearest)) / hand->softness + 0.5;
            canvas->ink[row][column] = larger(0, smaller(1, ink));
        }
}

// By how many whole pixels to move the canvas for its centre of mass to be in the middle.
static void canvas_offset(const Canvas *canvas, int *down, int *right) {
    double mass = 0, moment_x = 0, moment_y = 0;
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            mass += canvas->ink[row][column];
            moment_x += canvas->ink[row][column] * (column + 0.5);
            moment_y += canvas->ink[row][column] * (row + 0.5);
        }
    // Never negative before the truncation, which so rounds to the nearest.
    *right = (int)(SIDE + 0.5 + SIDE / 2.0 - moment_x / mass) - SIDE;
    *down = (int)(SIDE + 0.5 + SIDE / 2.0 - moment_y / mass) - SIDE;
}

static void digit_draw(Random *random, unsigned digit, uint8_t image[SIDE][SIDE]) {
    Hand hand;
    hand_draw(&hand, random);
    const Glyph *glyph = glyph_choose(random, digit);
    Drawing drawing = {.count = 0};
    for (size_t i = 0; i < GLYPH_STROKES; i++)
        drawing_add_stroke(&drawing, random, &hand, glyph->strokes[i]);
    drawing_fit(&drawing, &hand);

    Canvas canvas;
    int down, right;
    canvas_paint(&canvas, &drawing, &hand);
    canvas_offset(&canvas, &down, &right);
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            int y = row - down, x = column - right;
            bool inside = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
            image[row][column] = inside ? (uint8_t)(canvas.ink[y][x] * WHITE + 0.5) : 0;
        }
}

typedef struct {
    uint32_t count;
    uint8_t images[MOST_IMAGES][SIDE][SIDE];
    uint8_t labels[MOST_IMAGES];
} Dataset;

// As many images of each digit, in random order.
static void dataset_draw(Dataset *dataset, uint32_t count, uint64_t seed) {
    static uint32_t order[MOST_IMAGES];
    Random random;
    random_seed(&random, seed);
    random_permutation(&random, order, count);
    dataset->count = count;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = order[i] % DIGITS;
        dataset->labels[i] = (uint8_t)digit;
        digit_draw(&random, digit, dataset->images[i]);
    }
}

static bool write_failed(const char *path) {
    fprintf(stderr, "draw-digits: %s: expected to write it, found: %s\n", path, strerror(errno));
    return false;
}

static bool write_big_endian(FILE *file, uint32_t value) {
    uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                       (uint8_t)value};
    return fwrite(bytes, sizeof bytes, 1, file) == 1;
}

// The sizes as in the file's header: as many as the magic number's last byte says.
static bool idx_write(const char *folder, const char *name, uint32_t magic, const uint32_t *sizes,
                      const void *values) {
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || length >= PATH_SIZE) {
        errno = ENAMETOOLONG;
        return write_failed(name);
    }
    FILE *file = fopen(path, "wb");
    if (!file)
        return write_failed(path);
    bool done = write_big_endian(file, magic);
    size_t bytes = 1;
    for (uint32_t i = 0; i < (magic & 0xff); i++) {
        done = done && write_big_endian(file, sizes[i]);
        bytes *= sizes[i];
    }
    done = done && fwrite(values, bytes, 1, file) == 1;
    done = done || write_failed(path); // reported before fclose changes errno
    if (fclose(file) == 0)             // it writes what is still buffered
        return done;
    return done && write_failed(path);
}

static bool dataset_write(const Dataset *dataset, const char *folder, const char *images_name,
                          const char *labels_name) {
    const uint32_t sizes[] = {dataset->count, SIDE, SIDE};
    return idx_write(folder, images_name, IMAGES_MAGIC, sizes, dataset->images) &&
           idx_write(folder, labels_name, LABELS_MAGIC, sizes, dataset->labels);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "draw-digits: expected one argument, the folder to write into, found %d\n",
                count - 1);
        return EXIT_USAGE;
    }
    const char *folder = arguments[1];
    static Dataset dataset;
    dataset_draw(&dataset, TRAIN_IMAGES, TRAIN_SEED);
    if (!dataset_write(&dataset, folder, "train-images-idx3-ubyte", "train-labels-idx1-ubyte"))
        return FAILED;
    dataset_draw(&dataset, TEST_IMAGES, TEST_SEED);
    if (!dataset_write(&dataset, folder, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"))
        return FAILED;
    return DONE;
}
