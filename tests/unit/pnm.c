#include "../../src/pictures/pnm.h"
#include "support/test.h"

// The literal's bytes without its final zero.
#define BYTES(literal) (literal), sizeof(literal) - 1

// A file and its pixels, grey.
typedef struct {
    const char *file;
    size_t size, width, height;
    uint8_t values[10];
} Image;

#define SCALED                                                                                     \
    { 0, 26, 51, 128, 230, 255 } // 0, 0.1, 0.2, 0.5, 0.9, 1
#define BITS                                                                                       \
    { 255, 0, 0, 255, 0, 255 }
#define LUMINANCE                                                                                  \
    { 76, 150, 29, 255, 17, 18 }

static const Image images[] = {
    // plain text with comments
    {BYTES("P2 # a comment\n#another\n3 2\n10\n0 1 2\n5 9 10 \n"), 3, 2, SCALED},
    {BYTES("P2\r1#\r1\t255 7"), 1, 1, {7}},
    {BYTES("P2 2 1 1\n0 1"), 2, 1, {0, 255}},
    {BYTES("P2 3 1 510\n1 2 509"), 3, 1, {1, 1, 255}},
    {BYTES("P2 2 1 65535\n128 129"), 2, 1, {0, 1}},
    // bytes
    {BYTES("P5\n3 2 10\n\x00\x01\x02\x05\x09\x0a"), 3, 2, SCALED},
    {BYTES("P5 2 1 255 \n "), 2, 1, {'\n', ' '}},
    // big-endian numbers of two bytes
    {BYTES("P5 3 2 1000\n\x00\x00\x00\x64\x00\xc8\x01\xf4\x03\x84\x03\xe8"), 3, 2, SCALED},
    {BYTES("P5 1 1 256\n\x01\x00"), 1, 1, {255}},
    {BYTES("P5 1 1 65535\n\x80\x80"), 1, 1, {128}},
    // pbm(5): 1 is black, white space between the bits is optional, and comments are allowed
    {BYTES("P1\n3 2\n0 1 1\n0 1 0\n"), 3, 2, BITS},
    {BYTES("P1 3 2 011010"), 3, 2, BITS},
    {BYTES("P1#a\n3#b\n2 0 1#c\n1 01\t0 #d"), 3, 2, BITS},
    // a row fills whole bytes, the first pixel in the highest bit; the bits after it are ignored
    {BYTES("P4 10 1\n\xaa\x7f"), 10, 1, {0, 255, 0, 255, 0, 255, 0, 255, 255, 0}},
    {BYTES("P4 5 2\n\xaf\x4f"), 5, 2, {0, 255, 0, 255, 0, 255, 0, 255, 255, 0}},
    {BYTES("P4 1 1\n \n"), 1, 1, {255}},
    // ITU-R 601-2 as PIL rounds it: (19595 R + 38470 G + 7471 B + 32768) / 65536
    {BYTES("P3 3 2 255\n255 0 0  0 255 0  0 0 255\n255 255 255 17 17 17 10 20 30"), 3, 2,
     LUMINANCE},
    {BYTES("P6 3 2 255\n\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff\x11\x11\x11\x0a\x14\x1e"), 3, 2,
     LUMINANCE},
    {BYTES("P3 1 1 1\n0 1 0"), 1, 1, {150}},
    {BYTES("P6 1 1 65535\n\xff\xff\0\0\0\0"), 1, 1, {76}},
};

enum { IMAGES = sizeof images / sizeof *images };

static bool parse(const char *file, size_t size, GrayImage *image, Error *error) {
    return pnm_parse("p.pnm", (const uint8_t *)file, size, image, error);
}

static void check_rejected(const char *file, size_t size, const char *expected) {
    GrayImage image;
    Error error = {{0}};
    assert_false(parse(file, size, &image, &error));
    assert_null(image.values);
    assert_int_equal(image.width + image.height, 0);
    assert_memory_equal(error.text, "p.pnm: ", 7);
    text_after(error.text, expected);
}

TEST(every_kind_of_pnm_is_read) {
    for (size_t i = 0; i < IMAGES; i++) {
        const Image *expected = &images[i];
        GrayImage image;
        Error error;
        if (!parse(expected->file, expected->size, &image, &error))
            fail_msg("%s", error.text);
        assert_int_equal(image.width, expected->width);
        assert_int_equal(image.height, expected->height);
        assert_memory_equal(image.values, expected->values, image.width * image.height);
        gray_image_free(&image);
        assert_null(image.values);
    }
}

// The last number of a text may be shorter: another value.
TEST(a_file_cut_at_every_byte_is_rejected) {
    for (size_t i = 0; i < IMAGES; i++) {
        const bool is_text = images[i].file[1] < '4';
        for (size_t cut = 0; cut < images[i].size - (is_text ? 4 : 1); cut++)
            check_rejected(images[i].file, cut, "expected");
    }
}

#define HEADER "expected a width and a height, and a maximum from 1 to 65535, found another header"
#define BITMAP_HEADER "expected a width and a height, found another header"
#define WHITE_SPACE "expected white space after the header, found none"
#define OTHER "expected a PNM file, found another"
#define MOST "expected at most 64000000 pixels, found "

TEST(other_files_and_values_are_rejected) {
    static const struct {
        const char *file;
        size_t size;
        const char *expected;
    } rows[] = {
        {BYTES("P0 1 1 255\nabc"), OTHER},
        {BYTES("P7 1 1 1"), OTHER},
        {BYTES("p5 1 1 1"), OTHER},
        {BYTES("x5 1 1 1"), OTHER},
        {BYTES("P5 0 4 255\n"), HEADER},
        {BYTES("P5 4 0 255\n"), HEADER},
        {BYTES("P5 4 4 0\n"), HEADER},
        {BYTES("P5 4 4 65536\n"), HEADER},
        {BYTES("P2 2 2 -1\n"), HEADER},
        {BYTES("P2 a 2 1\n"), HEADER},
        {BYTES("P2 4294967296 1 1\n 1"), HEADER},
        {BYTES("P2 1 99999999999999999999 1"), HEADER},
        {BYTES("P1 0 4 1"), BITMAP_HEADER},
        {BYTES("P4 4 0\n"), BITMAP_HEADER},
        {BYTES("P1 x 1 1"), BITMAP_HEADER},
        {BYTES("P5 4 4 255"), WHITE_SPACE},
        {BYTES("P5 4 4 255#"), WHITE_SPACE},
        {BYTES("P4 4 4"), WHITE_SPACE},
        {BYTES("P5 8192 8192 255\n"), MOST "8192x8192"},
        {BYTES("P5 1 64000001 255\n"), MOST "1x64000001"},
        {BYTES("P5 4294967295 4294967295 255\n"), MOST "4294967295x4294967295"},
        {BYTES("P4 64000001 1\nx"), MOST "64000001x1"},
        {BYTES("P5 8000 8000 255\nx"),
         "expected 64000000 values from 0 to 255, found the end after 1"},
        {BYTES("P6 8000 8000 255\nx"),
         "expected 192000000 values from 0 to 255, found the end after 1"},
        {BYTES("P4 8000 8000\nx"), "expected 64000000 values from 0 to 1, found the end after 8"},
        {BYTES("P2 2 1 10\n 3 11\n"),
         "expected 2 values from 0 to 10, found something else after 1"},
        {BYTES("P2 2 1 10\n 3 x\n"),
         "expected 2 values from 0 to 10, found something else after 1"},
        {BYTES("P2 3 1 10\n 3 4    "), "expected 3 values from 0 to 10, found the end after 2"},
        {BYTES("P1 3 1 012"), "expected 3 values from 0 to 1, found something else after 2"},
        {BYTES("P3 1 1 9\n1 2 10"), "expected 3 values from 0 to 9, found something else after 2"},
        {BYTES("P5 1 1 9\n\x0a"), "expected 1 values from 0 to 9"},
        {BYTES("P5 1 1 1000\n\x03\xe9"), "expected 1 values from 0 to 1000"},
        // a second image
        {BYTES("P2 1 1 10\n 3 4\n"), "expected the end after 1 values"},
        {BYTES("P5 1 1 255\nxP5 1 1 255\nx"), "expected the end after 1 values"},
        {BYTES("P1 1 1 1 0"), "expected the end after 1 values"},
        {BYTES("P4 1 1\nxP4 1 1\nx"), "expected the end after 1 values"},
        {BYTES("P6 1 1 255\nabcP6 1 1 255\nabc"), "expected the end after 3 values"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_rejected(rows[i].file, rows[i].size, rows[i].expected);
}
