#include "io/safetensors.h"
#include "support/safetensors_file.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static Safetensors file; // too large for the stack

// Parses the file and returns its bytes, into which the tensors point; the caller calls test_free.
static uint8_t *check_read(const char *header, size_t data) {
    size_t size;
    uint8_t *bytes = make_file(header, data, &size);
    Error error;
    if (!safetensors_parse("path", bytes, size, &file, &error))
        fail_msg("expected to read %s, found: %s", header, error.text);
    return bytes;
}

TEST(safetensors_reads_names_dtypes_shapes_and_bytes) {
    uint8_t *bytes = check_read(TWO_TENSORS, 26);
    const uint8_t *data = bytes + 8 + strlen(TWO_TENSORS);
    assert_int_equal(file.tensor_count, 2);
    const Tensor *weight = safetensors_find(&file, "weight");
    assert_non_null(weight);
    assert_string_equal(weight->name, "weight");
    assert_string_equal(weight->dtype, "F32");
    assert_int_equal(weight->rank, 2);
    assert_int_equal(weight->shape[0], 2);
    assert_int_equal(weight->shape[1], 3);
    assert_int_equal(weight->size, 24);
    assert_ptr_equal(weight->bytes, data);
    const Tensor *bias = safetensors_find(&file, "bias");
    assert_non_null(bias);
    assert_int_equal(bias->size, 2);
    assert_ptr_equal(bias->bytes, data + 24);
    assert_null(safetensors_find(&file, "weigh"));
    assert_null(safetensors_find(&file, "__metadata__"));
    assert_string_equal(safetensors_find_metadata(&file, "kind"), "test");
    assert_null(safetensors_find_metadata(&file, "weight"));
    test_free(bytes);
}

TEST(safetensors_reads_a_file_without_tensors) {
    test_free(check_read("{}", 0));
    assert_int_equal(file.tensor_count, 0);
    test_free(check_read("{\"__metadata__\":{}}", 0));
    assert_int_equal(file.metadata_count, 0);
}

TEST(safetensors_reads_spaces_after_and_in_the_header) {
    test_free(check_read("{" TENSOR("a", "U8", "[1]", "[0,1]") "}      ", 1));
    test_free(check_read(
        "{ \"a\" : {\n\"dtype\" :\t\"U8\" , \"shape\" : [ 1 ] ,\r\"data_offsets\" : [ 0 , 1 ] } } ",
        1));
    assert_int_equal(file.tensor_count, 1);
}

TEST(safetensors_reads_any_order_of_keys_and_tensors) {
    uint8_t *bytes = check_read(
        "{" TENSOR("last", "U8", "[1]",
                   "[6,7]") ",\"first\":{\"data_offsets\":[0,2],\"shape\":[2],\"dtype\":\"I8\"},"
                            "\"__metadata__\":{\"a\":\"b\"},"
                            "\"middle\":{\"shape\":[],\"data_offsets\":[2,6],\"dtype\":\"F32\"}}",
        7);
    assert_int_equal(file.tensor_count, 3);
    assert_int_equal(safetensors_find(&file, "first")->bytes[0], 1);
    assert_int_equal(safetensors_find(&file, "middle")->bytes[0], 3);
    assert_int_equal(safetensors_find(&file, "middle")->rank, 0);
    assert_int_equal(safetensors_find(&file, "last")->bytes[0], 7);
    assert_string_equal(safetensors_find_metadata(&file, "a"), "b");
    test_free(bytes);
}

TEST(safetensors_knows_the_size_of_each_dtype) {
    const struct {
        const char *name;
        size_t size;
    } dtypes[] = {{"F64", 8}, {"I64", 8},  {"U64", 8}, {"F32", 4},     {"I32", 4},
                  {"U32", 4}, {"F16", 2},  {"I16", 2}, {"BF16", 2},    {"U16", 2},
                  {"I8", 1},  {"BOOL", 1}, {"U8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}};
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        char header[128];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%zu]}}",
                 dtypes[i].name, 3 * dtypes[i].size);
        test_free(check_read(header, 3 * dtypes[i].size));
        assert_string_equal(file.tensors[0].dtype, dtypes[i].name);
        assert_int_equal(file.tensors[0].size, 3 * dtypes[i].size);
    }
}

TEST(safetensors_reads_tensors_without_bytes) {
    test_free(
        check_read("{" TENSOR("none", "F32", "[0,3]", "[0,0]") "," TENSOR(
                       "a", "U8", "[2]", "[0,2]") "," TENSOR("end", "F64", "[5,0]", "[2,2]") "}",
                   2));
    assert_int_equal(safetensors_find(&file, "none")->size, 0);
    assert_int_equal(safetensors_find(&file, "none")->shape[1], 3);
    assert_int_equal(safetensors_find(&file, "end")->size, 0);
    test_free(check_read("{" TENSOR("none", "F32", "[0]", "[0,0]") "}", 0));
}

TEST(safetensors_reads_up_to_eight_dimensions) {
    test_free(check_read("{" TENSOR("a", "U8", "[1,1,1,1,1,1,1,2]", "[0,2]") "}", 2));
    assert_int_equal(file.tensors[0].rank, 8);
    assert_int_equal(file.tensors[0].shape[7], 2);
}

TEST(safetensors_reads_escaped_names) {
    test_free(check_read("{" TENSOR("\\u00e9\\ud83d\\ude00\\\"\\n", "U8", "[1]", "[0,1]") "}", 1));
    assert_non_null(safetensors_find(&file, "\xc3\xa9\xf0\x9f\x98\x80\"\n"));
}

TEST(safetensors_truncates_long_metadata_and_ignores_further_pairs) {
    enum { PAIRS = SAFETENSORS_MAX_METADATA + 5 };
    static char header[PAIRS * 400];
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    size_t used = (size_t)snprintf(header, sizeof header, "{\"__metadata__\":{");
    for (int i = 0; i < PAIRS; i++)
        used += (size_t)snprintf(header + used, sizeof header - used, "%s\"%d\":\"%s\"",
                                 i > 0 ? "," : "", i, text);
    snprintf(header + used, sizeof header - used, "}," TENSOR("a", "U8", "[1]", "[0,1]") "}");
    test_free(check_read(header, 1));
    assert_int_equal(file.metadata_count, SAFETENSORS_MAX_METADATA);
    assert_int_equal(strlen(safetensors_find_metadata(&file, "0")), SAFETENSORS_VALUE_SIZE - 1);
    assert_int_equal(file.tensor_count, 1);
}
