#include "pictures/png.h"
#include "support/png_file.h"
#include "support/test.h"

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 };

// A literal's bytes without its final zero, and their number.
#define BYTES(literal) literal, sizeof(literal) - 1

// An image in one row or more, of one colour type: what the file says and the grey values in it.
// tests/png_cases.py compares thousands with PIL, of every kind; these are checked by hand.
typedef struct {
    const char *name;
    uint32_t width, height;
    uint8_t colour, depth, interlace;
    const char *palette;
    size_t palette_bytes;
    const char *transparency;
    size_t transparency_bytes;
    const char *rows; // with filter types
    size_t row_bytes;
    const char *values; // grey
} Case;

#define NONE NULL, 0

static const Case cases[] = {
    {"1 bit", 10, 1, GREY, 1, 0, NONE, NONE, BYTES("\0\xa6\x40"), "\xff\0\xff\0\0\xff\xff\0\0\xff"},
    {"8 bits", 3, 1, GREY, 8, 0, NONE, NONE, BYTES("\0\0\x80\xff"), "\0\x80\xff"},
    {"16 bits: v / 257, rounded", 4, 1, GREY, 16, 0, NONE, NONE,
     BYTES("\0\x00\x80\x00\x81\x80\x80\xff\xff"), "\0\1\x80\xff"},
    // ITU-R 601-2: red 76, green 150, blue 29
    {"colours", 3, 2, RGB, 8, 0, NONE, NONE,
     BYTES("\0\xff\0\0\0\xff\0\0\0\xff\0\xff\xff\xff\x11\x11\x11\x0a\x14\x1e"),
     "\x4c\x96\x1d\xff\x11\x12"},
    // half transparent black over white: (255 * 127 + 127) / 255
    {"grey and alpha", 4, 1, GREY_ALPHA, 8, 0, NONE, NONE,
     BYTES("\0\x00\xff\x00\x80\x00\x00\x64\x80"), "\0\x7f\xff\xb1"},
    // on white nothing shows
    {"white and alpha", 3, 1, GREY_ALPHA, 8, 0, NONE, NONE, BYTES("\0\xff\xff\xff\x80\xff\0"),
     "\xff\x80\0"},
    {"white and a transparent black", 2, 1, PALETTE, 1, 0, BYTES("\0\0\0\xff\xff\xff"), BYTES("\0"),
     BYTES("\0\x40"), "\0\xff"},
    {"a palette with alpha", 4, 1, PALETTE, 8, 0, BYTES("\xff\0\0\0\xff\0\0\0\xff\x10\x10\x10"),
     BYTES("\0\xff"), BYTES("\0\0\1\2\3"), "\xff\x96\x1d\x10"},
    // the colour is compared before it is scaled; only the low bits count
    {"a transparent grey", 4, 1, GREY, 2, 0, NONE, BYTES("\0\1"), BYTES("\0\x1b"),
     "\0\xff\xaa\xff"},
    {"high bits of it", 4, 1, GREY, 2, 0, NONE, BYTES("\xff\xfd"), BYTES("\0\x1b"),
     "\0\xff\xaa\xff"},
    {"a transparent colour", 2, 1, RGB, 8, 0, NONE, BYTES("\0\1\0\2\0\3"), BYTES("\0\1\2\3\1\2\4"),
     "\xff\2"},
    {"filters none, sub", 3, 2, GREY, 8, 0, NONE, NONE, BYTES("\1\x0a\x0a\x0a\1\x28\x0a\x0a"),
     "\x0a\x14\x1e\x28\x32\x3c"},
    {"average", 3, 2, GREY, 8, 0, NONE, NONE, BYTES("\0\x0a\x14\x1e\3\x23\x14\x14"),
     "\x0a\x14\x1e\x28\x32\x3c"},
    {"Paeth", 3, 2, GREY, 8, 0, NONE, NONE, BYTES("\0\x0a\x14\x1e\4\x1e\x0a\x0a"),
     "\x0a\x14\x1e\x28\x32\x3c"},
    // of left 30, above 0 and corner 20 the estimate 10 is as far from 0 as from 20
    {"Paeth prefers above to the corner", 2, 2, GREY, 8, 0, NONE, NONE,
     BYTES("\0\x14\x00\4\x0a\x05"), "\x14\0\x1e\5"},
    {"Paeth prefers the left to the corner", 2, 2, GREY, 8, 0, NONE, NONE,
     BYTES("\0\x14\x1e\4\xec\x05"), "\x14\x1e\0\5"},
    {"filters compare whole bytes", 4, 1, GREY, 4, 0, NONE, NONE, BYTES("\1\x12\x11"),
     "\x11\x22\x22\x33"},
    // each pixel is the number of its pass, by the specification's table
    {"passes", 8, 8, GREY, 8, 1, NONE, NONE,
     BYTES("\0\1\0\2\0\3\3\0\4\4\0\4\4\0\5\5\5\5\0\5\5\5\5"
           "\0\6\6\6\6\0\6\6\6\6\0\6\6\6\6\0\6\6\6\6"
           "\0\7\7\7\7\7\7\7\7\0\7\7\7\7\7\7\7\7\0\7\7\7\7\7\7\7\7\0\7\7\7\7\7\7\7\7"),
     "\1\6\4\6\2\6\4\6\7\7\7\7\7\7\7\7\5\6\5\6\5\6\5\6\7\7\7\7\7\7\7\7"
     "\3\6\4\6\3\6\4\6\7\7\7\7\7\7\7\7\5\6\5\6\5\6\5\6\7\7\7\7\7\7\7\7"},
    // a pass without columns has no rows, not even filter types
    {"empty passes", 1, 5, GREY, 8, 1, NONE, NONE, BYTES("\0\1\0\3\0\5\0\7\0\7"), "\1\7\5\7\3"},
    {"bits in passes", 3, 3, GREY, 1, 1, NONE, NONE, BYTES("\0\x80\0\x80\0\x80\0\0\0\x80\0\xa0"),
     "\xff\0\xff\xff\0\xff\xff\xff\0"},
    {"each pass is filtered alone", 2, 2, GREY, 8, 1, NONE, NONE, BYTES("\2\x09\2\x08\2\x07\x07"),
     "\x09\x08\x07\x07"},
};

enum { CASES = sizeof cases / sizeof *cases, EIGHT_BITS = 1 };

static PngFile file;

static void begin(uint32_t width, uint32_t height, uint8_t depth, uint8_t colour) {
    file.size = 0;
    png_file_begin(&file, width, height, depth, colour, 0);
}

static void make(const Case *c) {
    file.size = 0;
    png_file_begin(&file, c->width, c->height, c->depth, c->colour, c->interlace);
    if (c->palette)
        png_file_add_chunk(&file, "PLTE", c->palette, c->palette_bytes);
    if (c->transparency)
        png_file_add_chunk(&file, "tRNS", c->transparency, c->transparency_bytes);
    png_file_add_rows(&file, c->rows, c->row_bytes);
    png_file_end(&file);
}

// Parses a copy of exactly the file's size, so that sanitizers notice a read beyond it.
static bool parse(GrayImage *image, Error *error) {
    uint8_t *bytes = malloc(file.size > 0 ? file.size : 1);
    assert_non_null(bytes);
    memcpy(bytes, file.bytes, file.size);
    bool is_parsed = png_parse("p.png", bytes, file.size, image, error);
    free(bytes);
    return is_parsed;
}

static void check_image(const char *name, size_t width, size_t height, const void *values) {
    GrayImage image;
    Error error;
    if (!parse(&image, &error))
        fail_msg("%s: %s", name, error.text);
    assert_int_equal(image.width, width);
    assert_int_equal(image.height, height);
    if (memcmp(image.values, values, width * height) != 0)
        fail_msg("%s: other values", name);
    gray_image_free(&image);
}

static void check_rejected(const char *expected) {
    GrayImage image;
    Error error = {{0}};
    assert_false(parse(&image, &error));
    assert_null(image.values);
    assert_int_equal(image.width, 0);
    assert_memory_equal(error.text, "p.png: ", 7);
    text_after(error.text, expected);
}

static void check_rows_rejected(const char *rows, size_t size, const char *expected) {
    png_file_add_rows(&file, rows, size);
    png_file_end(&file);
    check_rejected(expected);
}

TEST(every_kind_of_png_is_read) {
    for (size_t i = 0; i < CASES; i++) {
        make(&cases[i]);
        check_image(cases[i].name, cases[i].width, cases[i].height, cases[i].values);
    }
}

TEST(the_pixels_may_be_split_into_chunks_among_ancillary_ones) {
    begin(3, 1, 8, GREY);
    png_file_add_rows(&file, "\0abc", 4);
    const size_t at = 8 + 25; // of IDAT
    uint8_t data[64];
    size_t size = file.bytes[at + 3];
    assert_in_range(size, 1, sizeof data);
    memcpy(data, file.bytes + at + 8, size);
    file.size = at;
    png_file_add_chunk(&file, "gAMA", "\0\0\xb1\x8f", 4);
    png_file_add_chunk(&file, "IDAT", NULL, 0);
    for (size_t i = 0; i < size; i++)
        png_file_add_chunk(&file, "IDAT", data + i, 1);
    png_file_add_chunk(&file, "tIME", "\x07\xea\1\1\0\0\0", 7);
    png_file_end(&file);
    check_image("chunks", 3, 1, "abc");
    file.size = at; // a byte after the compressed data
    data[size] = 0;
    png_file_add_chunk(&file, "IDAT", data, size + 1);
    png_file_end(&file);
    check_rejected("expected the data of 3x1 pixels, found more");
    file.size = at;
    png_file_add_chunk(&file, "IDAT", data, size - 1);
    png_file_end(&file);
    check_rejected("expected the data of 3x1 pixels, found less");
}

TEST(bytes_after_the_end_are_ignored) {
    make(&cases[EIGHT_BITS]);
    memcpy(file.bytes + file.size, "IDAT", 4);
    file.size += 4;
    check_image("more bytes", cases[EIGHT_BITS].width, 1, cases[EIGHT_BITS].values);
}

TEST(a_file_cut_at_any_byte_is_rejected) {
    for (size_t i = 0; i < CASES; i++) {
        make(&cases[i]);
        for (size_t size = file.size; size-- > 0;) {
            file.size = size;
            check_rejected("expected");
        }
    }
}

// Every byte but the signature is covered by a CRC or is one.
TEST(a_file_with_any_bit_flipped_is_rejected) {
    for (size_t i = 0; i < CASES; i++) {
        make(&cases[i]);
        for (size_t bit = 0; bit < 8 * file.size; bit++) {
            file.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            check_rejected("expected");
            file.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    }
}

// With CRCs that fit the damage. A picture or an error comes out, and nothing worse.
TEST(damage_below_the_crcs_does_no_harm) {
    static PngFile whole;
    for (size_t i = 0; i < CASES; i++) {
        make(&cases[i]);
        whole = file;
        for (size_t bit = 64; bit < 8 * whole.size; bit++) {
            GrayImage image;
            Error error = {{0}};
            file = whole;
            file.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            png_file_repair(&file);
            if (parse(&image, &error))
                assert_in_range(image.width * image.height, 1, GRAY_IMAGE_MAX_PIXELS);
            else
                assert_memory_equal(error.text, "p.png: ", 7);
            gray_image_free(&image);
        }
    }
    make(&cases[EIGHT_BITS]); // Adler-32 of the rows, the last four bytes of the data
    file.bytes[file.size - 12 - 4 - 1] ^= 1;
    png_file_repair(&file);
    check_rejected("expected valid compressed pixels, found: incorrect data check");
}

TEST(pixels_that_do_not_fit_the_header_are_rejected) {
    static const struct {
        uint8_t colour, depth;
        const char *rows;
        size_t size;
        const char *expected;
    } rows[] = {
        {GREY, 8, BYTES("\0abc\0de"), "expected the data of 3x2 pixels, found less"},
        {GREY, 8, BYTES("\0abc"), "expected the data of 3x2 pixels, found less"},
        {GREY, 8, BYTES("\0abc\0def\0"), "expected the data of 3x2 pixels, found more"},
        {GREY, 8, BYTES("\0abc\5def"), "expected a filter type from 0 to 4, found 5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin(3, 2, rows[i].depth, rows[i].colour);
        check_rows_rejected(rows[i].rows, rows[i].size, rows[i].expected);
    }
}

// `chunks`: types of four letters, each followed by a digit, its bytes.
TEST(chunks_of_the_wrong_kind_or_size_are_rejected) {
    static const struct {
        uint8_t colour, depth;
        const char *chunks, *expected;
    } orders[] = {
        {GREY, 8, "IHDR9", "expected a known PNG chunk, found IHDR"},
        {GREY, 8, "IEND0", "expected the data of 1x1 pixels, found less"},
        {GREY, 8, "IDAT0IEND0", "expected the data of 1x1 pixels, found less"},
        {PALETTE, 8, "IEND0", "expected a chunk PLTE, found none"},
        {GREY, 8, "ABCD1", "expected a known PNG chunk, found ABCD"},
        {RGB, 8, "PLTE4", "chunk PLTE: expected another size, found 4 bytes"},
        {GREY, 8, "tRNS1", "chunk tRNS: expected another size, found 1 bytes"},
        {RGB, 8, "tRNS2", "chunk tRNS: expected another size, found 2 bytes"},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        begin(1, 1, orders[i].depth, orders[i].colour);
        for (const char *type = orders[i].chunks; *type; type += 5)
            png_file_add_chunk(&file, type, "abcdefghi", (size_t)(type[4] - '0'));
        check_rejected(orders[i].expected);
    }
}

TEST(a_chunk_longer_than_the_file_is_rejected) {
    begin(1, 1, 8, GREY);
    png_file_add_rows(&file, "\0a", 2);
    file.bytes[33] = 0x7f;
    check_rejected("chunk IDAT: expected 2130706442 bytes, found only 10");
    file.bytes[33] = 0x80;
    check_rejected("chunk IDAT: expected 2147483658 bytes, found only 10");
}

TEST(headers_that_png_does_not_allow_are_rejected) {
    for (uint8_t colour = 0; colour < 9; colour++) {
        for (uint8_t depth = 0; depth < 34; depth++) {
            bool is_small = depth == 1 || depth == 2 || depth == 4;
            bool is_allowed = (colour == GREY && (is_small || depth == 8 || depth == 16)) ||
                              (colour == PALETTE && (is_small || depth == 8)) ||
                              ((colour == RGB || colour == GREY_ALPHA || colour == RGB_ALPHA) &&
                               (depth == 8 || depth == 16));
            begin(1, 1, depth, colour);
            check_rejected(is_allowed ? "expected another PNG chunk"
                                      : "expected a bit depth, colour type");
        }
    }
    for (size_t i = 10; i < 13; i++) { // compression, filter, interlace
        begin(1, 1, 8, GREY);
        file.bytes[16 + i] = 2;
        png_file_repair(&file);
        check_rejected(
            "expected a bit depth, colour type, compression, filter and interlace of PNG");
    }
    begin(0, 1, 8, GREY);
    check_rejected("expected at most 64000000 pixels, found 0x1");
    begin(1, 0, 8, GREY);
    check_rejected("expected at most 64000000 pixels, found 1x0");
    begin(UINT32_MAX, UINT32_MAX, 8, GREY);
    check_rejected("expected at most 64000000 pixels, found 4294967295x4294967295");
}

// The palette follows the pixels, and its colours have less than their indices.
TEST(the_order_of_chunks_does_not_matter_and_other_colours_are_black) {
    begin(3, 1, 8, PALETTE);
    png_file_add_rows(&file, "\0\0\1\2", 4);
    png_file_add_chunk(&file, "tRNS", "\xff\0", 2);
    png_file_add_chunk(&file, "PLTE", "\xff\0\0\0\xff\0", 6);
    png_file_end(&file);
    check_image("order", 3, 1, "\x4c\xff\0");
}

TEST(a_large_image_with_little_data_is_rejected) {
    begin(8000, 8000, 8, GREY);
    check_rows_rejected(BYTES("\0a"), "expected the data of 8000x8000 pixels, found less");
    static const char zeros[60 * 1001];
    begin(1000, 60, 8, GREY);
    png_file_add_rows(&file, zeros, sizeof zeros);
    png_file_end(&file);
    check_image("zeros", 1000, 60, zeros);
}

TEST(other_files_are_rejected) {
    file.size = 0;
    check_rejected("expected a PNG file, found an empty one");
    png_file_add_signature(&file);
    check_rejected("expected another PNG chunk, found the end of the file");
    png_file_end(&file);
    check_rejected("expected a chunk IHDR of 13 bytes, found IEND of 0");
}

// Noise does not compress: the file is larger than its pixels. The decoder returns luminance,
// so the three colours of a pixel are equal here. tests/report_page.py reads colours.
TEST(an_encoded_image_is_decoded_unchanged) {
    static const struct {
        size_t width, height;
        PngColours colours;
    } images[] = {{1, 1, PNG_GREY},     {1, 1, PNG_RGB},      {3, 2, PNG_GREY},
                  {100000, 2, PNG_RGB}, {1, 70000, PNG_GREY}, {257, 255, PNG_RGB}};
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        size_t bytes = images[i].width * images[i].height * (size_t)images[i].colours, size;
        uint8_t *pixels = malloc(bytes), *png;
        assert_non_null(pixels);
        Error error;
        uint32_t seed = (uint32_t)i;
        for (size_t k = 0; k < bytes; k++)
            pixels[k] = k % images[i].colours > 0
                            ? pixels[k - 1]
                            : (uint8_t)((seed = seed * 1664525U + 1013904223U) >> 24);
        assert_true(png_encode(pixels, images[i].width, images[i].height, images[i].colours, &png,
                               &size, &error));
        GrayImage image;
        assert_true(png_parse("noise", png, size, &image, &error));
        assert_int_equal(image.width, images[i].width);
        assert_int_equal(image.height, images[i].height);
        for (size_t k = 0; k < bytes; k++)
            assert_int_equal(image.values[k / (size_t)images[i].colours], pixels[k]);
        gray_image_free(&image);
        free(png);
        free(pixels);
    }
}
