#include "io/file_kind.h"
#include "support/test.h"

// The literal's bytes without its final zero.
#define BYTES(literal) (literal), sizeof(literal) - 1

static void check(const char *bytes, size_t size, const char *expected) {
    char text[FILE_KIND_TEXT];
    uint8_t *copy = malloc(size > 0 ? size : 1); // no byte follows it
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    assert_string_equal(file_kind_describe(copy, size, text), expected);
    free(copy);
}

// The head of a zip archive's first file: PKWARE's APPNOTE.TXT, 4.3.7.
#define ZIP(name)                                                                                  \
    BYTES("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0" name "\x80\2}")

TEST(what_people_have_in_place_of_a_file_is_named_by_its_kind) {
    check(BYTES("\x1f\x8b\x08\0"), "a gzip file in a gzip file");
    check(ZIP("train-images.idx3-ubyte"), "a zip archive");
    check(BYTES("version https://git-lfs.github.com/spec/v1\noid sha256:00"),
          "a Git LFS pointer (git lfs pull gets the file)");
    check(BYTES("<!DOCTYPE html>\n<html lang=\"en\">"), "HTML (a web page)");
    check(BYTES("\xef\xbb\xbf\r\n <HTML>"), "HTML (a web page)");
    check(BYTES("{\"error\": \"not found\"}\n"), "JSON");
    check(BYTES("[ {\"a\": 1}]"), "JSON");
    check(BYTES("<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>"), "XML");
    check(BYTES("\x89PNG\r\n\x1a\n"), "PNG");
    check(BYTES("\x89PNG\n\x1a\n"), "PNG with converted line ends");
    check(BYTES("\3757zXZ\0"), "an xz file");
    check(BYTES("\x93NUMPY\x01\0"), "a NumPy array (.npy)");
    check(ZIP("x_train.npy"), "a NumPy archive (.npz)");
    check(BYTES("\0\0\x0d\3\0\0\0\1"), "IDX of float");
    check(BYTES("\0\0\x08\1\0\0\0\1"), "IDX of unsigned byte");
}

TEST(models_of_other_programs_are_named) {
    check(ZIP("model/data.pkl"), "a PyTorch file (.pt)");
    check(BYTES("\x80\2\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.\x80\2M"), "an old PyTorch file");
    check(BYTES("\x80\4\x95\x10\0\0\0\0\0\0\0}"), "a Python pickle");
    check(BYTES("\x60\1\0\0\0\0\0\0{\"d1.weight\":"), "a safetensors file");
    check(BYTES("\x89HDF\r\n\x1a\n\0"), "HDF5 (.h5)");
    check(ZIP("metadata.json"), "a Keras model (.keras)");
    check(BYTES("\x08\x06\x12\x07pytorch"), "an ONNX model");
    check(BYTES("\x08\x03\x12\x04"
                "CNTK\x1a\x03"),
          "an ONNX model");
    check(BYTES("\x08\x07\x12\x07tf2onnx\x1a\x06"), "an ONNX model");
    check(BYTES("\x1c\0\0\0TFL3"), "a TensorFlow Lite model");
    check(BYTES("GGUF\3\0\0\0"), "a GGUF model");
}

TEST(text_is_shown_by_its_first_line) {
    check(BYTES("\xff\xfeN\0o\0t\0"), "UTF-16 text");
    check(BYTES("\xfe\xff\0N\0o\0t"), "UTF-16 text");
    check(BYTES("404: Not Found"), "text that begins '404: Not Found'");
    check(BYTES("\n\nno picture here\nnor here"), "text that begins 'no picture here'");
    check(BYTES("a line that is longer than what a message can show of it"),
          "text that begins 'a line that is longer than wha'");
    check(BYTES("Sorry, this file is gone"), "text that begins 'Sorry, this file is gone'");
    check(BYTES("[error] quota, again"), "text that begins '[error] quota, again'");
    check(BYTES("[2026-11-30 10:00:01] quota"), "text that begins '[2026-11-30 10:00:01] quota'");
    check(BYTES("BMI of all patients"), "text that begins 'BMI of all patients'");
    check(BYTES("label,1x1,1x2\n7,0,0\n"), "CSV");
    check(BYTES("7,0,0,0,12,255\n"), "CSV");
    check(BYTES("a line\nand, then, commas"), "text that begins 'a line'");
}

TEST(an_unknown_file_is_shown_by_its_first_bytes) {
    check("", 0, "an empty one");
    check(BYTES("\0\0\x0a\1"), "a file that begins 00 00 0a 01");
    check(BYTES("\x01"), "a file that begins 01");
    check(BYTES("\xff\xff"), "a file that begins ff ff");
    check(BYTES("PK\3"), "a file that begins 50 4b 03");
}

TEST(the_header_of_a_tar_archive_ends_within_the_bytes) {
    char tar[FILE_KIND_BYTES] = "mnist/";
    memcpy(tar + 257, "ustar", 5);
    check(tar, sizeof tar, "a tar archive");
    check(tar, 260, "a file that begins 6d 6e 69 73");
}

TEST(pictures_that_imagemagick_reads_have_an_extension) {
    const FileKind *jpeg = file_kind_find((const uint8_t *)"\xff\xd8\xff\xe0", 4);
    assert_non_null(jpeg);
    assert_int_equal(jpeg->group, FILE_KIND_PICTURE);
    assert_string_equal(jpeg->extension, "jpg");
    const FileKind *svg = file_kind_find((const uint8_t *)"<?xml version='1.0'?>\n<svg>", 27);
    assert_non_null(svg);
    assert_string_equal(svg->extension, "svg");
    assert_null(file_kind_find((const uint8_t *)"text", 4));
}

TEST_PROGRAM(NULL, NULL)
