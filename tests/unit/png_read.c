#include "io/png_read.h"
#include "support/png_file.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 };

// The literal's bytes without its final zero.
#define BYTES(literal) (literal), sizeof(literal) - 1
#define VALUES(...) ((const uint8_t[]){__VA_ARGS__})

static PngFile file;

static void begin(uint32_t width, uint32_t height, uint8_t depth, uint8_t colour) {
    file.size = 0;
    png_file_begin(&file, width, height, depth, colour, 0);
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

static void check_image(size_t width, size_t height, const uint8_t *values) {
    GrayImage image;
    Error error;
    if (!parse(&image, &error))
        fail_msg("%s", error.text);
    assert_int_equal(image.width, width);
    assert_int_equal(image.height, height);
    assert_memory_equal(image.values, values, width * height);
    gray_image_free(&image);
}

static void check_rejected(const char *expected) {
    GrayImage image;
    Error error = {{0}};
    assert_false(parse(&image, &error));
    assert_null(image.values);
    assert_int_equal(image.width, 0);
    assert_int_equal(image.height, 0);
    if (strncmp(error.text, "p.png: ", 7) != 0 || !strstr(error.text, expected))
        fail_msg("expected '%s' in: %s", expected, error.text);
}

// Adds the rows and IEND, and checks the pixels.
static void check_rows(const char *rows, size_t size, size_t width, size_t height,
                       const uint8_t *values) {
    png_file_add_rows(&file, rows, size);
    png_file_end(&file);
    check_image(width, height, values);
}

static void check_rows_rejected(const char *rows, size_t size, const char *expected) {
    png_file_add_rows(&file, rows, size);
    png_file_end(&file);
    check_rejected(expected);
}

TEST(grey_of_every_depth_is_scaled_to_255) {
    begin(10, 1, 1, GREY);
    check_rows(BYTES("\0\xa6\x40"), 10, 1, VALUES(255, 0, 255, 0, 0, 255, 255, 0, 0, 255));
    begin(5, 1, 2, GREY);
    check_rows(BYTES("\0\x1b\x40"), 5, 1, VALUES(0, 85, 170, 255, 85));
    begin(3, 1, 4, GREY);
    check_rows(BYTES("\0\x0f\x70"), 3, 1, VALUES(0, 255, 119));
    begin(3, 1, 8, GREY);
    check_rows(BYTES("\0\x00\x80\xff"), 3, 1, VALUES(0, 128, 255));
    // round(v / 257)
    begin(4, 1, 16, GREY);
    check_rows(BYTES("\0\x00\x80\x00\x81\x80\x80\xff\xff"), 4, 1, VALUES(0, 1, 128, 255));
}

// ITU-R 601-2, as in test_pnm.c.
TEST(colours_become_their_luminance) {
    begin(3, 2, 8, RGB);
    check_rows(BYTES("\0\xff\0\0\0\xff\0\0\0\xff\0\xff\xff\xff\x11\x11\x11\x0a\x14\x1e"), 3, 2,
               VALUES(76, 150, 29, 255, 17, 18));
    begin(2, 1, 16, RGB);
    check_rows(BYTES("\0\xff\xff\0\0\0\x80\0\0\x0a\x0a\x14\x14"), 2, 1, VALUES(76, 8));
}

// Half transparent black over white: (0 * 128 + 255 * 127 + 127) / 255 = 127.
TEST(transparent_pixels_are_composited_over_white) {
    begin(4, 1, 8, GREY_ALPHA);
    check_rows(BYTES("\0\x00\xff\x00\x80\x00\x00\x64\x80"), 4, 1, VALUES(0, 127, 255, 177));
    begin(2, 1, 16, GREY_ALPHA);
    check_rows(BYTES("\0\0\0\x80\x80\x12\x34\0\0"), 2, 1, VALUES(127, 255));
    begin(3, 1, 8, RGB_ALPHA);
    check_rows(BYTES("\0\xff\0\0\xff\xff\0\0\0\xff\0\0\x80"), 3, 1, VALUES(76, 255, 165));
    begin(1, 1, 16, RGB_ALPHA);
    check_rows(BYTES("\0\xff\xff\0\0\0\0\xff\xff"), 1, 1, VALUES(76));
}

TEST(a_palette_gives_the_colours_and_their_transparency) {
    static const char palette[] = "\xff\0\0\0\xff\0\0\0\xff\x10\x10\x10";
    begin(4, 1, 2, PALETTE);
    png_file_add_chunk(&file, "PLTE", palette, 12);
    check_rows(BYTES("\0\xe4"), 4, 1, VALUES(16, 29, 150, 76));
    begin(4, 1, 8, PALETTE);
    png_file_add_chunk(&file, "PLTE", palette, 12);
    png_file_add_chunk(&file, "tRNS", "\0\xff", 2);
    check_rows(BYTES("\0\0\1\2\3"), 4, 1, VALUES(255, 150, 29, 16));
    begin(9, 1, 1, PALETTE);
    png_file_add_chunk(&file, "PLTE", palette, 6);
    check_rows(BYTES("\0\x80\x80"), 9, 1, VALUES(150, 76, 76, 76, 76, 76, 76, 76, 150));
    begin(2, 1, 4, PALETTE);
    png_file_add_chunk(&file, "PLTE", palette, 12);
    check_rows(BYTES("\0\x23"), 2, 1, VALUES(29, 16));
}

// The colour is compared before it is scaled.
TEST(one_colour_may_be_transparent) {
    begin(4, 1, 2, GREY);
    png_file_add_chunk(&file, "tRNS", "\0\1", 2);
    check_rows(BYTES("\0\x1b"), 4, 1, VALUES(0, 255, 170, 255));
    begin(4, 1, 2, GREY); // only the low bits count
    png_file_add_chunk(&file, "tRNS", "\xff\xfd", 2);
    check_rows(BYTES("\0\x1b"), 4, 1, VALUES(0, 255, 170, 255));
    begin(2, 1, 16, GREY);
    png_file_add_chunk(&file, "tRNS", "\0\1", 2);
    check_rows(BYTES("\0\0\1\0\2"), 2, 1, VALUES(255, 0));
    begin(2, 1, 8, RGB);
    png_file_add_chunk(&file, "tRNS", "\0\1\0\2\0\3", 6);
    check_rows(BYTES("\0\1\2\3\1\2\4"), 2, 1, VALUES(255, 2));
}

// Three rows of two pixels of three bytes. The predictions by the specification's formulas.
TEST(the_five_filters_are_reversed) {
    static const uint8_t expected[] = {10, 20, 30, 40, 50, 60};
    begin(3, 2, 8, GREY);
    check_rows(BYTES("\1\x0a\x0a\x0a\1\x28\x0a\x0a"), 3, 2, expected);
    begin(3, 2, 8, GREY);
    check_rows(BYTES("\0\x0a\x14\x1e\2\x1e\x1e\x1e"), 3, 2, expected);
    begin(3, 2, 8, GREY); // 40 - 5, 50 - (40 + 20) / 2, 60 - (50 + 30) / 2
    check_rows(BYTES("\0\x0a\x14\x1e\3\x23\x14\x14"), 3, 2, expected);
    begin(3, 2, 8, GREY); // above 10; of 40, 20, 10 the estimate 50 is next to 40; so is 60 to 50
    check_rows(BYTES("\0\x0a\x14\x1e\4\x1e\x0a\x0a"), 3, 2, expected);
    begin(2, 2, 8, GREY); // of 30, 0, 20 the estimate 10 is as far from 0 as from the corner 20
    check_rows(BYTES("\0\x14\x00\4\x0a\x05"), 2, 2, VALUES(20, 0, 30, 5));
    begin(2, 2, 8, GREY); // of 0, 30, 20 it is as far from the left 0 as from the corner 20
    check_rows(BYTES("\0\x14\x1e\4\xec\x05"), 2, 2, VALUES(20, 30, 0, 5));
    begin(3, 2, 8, GREY); // the row above the first is zero
    check_rows(BYTES("\4\x0a\x0a\x0a\3\x23\x14\x14"), 3, 2, expected);
}

// A filter compares bytes one pixel apart; of pixels below a byte, neighbouring bytes.
TEST(filters_compare_whole_pixels) {
    begin(2, 1, 8, RGB);
    check_rows(BYTES("\1\x0a\x0a\x0a\x0a\x0a\x0a"), 2, 1, VALUES(10, 20));
    begin(2, 1, 16, GREY);
    check_rows(BYTES("\1\x0a\x0a\x0a\x0a"), 2, 1, VALUES(10, 20));
    begin(4, 1, 4, GREY);
    check_rows(BYTES("\1\x12\x11"), 4, 1, VALUES(17, 34, 34, 51));
}

// Each pixel's value is its pass, from the table of the specification.
static const uint8_t passes[64] = {
    1, 6, 4, 6, 2, 6, 4, 6, //
    7, 7, 7, 7, 7, 7, 7, 7, //
    5, 6, 5, 6, 5, 6, 5, 6, //
    7, 7, 7, 7, 7, 7, 7, 7, //
    3, 6, 4, 6, 3, 6, 4, 6, //
    7, 7, 7, 7, 7, 7, 7, 7, //
    5, 6, 5, 6, 5, 6, 5, 6, //
    7, 7, 7, 7, 7, 7, 7, 7, //
};

TEST(an_interlaced_image_is_put_together) {
    static const char rows[] = "\0\1"
                               "\0\2"
                               "\0\3\3"
                               "\0\4\4\0\4\4"
                               "\0\5\5\5\5\0\5\5\5\5"
                               "\0\6\6\6\6\0\6\6\6\6\0\6\6\6\6\0\6\6\6\6"
                               "\0\7\7\7\7\7\7\7\7\0\7\7\7\7\7\7\7\7"
                               "\0\7\7\7\7\7\7\7\7\0\7\7\7\7\7\7\7\7";
    file.size = 0;
    png_file_begin(&file, 8, 8, 8, GREY, 1);
    check_rows(BYTES(rows), 8, 8, passes);
}

// A pass without columns has no rows, not even filter types.
TEST(passes_of_small_interlaced_images_may_be_empty) {
    file.size = 0;
    png_file_begin(&file, 1, 1, 8, GREY, 1);
    check_rows(BYTES("\0\1"), 1, 1, VALUES(1));
    file.size = 0;
    png_file_begin(&file, 1, 5, 8, GREY, 1);
    check_rows(BYTES("\0\1\0\3\0\5\0\7\0\7"), 1, 5, VALUES(1, 7, 5, 7, 3));
    file.size = 0;
    png_file_begin(&file, 5, 1, 8, GREY, 1);
    check_rows(BYTES("\0\1\0\2\0\4\0\6\6"), 5, 1, VALUES(1, 6, 4, 6, 2));
    file.size = 0;
    png_file_begin(&file, 3, 3, 1, GREY, 1);
    check_rows(BYTES("\0\x80\0\x80\0\x80\0\0\0\x80\0\xa0"), 3, 3,
               VALUES(255, 0, 255, 255, 0, 255, 255, 255, 0));
}

// Each pass is filtered as an image of its own.
TEST(filters_of_a_pass_do_not_see_other_passes) {
    file.size = 0;
    png_file_begin(&file, 2, 2, 8, GREY, 1);
    check_rows(BYTES("\2\x09\2\x08\2\x07\x07"), 2, 2, VALUES(9, 8, 7, 7));
}

// Finds the IDAT chunk, which must be the last but IEND, and removes both.
static size_t take_data(uint8_t *data, size_t max) {
    size_t at = 8 + 25;
    size_t size = (size_t)file.bytes[at + 2] << 8 | file.bytes[at + 3];
    assert_memory_equal(file.bytes + at + 4, "IDAT", 4);
    assert_true(size <= max);
    memcpy(data, file.bytes + at + 8, size);
    file.size = at;
    return size;
}

TEST(the_pixels_may_be_split_into_chunks_of_any_size) {
    uint8_t data[64];
    begin(3, 1, 8, GREY);
    png_file_add_rows(&file, "\0abc", 4);
    size_t size = take_data(data, sizeof data);
    png_file_add_chunk(&file, "IDAT", NULL, 0);
    for (size_t i = 0; i < size; i++) {
        png_file_add_chunk(&file, "IDAT", data + i, 1);
        png_file_add_chunk(&file, "IDAT", NULL, 0);
    }
    png_file_end(&file);
    check_image(3, 1, VALUES('a', 'b', 'c'));
}

TEST(ancillary_chunks_are_skipped) {
    begin(1, 1, 8, RGB);
    png_file_add_chunk(&file, "gAMA", "\0\0\xb1\x8f", 4);
    png_file_add_chunk(&file, "PLTE", "abc", 3); // a suggestion
    png_file_add_chunk(&file, "tEXt", BYTES("Comment\0hello"));
    png_file_add_rows(&file, "\0\5\5\5", 4);
    png_file_add_chunk(&file, "tIME", "\x07\xea\1\1\0\0\0", 7);
    png_file_end(&file);
    check_image(1, 1, VALUES(5));
}

// A small file of each kind that the tests below damage.
static void make_small_file(size_t kind) {
    switch (kind) {
    case 0:
        begin(5, 3, 8, GREY);
        png_file_add_rows(&file, "\0abcde\1fghij\4klmno", 18);
        break;
    case 1:
        begin(3, 2, 4, PALETTE);
        png_file_add_chunk(&file, "PLTE", "abcdefghi", 9);
        png_file_add_chunk(&file, "tRNS", "\x40\x80", 2);
        png_file_add_rows(&file, "\0\x01\x20\0\x21\0", 6);
        break;
    default:
        file.size = 0;
        png_file_begin(&file, 2, 2, 16, RGB_ALPHA, 1);
        png_file_add_rows(&file, "\1abcdefgh\3ijklmnop\4qrstuvwxyz012345", 35);
        break;
    }
    png_file_end(&file);
}

enum { SMALL_FILES = 3 };

TEST(a_file_cut_at_any_byte_is_rejected) {
    for (size_t kind = 0; kind < SMALL_FILES; kind++) {
        make_small_file(kind);
        for (size_t size = file.size; size-- > 0;) {
            file.size = size;
            check_rejected("expected");
        }
    }
}

// Every byte but the signature is covered by a CRC or is one.
TEST(a_file_with_any_bit_flipped_is_rejected) {
    for (size_t kind = 0; kind < SMALL_FILES; kind++) {
        make_small_file(kind);
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
    size_t rejected = 0, bits = 0;
    for (size_t kind = 0; kind < SMALL_FILES; kind++) {
        make_small_file(kind);
        whole = file;
        for (size_t bit = 64; bit < 8 * whole.size; bit++, bits++) {
            GrayImage image;
            Error error = {{0}};
            file = whole;
            file.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            png_file_repair(&file);
            if (parse(&image, &error)) {
                assert_in_range(image.width * image.height, 1, GRAY_IMAGE_MAX_PIXELS);
                gray_image_free(&image);
            } else {
                assert_null(image.values);
                assert_memory_equal(error.text, "p.png: expected", 7);
                rejected++;
            }
        }
    }
    assert_true(rejected > bits / 2);
}

// Adler-32 of the rows, the last four bytes of the data.
TEST(a_wrong_checksum_of_the_pixels_is_rejected) {
    make_small_file(0);
    file.bytes[file.size - 12 - 4 - 1] ^= 1;
    png_file_repair(&file);
    check_rejected("expected valid compressed pixels, found: incorrect data check");
}

TEST(pixels_that_are_too_few_or_too_many_are_rejected) {
    uint8_t data[64];
    begin(3, 2, 8, GREY);
    check_rows_rejected(BYTES("\0abc\0de"), "expected 3x2 pixels, found fewer");
    begin(3, 2, 8, GREY);
    check_rows_rejected(BYTES("\0abc"), "expected 3x2 pixels, found fewer");
    begin(3, 2, 8, GREY);
    check_rows_rejected(BYTES("\0abc\0def\0"),
                        "expected the end of the data after 3x2 pixels, found more");
    begin(3, 1, 8, GREY); // a byte after the compressed data
    png_file_add_rows(&file, "\0abc", 4);
    size_t size = take_data(data, sizeof data - 1);
    data[size] = 0;
    png_file_add_chunk(&file, "IDAT", data, size + 1);
    png_file_end(&file);
    check_rejected("expected the end of the data after 3x1 pixels, found more");
    begin(3, 1, 8, GREY);
    png_file_add_chunk(&file, "IDAT", data, size);
    png_file_add_chunk(&file, "IDAT", data, 1);
    png_file_end(&file);
    check_rejected("expected the end of the data after 3x1 pixels, found more");
    begin(3, 1, 8, GREY);
    png_file_add_chunk(&file, "IDAT", data, size - 1);
    png_file_end(&file);
    check_rejected("expected more pixels, found the end of the data");
}

TEST(filter_types_and_palette_indices_out_of_range_are_rejected) {
    begin(1, 1, 8, GREY);
    check_rows_rejected(BYTES("\5a"), "expected a filter type from 0 to 4, found 5");
    begin(1, 1, 8, GREY);
    check_rows_rejected(BYTES("\xff"
                              "a"),
                        "expected a filter type from 0 to 4, found 255");
    begin(2, 1, 8, PALETTE);
    png_file_add_chunk(&file, "PLTE", "abcdef", 6);
    check_rows_rejected(BYTES("\0\1\2"), "expected indices of 2 colours, found a larger one");
}

TEST(chunks_in_the_wrong_place_are_rejected) {
    file.size = 0;
    png_file_add_signature(&file);
    png_file_end(&file);
    check_rejected("expected a chunk IHDR of 13 bytes, found IEND of 0");
    begin(1, 1, 8, GREY);
    png_file_add_chunk(&file, "IHDR", "\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13);
    check_rejected("expected no chunk IHDR at this place, found one");
    static const struct {
        uint8_t colour;
        const char *chunks; // four letters each
        const char *rejected;
    } orders[] = {
        {GREY, "PLTE", "PLTE"},
        {GREY_ALPHA, "PLTE", "PLTE"},
        {PALETTE, "PLTEPLTE", "PLTE"},
        {RGB, "IDATPLTE", "PLTE"},
        {GREY_ALPHA, "tRNS", "tRNS"},
        {RGB_ALPHA, "tRNS", "tRNS"},
        {PALETTE, "tRNS", "tRNS"},
        {PALETTE, "PLTEIDATtRNS", "tRNS"},
        {PALETTE, "PLTEtRNStRNS", "tRNS"},
        {GREY, "IDATtEXtIDAT", "IDAT"},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        char expected[64];
        begin(1, 1, 8, orders[i].colour);
        for (const char *type = orders[i].chunks; *type; type += 4)
            png_file_add_chunk(&file, type, "abc", *type == 't' ? 1 : 3);
        snprintf(expected, sizeof expected, "expected no chunk %s at this place, found one",
                 orders[i].rejected);
        check_rejected(expected);
    }
}

TEST(missing_unknown_and_misshapen_chunks_are_rejected) {
    begin(1, 1, 8, GREY);
    png_file_end(&file);
    check_rejected("expected a chunk IDAT, found none");
    begin(1, 1, 8, PALETTE);
    png_file_add_rows(&file, "\0\0", 2);
    check_rejected("expected a chunk PLTE before the pixels, found none");
    begin(1, 1, 8, GREY);
    png_file_add_chunk(&file, "ABCD", "x", 1);
    check_rejected("expected a known PNG chunk, found ABCD");
    begin(1, 1, 1, PALETTE);
    png_file_add_chunk(&file, "PLTE", "abcdefghi", 9);
    check_rejected("chunk PLTE: expected another size, found 9 bytes");
    begin(1, 1, 8, RGB);
    png_file_add_chunk(&file, "PLTE", "abcd", 4);
    check_rejected("chunk PLTE: expected another size, found 4 bytes");
    begin(1, 1, 8, RGB);
    png_file_add_chunk(&file, "PLTE", "", 0);
    check_rejected("chunk PLTE: expected another size, found 0 bytes");
    begin(1, 1, 8, PALETTE);
    png_file_add_chunk(&file, "PLTE", "abc", 3);
    png_file_add_chunk(&file, "tRNS", "ab", 2);
    check_rejected("chunk tRNS: expected another size, found 2 bytes");
    begin(1, 1, 8, RGB);
    png_file_add_chunk(&file, "tRNS", "ab", 2);
    check_rejected("chunk tRNS: expected another size, found 2 bytes");
    make_small_file(0);
    file.size -= 12;
    png_file_add_chunk(&file, "IEND", "x", 1);
    check_rejected("chunk IEND: expected another size, found 1 bytes");
}

TEST(a_second_image_or_other_bytes_after_the_end_are_rejected) {
    make_small_file(0);
    png_file_add_signature(&file);
    check_rejected("expected the end of the file after chunk IEND, found more");
}

TEST(a_chunk_longer_than_the_file_is_rejected) {
    begin(1, 1, 8, GREY);
    png_file_add_rows(&file, "\0a", 2);
    file.bytes[33] = 0x7f;
    check_rejected("chunk IDAT: expected 2130706442 bytes, found only 10");
    file.bytes[33] = 0x80;
    check_rejected("chunk IDAT: expected 2147483658 bytes, found only 10");
    file.bytes[33] = 0;
    file.bytes[36]++;
    check_rejected("chunk IDAT: expected 11 bytes, found only 10");
}

TEST(headers_that_png_does_not_allow_are_rejected) {
    static const uint8_t allowed[7][17] = {
        [GREY] = {[1] = 1, [2] = 1, [4] = 1, [8] = 1, [16] = 1},
        [RGB] = {[8] = 1, [16] = 1},
        [PALETTE] = {[1] = 1, [2] = 1, [4] = 1, [8] = 1},
        [GREY_ALPHA] = {[8] = 1, [16] = 1},
        [RGB_ALPHA] = {[8] = 1, [16] = 1},
    };
    for (uint8_t colour = 0; colour < 9; colour++) {
        for (uint8_t depth = 0; depth < 34; depth++) {
            if (colour < 7 && depth < 17 && allowed[colour][depth])
                continue;
            char expected[96];
            snprintf(expected, sizeof expected,
                     "expected a colour type and a bit depth of PNG, found %d and %d", colour,
                     depth);
            begin(1, 1, depth, colour);
            check_rejected(expected);
        }
    }
    for (size_t i = 10; i < 13; i++) { // compression, filter, interlace
        begin(1, 1, 8, GREY);
        file.bytes[16 + i] = 2;
        png_file_repair(&file);
        check_rejected("expected compression 0, filter 0 and interlace 0 or 1, found");
    }
}

TEST(images_without_pixels_or_with_too_many_are_rejected) {
    begin(0, 1, 8, GREY);
    check_rejected("expected a width and a height above 0, found 0x1");
    begin(1, 0, 8, GREY);
    check_rejected("expected a width and a height above 0, found 1x0");
    begin(8192, 8192, 8, GREY);
    check_rejected("expected at most 64000000 pixels, found 8192x8192");
    begin(UINT32_MAX, UINT32_MAX, 8, GREY);
    check_rejected("expected at most 64000000 pixels, found 4294967295x4294967295");
    begin(4000001, 1, 16, GREY);
    check_rows_rejected(BYTES("\0a"), "expected rows of at most 8000000 bytes, found 8000002");
}

// Deflate makes at most 1032 bytes of one: no memory is taken for more.
TEST(memory_is_taken_only_for_pixels_that_the_data_can_hold) {
    begin(8000, 8000, 8, GREY);
    check_rows_rejected(BYTES("\0a"), "expected 8000x8000 pixels, found only 10 bytes of data");
    static const char zeros[60 * 1001];
    static uint8_t expected[60 * 1000];
    begin(1000, 60, 8, GREY);
    check_rows(zeros, sizeof zeros, 1000, 60, expected);
}

TEST(other_files_are_rejected) {
    file = (PngFile){0};
    check_rejected("expected a PNG file, found another");
    memcpy(file.bytes, "P5 1 1 255\na", 12);
    file.size = 12;
    check_rejected("expected a PNG file, found another");
    file.size = 0;
    png_file_add_signature(&file);
    check_rejected("expected another PNG chunk, found the end of the file");
}
