#include "io/safetensors.h"
#include "support/safetensors_file.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static Safetensors file; // too large for the stack

static void check_bytes_rejected(const uint8_t *bytes, size_t size, const char *words) {
    Error error = {{0}};
    if (safetensors_parse("path", bytes, size, &file, &error))
        fail_msg("expected an error with '%s', found none", words);
    if (strncmp(error.text, "path: ", 6) != 0 || !strstr(error.text, words))
        fail_msg("expected '%s' in: %s", words, error.text);
}

static void check_rejected(const char *header, size_t data, const char *words) {
    size_t size;
    uint8_t *bytes = make_file(header, data, &size);
    check_bytes_rejected(bytes, size, words);
    test_free(bytes);
}

TEST(safetensors_keeps_an_error_in_one_line) {
    size_t size;
    uint8_t *bytes = make_file("{" TENSOR("a\\nb", "F33", "[1]", "[0,1]") "}", 1, &size);
    Error error;
    assert_false(safetensors_parse("path", bytes, size, &file, &error));
    assert_null(strchr(error.text, '\n'));
    assert_non_null(strstr(error.text, "a?b"));
    test_free(bytes);
}

TEST(safetensors_rejects_a_file_cut_at_every_byte) {
    size_t size;
    uint8_t *bytes = make_file(TWO_TENSORS, 26, &size);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = test_malloc(cut > 0 ? cut : 1);
        memcpy(part, bytes, cut);
        const char *words = cut < 8           ? "expected a safetensors file, found only"
                            : cut == 8        ? "expected a safetensors file, found another"
                            : cut < size - 26 ? "expected a safetensors header of"
                                              : "expected offsets from 0 to";
        check_bytes_rejected(part, cut, words);
        test_free(part);
    }
    test_free(bytes);
}

TEST(safetensors_rejects_a_header_cut_at_every_byte) {
    for (size_t cut = 0; cut < strlen(TWO_TENSORS); cut++) {
        char header[sizeof TWO_TENSORS] = "";
        memcpy(header, TWO_TENSORS, cut);
        check_rejected(header, 26, "expected");
    }
}

TEST(safetensors_rejects_other_files) {
    const char *texts[] = {"# mnist-train\n\ntrains a network", "\x89PNG\r\n\x1a\n\1\2\3\4",
                           "P5 28 28 255\n", "<!DOCTYPE html>"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_bytes_rejected((const uint8_t *)texts[i], strlen(texts[i]),
                             "expected a safetensors file, found another");
}

TEST(safetensors_rejects_a_header_longer_than_the_file) {
    size_t size;
    uint8_t *bytes = make_file("{}", 0, &size);
    bytes[0] = 3;
    check_bytes_rejected(bytes, size, "header of 3 bytes, found only 2");
    bytes[0] = 2;
    bytes[7] = 0x80;
    check_bytes_rejected(bytes, size, "header of 9223372036854775810 bytes, found only 2");
    memset(bytes, 0xff, 8); // plus 8 is 7
    check_bytes_rejected(bytes, size, "header of 18446744073709551615 bytes, found only 2");
    memset(bytes, 0, 8);
    bytes[4] = 1;
    check_bytes_rejected(bytes, size, "header of 4294967296 bytes, found only 2");
    memset(bytes, 0, 8);
    check_bytes_rejected(bytes, size, "expected a JSON object");
    test_free(bytes);
}

TEST(safetensors_rejects_tensors_that_overlap) {
    check_rejected("{" TENSOR("a", "U8", "[3]", "[0,3]") "," TENSOR("b", "U8", "[2]", "[2,4]") "}",
                   4, "overlapping");
    check_rejected("{" TENSOR("a", "U8", "[4]", "[0,4]") "," TENSOR("b", "U8", "[4]", "[0,4]") "}",
                   4, "overlapping");
    check_rejected("{" TENSOR("a", "U8", "[4]", "[0,4]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}",
                   4, "overlapping");
    // the sizes add up, but one byte belongs to no tensor and another to two
    check_rejected("{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}",
                   4, "expected adjacent tensors");
}

TEST(safetensors_rejects_gaps_and_bytes_of_no_tensor) {
    check_rejected("{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "U8", "[1]", "[2,3]") "}",
                   3, "with gaps");
    check_rejected("{" TENSOR("a", "U8", "[1]", "[1,2]") "}", 2, "with gaps");
    check_rejected("{" TENSOR("a", "U8", "[1]", "[0,1]") "}", 2, "with gaps");
    check_rejected("{}", 1, "with gaps");
}

TEST(safetensors_rejects_offsets_beyond_the_file) {
    check_rejected("{" TENSOR("a", "U8", "[4]", "[0,4]") "}", 3, "expected offsets from 0 to 3");
    check_rejected("{" TENSOR("a", "U8", "[1]", "[4,5]") "}", 4, "expected offsets");
    check_rejected("{" TENSOR("a", "U8", "[0]", "[5,5]") "}", 4, "expected offsets");
    check_rejected("{" TENSOR("a", "U8", "[4]", "[4,0]") "}", 4, "expected offsets");
    check_rejected("{" TENSOR("a", "U8", "[2]", "[18446744073709551615,1]") "}", 4,
                   "expected offsets");
    check_rejected("{" TENSOR("a", "U8", "[4]", "[0,18446744073709551615]") "}", 4,
                   "expected offsets");
    check_rejected("{" TENSOR("a", "U8", "[4]", "[9223372036854775808,9223372036854775812]") "}", 4,
                   "expected offsets");
}

TEST(safetensors_rejects_a_size_that_does_not_match_the_shape) {
    check_rejected("{" TENSOR("a", "F32", "[2]", "[0,4]") "}", 4, "expected 8 bytes for its shape");
    check_rejected("{" TENSOR("a", "F32", "[]", "[0,8]") "}", 8, "expected 4 bytes for its shape");
    check_rejected("{" TENSOR("a", "U8", "[2,2]", "[0,5]") "}", 5,
                   "expected 4 bytes for its shape");
    check_rejected("{" TENSOR("a", "F32", "[0]", "[0,4]") "}", 4, "expected 0 bytes for its shape");
}

TEST(safetensors_rejects_shapes_that_overflow) {
    const char *shapes[] = {
        "[4611686018427387905]",      // times 4 is 4
        "[18446744073709551615]",     // 2^64 - 1
        "[2147483648,2147483649,4]",  // 2^64 + 2^33 values
        "[4294967296,4294967296]",    // times 4 is 0
        "[9223372036854775808,2]",    // 2^64
        "[65536,65536,65536,65536,1]" // 2^64
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char header[256];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,4]}}", shapes[i]);
        check_rejected(header, 4, "expected");
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,0]}}", shapes[i]);
        check_rejected(header, 0, "expected");
    }
    check_rejected("{" TENSOR("a", "U8", "[18446744073709551616]", "[0,0]") "}", 0,
                   "expected dtype, shape and data_offsets");
}

TEST(safetensors_rejects_more_than_eight_dimensions) {
    check_rejected("{" TENSOR("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") "}", 1,
                   "expected dtype, shape and data_offsets");
}

TEST(safetensors_rejects_unknown_dtypes) {
    const char *dtypes[] = {"",        "F33", "f32",    "F32 ",     " F32",
                            "float32", "U",   "F8_E4M", "COMPLEX64"};
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        char header[256];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"%s\",\"shape\":[4],\"data_offsets\":[0,4]}}", dtypes[i]);
        check_rejected(header, 4, "expected a dtype of safetensors");
    }
}

// float8 dtypes with other values than F8_E4M3 and F8_E5M2.
TEST(safetensors_rejects_dtypes_that_begin_with_a_known_one) {
    check_rejected("{" TENSOR("a", "F8_E4M3FNUZ", "[4]", "[0,4]") "}", 4, "expected a dtype");
    check_rejected("{" TENSOR("a", "F8_E5M2FNUZ", "[4]", "[0,4]") "}", 4, "expected a dtype");
}

TEST(safetensors_rejects_a_tensor_twice) {
    check_rejected("{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("a", "U8", "[1]", "[1,2]") "}",
                   2, "expected each tensor once, found a twice");
    check_rejected(
        "{" TENSOR("a", "U8", "[0]", "[0,0]") "," TENSOR("\\u0061", "U8", "[0]", "[0,0]") "}", 0,
        "found a twice");
}

TEST(safetensors_rejects_more_than_32_tensors) {
    static char header[4096];
    size_t used = 0;
    for (int i = 0; i <= SAFETENSORS_MAX_TENSORS; i++)
        used +=
            (size_t)snprintf(header + used, sizeof header - used,
                             "%s\"%d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}",
                             i > 0 ? "," : "{", i, i, i + 1);
    snprintf(header + used, sizeof header - used, "}");
    check_rejected(header, SAFETENSORS_MAX_TENSORS + 1, "expected at most 32 tensors, found more");
}

TEST(safetensors_rejects_unknown_missing_and_repeated_keys) {
    const char *wrong[] = {
        "{\"a\":{}}",
        "{\"a\":{\"dtype\":\"U8\"}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}",
        "{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"other\":1}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"Shape\":[1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}}",
        "{\"a\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[\"1\"],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[,1],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[01],\"data_offsets\":[0,1]}}",
        "{\"a\":{\"dtype\":null,\"shape\":[1],\"data_offsets\":[0,1]}}",
        "{\"a\":[]}",
        "{\"a\":1}",
        "{\"a\":null}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_rejected(wrong[i], 1, "a: expected dtype, shape and data_offsets");
}

TEST(safetensors_rejects_metadata_that_are_no_strings) {
    const char *wrong[] = {"{\"__metadata__\":[]}",        "{\"__metadata__\":\"a\"}",
                           "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":{\"a\":{}}}",
                           "{\"__metadata__\":{\"a\"}}",   "{\"__metadata__\":{\"a\":\"b\",}}",
                           "{\"__metadata__\":{a:\"b\"}}", "{\"__metadata__\":{\"a\":\"\\q\"}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_rejected(wrong[i], 0, "expected pairs of strings");
}

TEST(safetensors_rejects_headers_that_are_no_json_object) {
#define VALID TENSOR("a", "U8", "[1]", "[0,1]")
    const char *others[] = {"", "   ", "[]", "\"a\"", "1", "null", "}", "<html>", "\xef\xbb\xbf{}"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        check_rejected(others[i], 1, "expected a JSON object");
    check_rejected("{}{}", 0, "expected a valid JSON header");
    check_rejected("{},", 0, "expected a valid JSON header");
    const char *malformed[] = {
        "{",           "{" VALID,      "{" VALID ",}", "{" VALID "}}",
        "{" VALID "]", "{" VALID "}x", "{," VALID "}", "{" VALID " " VALID "}",
        "{\"a\"}",     "{a:1}",        "{\"a\" 1}",    "{'a':1}",
        "{1:1}",       "{\"a\n\":1}",  "{\"\\u12\":1}"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        check_rejected(malformed[i], 1, "expected a valid JSON header");
    size_t size;
    uint8_t *bytes = make_file("{}  ", 0, &size);
    bytes[size - 1] = '\0'; // not a space
    check_bytes_rejected(bytes, size, "expected a valid JSON header");
    test_free(bytes);
#undef VALID
}

// A changed bit makes the file invalid, or another valid file.
TEST(safetensors_rejects_or_reads_a_file_with_any_bit_flipped) {
    size_t size;
    uint8_t *bytes = make_file(TWO_TENSORS, 26, &size);
    size_t rejected = 0;
    for (size_t bit = 0; bit < 8 * (size - 26); bit++) {
        Error error = {{0}};
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (!safetensors_parse("path", bytes, size, &file, &error)) {
            assert_true(error.text[0] != '\0');
            rejected++;
        } else {
            size_t sum = 0;
            for (size_t i = 0; i < file.tensor_count; i++)
                sum += file.tensors[i].size;
            assert_int_equal(sum, 26);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(rejected > 4 * (size - 26));
    test_free(bytes);
}
