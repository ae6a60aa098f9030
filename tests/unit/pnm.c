#include "../../src/pictures/pnm.h"
#include "support/test.h"

// The literal's bytes without its final zero.
#define BYTES(literal) (literal), sizeof(literal) - 1

static bool parse(const char *text, size_t size, GrayImage *image, Error *error) {
    return pnm_parse("p.pnm", (const uint8_t *)text, size, image, error);
}

static void check_image(const char *text, size_t size, size_t width, size_t height,
                        const uint8_t *values) {
    GrayImage image;
    Error error;
    if (!parse(text, size, &image, &error))
        fail_msg("%s", error.text);
    assert_int_equal(image.width, width);
    assert_int_equal(image.height, height);
    assert_memory_equal(image.values, values, width * height);
    gray_image_free(&image);
    assert_null(image.values);
}

static void check_rejected(const char *text, size_t size, const char *expected) {
    GrayImage image;
    Error error = {{0}};
    assert_false(parse(text, size, &image, &error));
    assert_null(image.values);
    assert_int_equal(image.width, 0);
    assert_int_equal(image.height, 0);
    if (strncmp(error.text, "p.pnm: ", 7) != 0 || !strstr(error.text, expected))
        fail_msg("expected '%s' in: %s", expected, error.text);
}

static const char plain[] = "P2 # a comment\n#another\n3 2\n10\n0 1 2\n5 9 10 \n";
static const char binary[] = "P5\n3 2 10\n\x00\x01\x02\x05\x09\x0a";
static const char two_bytes[] = "P5 3 2 1000\n\x00\x00\x00\x64\x00\xc8\x01\xf4\x03\x84\x03\xe8";
static const uint8_t scaled[] = {0, 26, 51, 128, 230, 255}; // 0, 0.1, 0.2, 0.5, 0.9, 1

TEST(pnm_reads_plain_text_with_comments) {
    check_image(BYTES(plain), 3, 2, scaled);
    check_image(BYTES("P2\r1#\r1\t255 7"), 1, 1, (const uint8_t[]){7});
}

TEST(pnm_reads_binary_values_of_one_byte) {
    check_image(BYTES(binary), 3, 2, scaled);
    check_image(BYTES("P5 2 1 255\n\x00\xff"), 2, 1, (const uint8_t[]){0, 255});
    check_image(BYTES("P5 2 1 255 \n "), 2, 1, (const uint8_t[]){'\n', ' '});
}

TEST(pnm_reads_binary_values_of_two_bytes_as_big_endian) {
    check_image(BYTES(two_bytes), 3, 2, scaled);
    check_image(BYTES("P5 1 1 256\n\x01\x00"), 1, 1, (const uint8_t[]){255});
    check_image(BYTES("P5 1 1 65535\n\x80\x80"), 1, 1, (const uint8_t[]){128});
}

TEST(pnm_scales_values_to_the_nearest_of_256) {
    check_image(BYTES("P2 2 1 1\n0 1"), 2, 1, (const uint8_t[]){0, 255});
    check_image(BYTES("P2 3 1 510\n1 2 509"), 3, 1, (const uint8_t[]){1, 1, 255});
    check_image(BYTES("P2 2 1 65535\n128 129"), 2, 1, (const uint8_t[]){0, 1});
}

// pbm(5): 1 is black, white space between the bits is optional, and comments are allowed.
TEST(pnm_reads_a_bitmap_in_plain_text) {
    const uint8_t expected[] = {255, 0, 0, 255, 0, 255};
    check_image(BYTES("P1\n3 2\n0 1 1\n0 1 0\n"), 3, 2, expected);
    check_image(BYTES("P1 3 2 011010"), 3, 2, expected);
    check_image(BYTES("P1#a\n3#b\n2 0 1#c\n1 01\t0 #d"), 3, 2, expected);
}

// A row fills whole bytes, the first pixel in the highest bit; the bits after it are ignored.
TEST(pnm_reads_a_binary_bitmap) {
    const uint8_t expected[] = {0, 255, 0, 255, 0, 255, 0, 255, 255, 0};
    check_image(BYTES("P4 10 1\n\xaa\x40"), 10, 1, expected);
    check_image(BYTES("P4 10 1\n\xaa\x7f"), 10, 1, expected);
    check_image(BYTES("P4 5 2\n\xaf\x4f"), 5, 2, expected);
    check_image(BYTES("P4 1 1\n \n"), 1, 1, (const uint8_t[]){255});
}

// ITU-R 601-2 as PIL rounds it: (19595 R + 38470 G + 7471 B + 32768) / 65536.
TEST(pnm_reads_colours_as_their_luminance) {
    const uint8_t expected[] = {76, 150, 29, 255, 17, 18};
    check_image(BYTES("P3 3 2 255\n255 0 0  0 255 0  0 0 255\n255 255 255 17 17 17 10 20 30"), 3, 2,
                expected);
    check_image(BYTES("P6 3 2 255\n\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff\x11\x11\x11\x0a\x14\x1e"),
                3, 2, expected);
    check_image(BYTES("P3 1 1 1\n0 1 0"), 1, 1, (const uint8_t[]){150});
    check_image(BYTES("P6 1 1 65535\n\xff\xff\0\0\0\0"), 1, 1, (const uint8_t[]){76});
}

TEST(pnm_rejects_a_file_cut_at_every_byte) {
    const char bitmap[] = "P4 9 2\n\x01\x80\xff\x80";
    const char bits[] = "P1 2 2 0110";
    const char colours[] = "P6 2 1 255\nabcdef";
    const char two_bytes_colours[] = "P6 1 1 256\n\0\1\0\1\0\1";
    for (size_t cut = 0; cut < sizeof bitmap - 1; cut++)
        check_rejected(bitmap, cut, "expected");
    for (size_t cut = 0; cut < sizeof bits - 1; cut++)
        check_rejected(bits, cut, "expected");
    for (size_t cut = 0; cut < sizeof colours - 1; cut++)
        check_rejected(colours, cut, "expected");
    for (size_t cut = 0; cut < sizeof two_bytes_colours - 1; cut++)
        check_rejected(two_bytes_colours, cut, "expected");
    for (size_t cut = 0; cut < sizeof binary - 1; cut++)
        check_rejected(binary, cut, "expected");
    for (size_t cut = 0; cut < sizeof two_bytes - 1; cut++)
        check_rejected(two_bytes, cut, "expected");
    for (size_t cut = 0; cut < sizeof plain - 1 - 4; cut++) // "10 \n" cut short is another value
        check_rejected(plain, cut, "expected");
}

TEST(pnm_rejects_other_files) {
    check_rejected(BYTES("P0 1 1 255\nabc"), "expected a PNM file, found another");
    check_rejected(BYTES("P7 1 1 1"), "expected a PNM file");
    check_rejected(BYTES("p5 1 1 1"), "expected a PNM file");
    check_rejected(BYTES("x5 1 1 1"), "expected a PNM file");
    check_rejected(BYTES("P"), "expected a PNM file");
    check_rejected(BYTES(""), "expected a PNM file");
}

TEST(pnm_rejects_a_malformed_header) {
    const char *headers[] = {"P5 0 4 255\n",
                             "P5 4 0 255\n",
                             "P5 4 4 0\n",
                             "P5 4 4 65536\n",
                             "P2 2 2 -1\n",
                             "P2 -2 2 1\n",
                             "P2 a 2 1\n",
                             "P2 2 2",
                             "P2 2",
                             "P2",
                             "P2 4294967296 1 1\n 1",
                             "P2 1 99999999999999999999 1"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        check_rejected(
            headers[i], strlen(headers[i]),
            "expected a width and a height, and a maximum from 1 to 65535, found another "
            "header");
    check_rejected(BYTES("P5 4 4 255"), "expected white space after the header, found none");
    const char *bitmaps[] = {"P1 0 4 1", "P4 4 0\n", "P1 x 1 1", "P4 5", "P1", "P4 -1 1\n"};
    for (size_t i = 0; i < sizeof bitmaps / sizeof *bitmaps; i++)
        check_rejected(bitmaps[i], strlen(bitmaps[i]),
                       "expected a width and a height, found another header");
    check_rejected(BYTES("P4 4 4"), "expected white space after the header, found none");
    check_rejected(BYTES("P5 4 4 255#"), "expected white space after the header, found none");
}

TEST(pnm_names_the_limit_when_an_image_is_too_large) {
    check_rejected(BYTES("P5 8192 8192 255\n"),
                   "expected at most 64000000 pixels, found 8192x8192");
    check_rejected(BYTES("P5 64000001 1 255\n"),
                   "expected at most 64000000 pixels, found 64000001x1");
    check_rejected(BYTES("P5 1 64000001 255\n"),
                   "expected at most 64000000 pixels, found 1x64000001");
    check_rejected(BYTES("P5 4294967295 4294967295 255\n"),
                   "expected at most 64000000 pixels, found 4294967295x4294967295");
    check_rejected(BYTES("P5 8000 8000 255\nx"),
                   "expected 64000000 values from 0 to 255, found the end after 1");
    check_rejected(BYTES("P6 8000 8000 255\nx"),
                   "expected 192000000 values from 0 to 255, found the end after 1");
    check_rejected(BYTES("P4 8000 8000\nx"),
                   "expected 64000000 values from 0 to 1, found the end after 8");
    check_rejected(BYTES("P4 64000001 1\nx"), "expected at most 64000000 pixels, found 64000001x1");
    check_rejected(BYTES("P1 1 64000001\nx"), "expected at most 64000000 pixels, found 1x64000001");
}

TEST(pnm_rejects_values_above_the_maximum_and_other_text) {
    check_rejected(BYTES("P2 2 1 10\n 3 11\n"),
                   "expected 2 values from 0 to 10, found something else after 1");
    check_rejected(BYTES("P2 2 1 10\n 3 x\n"),
                   "expected 2 values from 0 to 10, found something else after 1");
    check_rejected(BYTES("P2 3 1 10\n 3 4    "),
                   "expected 3 values from 0 to 10, found the end after 2");
    check_rejected(BYTES("P5 1 1 9\n\x0a"), "expected 1 values from 0 to 9");
    check_rejected(BYTES("P1 3 1 012"),
                   "expected 3 values from 0 to 1, found something else after 2");
    check_rejected(BYTES("P1 3 1 01   "), "expected 3 values from 0 to 1, found the end after 2");
    check_rejected(BYTES("P3 1 1 9\n1 2 10"),
                   "expected 3 values from 0 to 9, found something else after 2");
    check_rejected(BYTES("P5 1 1 1000\n\x03\xe9"), "expected 1 values from 0 to 1000");
}

TEST(pnm_rejects_a_second_image) {
    check_rejected(BYTES("P2 1 1 10\n 3 4\n"), "expected the end after 1 values");
    check_rejected(BYTES("P5 1 1 255\nxP5 1 1 255\nx"), "expected the end after 1 values");
    check_rejected(BYTES("P1 1 1 1 0"), "expected the end after 1 values");
    check_rejected(BYTES("P4 1 1\nxP4 1 1\nx"), "expected the end after 1 values");
    check_rejected(BYTES("P6 1 1 255\nabcP6 1 1 255\nabc"), "expected the end after 3 values");
}
