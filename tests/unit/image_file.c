#include "pictures/image_file.h"
#include "support/png_file.h"
#include "support/test.h"

// The literal's bytes without its final zero.
#define BYTES(literal) (literal), sizeof(literal) - 1

static ImageFileFormat detect(const char *bytes, size_t size) {
    uint8_t magic[IMAGE_FILE_MAGIC_BYTES] = {0};
    memcpy(magic, bytes, size < sizeof magic ? size : sizeof magic);
    return image_file_detect(magic);
}

static void check_rejected(const char *bytes, size_t size, const char *expected) {
    GrayImage image;
    Error error = {{0}};
    assert_false(image_file_parse("a file", (const uint8_t *)bytes, size, &image, &error));
    assert_null(image.values);
    assert_string_equal(error.text, expected);
}

TEST(a_format_is_detected_by_the_first_bytes) {
    assert_int_equal(detect(BYTES("\x89PNG\r\n\x1a\n")), IMAGE_FILE_PNG);
    assert_int_equal(detect(BYTES("\x89PNG\r\n\x1a")), IMAGE_FILE_UNKNOWN);
    assert_int_equal(detect(BYTES("P1")), IMAGE_FILE_PNM);
    assert_int_equal(detect(BYTES("P6\n")), IMAGE_FILE_PNM);
    assert_int_equal(detect(BYTES("P7\n")), IMAGE_FILE_UNKNOWN);
    assert_int_equal(detect(BYTES("P8\n")), IMAGE_FILE_UNKNOWN);
    assert_int_equal(detect(BYTES("\0\0\x08\3")), IMAGE_FILE_IDX);
    assert_int_equal(detect(BYTES("\0\0\x08\1")), IMAGE_FILE_IDX);
    assert_int_equal(detect(BYTES("\0\0\x0a\1")), IMAGE_FILE_UNKNOWN);
    assert_int_equal(detect(BYTES("BM\x36\0\0\0\0\0\0\0")), IMAGE_FILE_FOREIGN);
    assert_int_equal(detect(BYTES("")), IMAGE_FILE_UNKNOWN);
    assert_int_equal(detect(BYTES("a text")), IMAGE_FILE_UNKNOWN);
}

TEST(png_and_pnm_are_parsed) {
    GrayImage image;
    Error error;
    PngFile file = {.size = 0};
    png_file_begin(&file, 1, 1, 8, 0, 0);
    png_file_add_rows(&file, "\0a", 2);
    png_file_end(&file);
    assert_true(image_file_parse("a file", file.bytes, file.size, &image, &error));
    assert_int_equal(image.values[0], 'a');
    gray_image_free(&image);
    assert_true(image_file_parse("a file", (const uint8_t *)"P5 1 1 255\nb", 12, &image, &error));
    assert_int_equal(image.values[0], 'b');
    gray_image_free(&image);
}

// The commands of ImageMagick 7 and 6.
TEST(the_error_for_another_format_tells_how_to_convert_it) {
    static const struct {
        char bytes[13];
        const char *name, *file;
    } formats[] = {
        {"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG", "a.jpg"},
        {"GIF89a", "GIF", "a.gif"},
        {"RIFF\x10\0\0\0WEBP", "WebP", "a.webp"},
        {"II*\0\x08\0\0\0", "TIFF", "a.tif"},
        {"MM\0*\0\0\0\x08", "TIFF", "a.tif"},
        {"\0\0\0\x18"
         "ftypheic",
         "HEIC", "a.heic"},
        {"\0\0\0\x18"
         "ftypmif1",
         "HEIC", "a.heic"},
        {"\0\0\0\x1c"
         "ftypavif",
         "AVIF", "a.avif"},
        {"%PDF-1.7", "PDF", "a.pdf"},
        {"BM\x46\0\0\0", "BMP", "a.bmp"},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char expected[256];
        snprintf(expected, sizeof expected,
                 "a file: expected a PNG, PNM or IDX file, found %s; convert it as in: magick %s "
                 "-auto-orient a.png (ImageMagick 7), or: convert %s -auto-orient a.png "
                 "(ImageMagick 6)",
                 formats[i].name, formats[i].file, formats[i].file);
        check_rejected(formats[i].bytes, sizeof formats[i].bytes - 1, expected);
    }
}

TEST(the_error_for_another_file_names_its_kind_or_first_bytes) {
    check_rejected(BYTES(""), "a file: expected a PNG, PNM or IDX file, found an empty one");
    check_rejected(BYTES("<!DOCTYPE html>"),
                   "a file: expected a PNG, PNM or IDX file, found HTML (a web page)");
    check_rejected(BYTES("\1"), "a file: expected a PNG, PNM or IDX file, found a file that begins "
                                "01");
}

TEST(an_idx_file_is_no_picture) {
    check_rejected(BYTES("\0\0\x08\3"), "a file: expected a PNG or PNM file, found an IDX file");
}
