#include "io/safetensors.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

// An entry of the header; shape and offsets are JSON arrays.
#define TENSOR(name, dtype, shape, offsets)                                                        \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"
#define BYTE TENSOR("a", "U8", "[1]", "[0,1]")

// A header for 26 bytes of data.
#define TWO_TENSORS                                                                                \
    "{\"__metadata__\":{\"kind\":\"test\"}," TENSOR(                                               \
        "weight", "F32", "[2,3]", "[0,24]") "," TENSOR("bias", "U8", "[2]", "[24,26]") "}"

static Safetensors file, other; // too large for the stack

// Returns a file of this header and `data` bytes 1, 2, 3, ... in memory of exactly its size, so
// that sanitizers notice a read beyond it. The caller calls test_free.
static uint8_t *make_file(const void *header, size_t length, size_t data, size_t *size) {
    *size = 8 + length + data;
    uint8_t *bytes = test_malloc(*size);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < data; i++)
        bytes[8 + length + i] = (uint8_t)(i + 1);
    return bytes;
}

// Parses such a file. The tensors' bytes are gone afterwards.
static void check_read(const char *header, size_t data) {
    size_t size;
    uint8_t *bytes = make_file(header, strlen(header), data, &size);
    Error error;
    if (!safetensors_parse("path", bytes, size, &file, &error))
        fail_msg("expected to read %s, found: %s", header, error.text);
    test_free(bytes);
}

static void check_bytes_rejected(const uint8_t *bytes, size_t size, const char *words) {
    Error error = {{0}};
    if (safetensors_parse("path", bytes, size, &file, &error))
        fail_msg("expected an error with '%s', found none", words);
    assert_memory_equal(error.text, "path: ", 6);
    text_after(error.text, words);
}

static void check_rejected(const char *header, size_t data, const char *words) {
    size_t size;
    uint8_t *bytes = make_file(header, strlen(header), data, &size);
    check_bytes_rejected(bytes, size, words);
    test_free(bytes);
}

TEST(names_dtypes_shapes_and_bytes_are_read) {
    size_t size;
    uint8_t *bytes = make_file(TWO_TENSORS, strlen(TWO_TENSORS), 26, &size);
    const uint8_t *data = bytes + 8 + strlen(TWO_TENSORS);
    Error error;
    assert_true(safetensors_parse("path", bytes, size, &file, &error));
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
    assert_int_equal(bias->size, 2);
    assert_ptr_equal(bias->bytes, data + 24);
    assert_null(safetensors_find(&file, "weigh"));
    assert_null(safetensors_find(&file, "__metadata__"));
    assert_string_equal(safetensors_find_metadata(&file, "kind"), "test");
    assert_null(safetensors_find_metadata(&file, "weight"));
    test_free(bytes);
}

TEST(spaces_any_order_and_tensors_without_bytes_are_read) {
    check_read("{}", 0);
    assert_int_equal(file.tensor_count, 0);
    check_read("{\"__metadata__\":{}}", 0);
    assert_int_equal(file.metadata_count, 0);
    check_read("{" BYTE "}      ", 1);
    check_read("{ \"a\" : {\n\"dtype\" :\t\"U8\" , \"shape\" : [ 1 ] ,\r\"data_offsets\" : [ 0 , 1 "
               "] } } ",
               1);
    check_read("{" TENSOR("last", "U8", "[1]",
                          "[6,7]") ",\"first\":{\"data_offsets\":[0,2],\"shape\":[2],\"dtype\":"
                                   "\"I8\"},\"__metadata__\":{\"a\":\"b\"},"
                                   "\"middle\":{\"shape\":[],\"data_offsets\":[2,6],\"dtype\":"
                                   "\"F32\"}}",
               7);
    assert_int_equal(file.tensor_count, 3);
    assert_int_equal(safetensors_find(&file, "middle")->rank, 0);
    assert_ptr_equal(safetensors_find(&file, "last")->bytes,
                     safetensors_find(&file, "first")->bytes + 6);
    check_read(
        "{" TENSOR("none", "F32", "[0,3]", "[0,0]") "," TENSOR(
            "a", "U8", "[1,1,1,1,1,1,1,2]", "[0,2]") "," TENSOR("end", "F64", "[5,0]", "[2,2]") "}",
        2);
    assert_int_equal(safetensors_find(&file, "none")->size, 0);
    assert_int_equal(safetensors_find(&file, "none")->shape[1], 3);
    assert_int_equal(safetensors_find(&file, "a")->shape[7], 2);
}

TEST(each_dtype_has_its_size) {
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
        check_read(header, 3 * dtypes[i].size);
        assert_string_equal(file.tensors[0].dtype, dtypes[i].name);
        assert_int_equal(file.tensors[0].size, 3 * dtypes[i].size);
    }
}

// A value of the metadata; NULL: malformed. No name or value of the program has an escape.
TEST(strings_are_kept_with_their_escapes) {
    static const struct {
        const char *json;
        const char *text;
    } rows[] = {
        {"\"\"", ""},
        {"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\"\\\"\\\\\\/\\n\\u20ac\"", "\\\"\\\\\\/\\n\\u20ac"},
        {"", NULL},
        {"'a'", NULL},
        {"null", NULL},
        {"\"\\\"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char header[128];
        snprintf(header, sizeof header, "{\"__metadata__\":{\"k\":%s}}", rows[i].json);
        if (!rows[i].text) {
            check_rejected(header, 0, "expected a valid JSON header");
            continue;
        }
        check_read(header, 0);
        assert_string_equal(safetensors_find_metadata(&file, "k"), rows[i].text);
    }
}

TEST(long_strings_are_cut) {
    char header[256], name[SAFETENSORS_NAME_SIZE];
    snprintf(header, sizeof header, "{\"__metadata__\":{\"%0200d\":\"v\"}}", 0);
    snprintf(name, sizeof name, "%0*d", SAFETENSORS_NAME_SIZE - 1, 0);
    check_read(header, 0);
    assert_string_equal(file.metadata[0].key, name);
}

TEST(further_pairs_of_metadata_are_ignored) {
    static char header[(SAFETENSORS_MAX_METADATA + 5) * 16];
    size_t used = (size_t)snprintf(header, sizeof header, "{\"__metadata__\":{");
    for (int i = 0; i < SAFETENSORS_MAX_METADATA + 5; i++)
        used += (size_t)snprintf(header + used, sizeof header - used, "%s\"%d\":\"a\"",
                                 i > 0 ? "," : "", i);
    snprintf(header + used, sizeof header - used, "}}");
    check_read(header, 0);
    assert_int_equal(file.metadata_count, SAFETENSORS_MAX_METADATA);
}

TEST(files_cut_anywhere_are_rejected) {
    size_t size;
    uint8_t *bytes = make_file(TWO_TENSORS, strlen(TWO_TENSORS), 26, &size);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = test_malloc(cut > 0 ? cut : 1);
        memcpy(part, bytes, cut);
        check_bytes_rejected(part, cut,
                             cut < 8    ? "expected a safetensors file, found only"
                             : cut == 8 ? "expected a safetensors file, found a file that begins"
                             : cut < size - 26 ? "expected a safetensors header of"
                                               : "expected offsets from 0 to");
        test_free(part);
    }
    test_free(bytes);
    for (size_t cut = 0; cut < strlen(TWO_TENSORS); cut++) { // the header only
        bytes = make_file(TWO_TENSORS, cut, 26, &size);
        check_bytes_rejected(bytes, size, "expected");
        test_free(bytes);
    }
}

TEST(a_header_longer_than_the_file_is_rejected) {
    static const struct {
        uint8_t size[8];
        const char *words;
    } rows[] = {
        {{3}, "header of 3 bytes, found only 2"},
        {{2, 0, 0, 0, 0, 0, 0, 0x80}, "header of 9223372036854775810 bytes, found only 2"},
        {{255, 255, 255, 255, 255, 255, 255, 255}, // plus 8 is 7
         "header of 18446744073709551615 bytes, found only 2"},
        {{0, 0, 0, 0, 1}, "header of 4294967296 bytes, found only 2"},
        {{0}, "expected a valid JSON header"},
    };
    size_t size;
    uint8_t *bytes = make_file("{}", 2, 0, &size);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memcpy(bytes, rows[i].size, 8);
        check_bytes_rejected(bytes, size, rows[i].words);
    }
    test_free(bytes);
}

TEST(malformed_headers_are_rejected) {
    static const struct {
        const char *header;
        size_t data;
        const char *words;
    } rows[] = {
        // overlapping tensors, and gaps
        {"{" TENSOR("a", "U8", "[3]", "[0,3]") "," TENSOR("b", "U8", "[2]", "[2,4]") "}", 4,
         "expected 5 bytes of tensors, found 4"},
        {"{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "U8", "[1]", "[2,3]") "}", 3,
         "expected 2 bytes of tensors, found 3"},
        {"{" BYTE "}", 2, "expected 1 bytes of tensors, found 2"},
        {"{}", 1, "expected 0 bytes of tensors, found 1"},
        {"{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}", 4,
         "tensor b: expected it at 2, where the tensors before it end, found 1"},
        {"{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[0,2]") "}", 4,
         "tensor b: expected it at 2, where the tensors before it end, found 0"},
        {"{" TENSOR("a", "U8", "[8]", "[0,8]") "," TENSOR("b", "U8", "[8]", "[4,12]") "," TENSOR(
             "c", "U8", "[0]", "[4,4]") "}",
         16, "tensor b: expected it at 8, where the tensors before it end, found 4"},
        // offsets
        {"{" TENSOR("a", "U8", "[4]", "[0,4]") "}", 3, "expected offsets from 0 to 3"},
        {"{" TENSOR("a", "U8", "[0]", "[5,5]") "}", 4, "expected offsets"},
        {"{" TENSOR("a", "U8", "[4]", "[4,0]") "}", 4, "expected offsets"},
        {"{" TENSOR("a", "U8", "[2]", "[18446744073709551615,1]") "}", 4, "expected offsets"},
        {"{" TENSOR("a", "U8", "[4]", "[9223372036854775808,9223372036854775812]") "}", 4,
         "expected offsets"},
        // shapes; times 4, most overflow
        {"{" TENSOR("a", "F32", "[2]", "[0,4]") "}", 4, "expected 8 bytes for its shape"},
        {"{" TENSOR("a", "F32", "[0]", "[0,4]") "}", 4, "expected 0 bytes for its shape"},
        {"{" TENSOR("a", "F32", "[4611686018427387905]", "[0,4]") "}", 4, "bytes for its shape"},
        {"{" TENSOR("a", "F32", "[18446744073709551615]", "[0,4]") "}", 4, "bytes for its shape"},
        {"{" TENSOR("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "bytes for its shape"},
        {"{" TENSOR("a", "F32", "[65536,65536,65536,65536,1]", "[0,0]") "}", 0,
         "bytes for its shape"},
        {"{" TENSOR("a", "U8", "[18446744073709551616]", "[0,0]") "}", 0,
         "expected a valid JSON header"},
        {"{" TENSOR("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") "}", 1,
         "expected a valid JSON header"},
        // dtypes; sizes that overflow
        {"{" TENSOR("a", "", "[4]", "[0,4]") "}", 4, "expected a dtype of safetensors, found ''"},
        {"{" TENSOR("a", "U", "[4]", "[0,4]") "}", 4, "expected a dtype"},
        {"{" TENSOR("a", "F4", "[4]", "[0,4]") "}", 4, "expected a dtype"},
        {"{" TENSOR("a", "U9999999999999", "[9999999999999]", "[0,4]") "}", 4, "for its shape"},
        {"{" TENSOR("a\\nb", "F", "[1]", "[0,1]") "}", 1, "tensor a\\nb: "},
        // no JSON
        {"", 1, "expected a valid JSON header"},
        {"[]", 1, "expected a valid JSON header"},
        {"null", 1, "expected a valid JSON header"},
        {"\xef\xbb\xbf{}", 1, "expected a valid JSON header"},
        {"{}{}", 0, "expected a valid JSON header"},
        {"{", 1, "expected a valid JSON header"},
        {"{" BYTE, 1, "expected a valid JSON header"},
        {"{" BYTE ",}", 1, "expected a valid JSON header"},
        {"{" BYTE "}x", 1, "expected a valid JSON header"},
        {"{," BYTE "}", 1, "expected a valid JSON header"},
        {"{\"a\"}", 1, "expected a valid JSON header"},
        {"{\"a\" 1}", 1, "expected a valid JSON header"},
        {"{\"__metadata__\":[]}", 0, "expected a valid JSON header"},
        {"{\"__metadata__\":{\"a\"}}", 0, "expected a valid JSON header"},
        {"{\"__metadata__\":{\"a\":\"b\",}}", 0, "expected a valid JSON header"},
        {"{\"__metadata__\":{a:\"b\"}}", 0, "expected a valid JSON header"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_rejected(rows[i].header, rows[i].data, rows[i].words);
    size_t size;
    uint8_t *bytes = make_file("{}\0", 3, 0, &size);
    check_bytes_rejected(bytes, size, "expected a valid JSON header");
    test_free(bytes);
}

// What stands in place of a tensor's description.
TEST(unknown_and_missing_keys_and_other_numbers_are_rejected) {
    static const char *const wrong[] = {
        "{}",
        "[]",
        "1",
        "{\"dtype\":\"U8\",\"shape\":[1]}",
        "{\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"other\":1}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}",
        "{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}",
    };
    static const char *const numbers[] = {"-1",
                                          "+1",
                                          ".5",
                                          "-0",
                                          "1,",
                                          "1.0",
                                          "1e3",
                                          "0x1",
                                          "\"1\"",
                                          "1_0",
                                          "NaN",
                                          ",1",
                                          "1 2",
                                          "true",
                                          "- 1",
                                          "[1]",
                                          "1]]",
                                          "18446744073709551616",
                                          "99999999999999999999"};
    char header[256];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(header, sizeof header, "{\"a\":%s}", wrong[i]);
        check_rejected(header, 1, "expected");
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        snprintf(header, sizeof header, "{" TENSOR("a", "U8", "[%s]", "[0,1]") "}", numbers[i]);
        check_rejected(header, 1, "expected a valid JSON header");
    }
}

TEST(more_than_512_tensors_are_rejected) {
    static char header[65536];
    size_t used = 0;
    for (int i = 0; i <= SAFETENSORS_MAX_TENSORS; i++)
        used +=
            (size_t)snprintf(header + used, sizeof header - used,
                             "%s\"%d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}",
                             i > 0 ? "," : "{", i, i, i + 1);
    snprintf(header + used, sizeof header - used, "}");
    check_rejected(header, SAFETENSORS_MAX_TENSORS + 1, "expected at most 512 tensors, found more");
}

static void fill(Safetensors *tensors) {
    static const uint8_t values[24] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    *tensors = (Safetensors){0};
    safetensors_add(tensors, "weight", "F32", 2, (const size_t[]){2, 3}, values);
    safetensors_add(tensors, "none", "U64", 1, (const size_t[]){0}, NULL);
    safetensors_add(tensors, "odd 'name', \xc3\xa9", "U8", 1, (const size_t[]){3}, values);
    safetensors_add(tensors, "one", "F64", 0, NULL, values);
    safetensors_add(tensors, "ranks", "U8", 8, (const size_t[]){1, 1, 1, 1, 1, 1, 1, 2}, "xy");
    safetensors_add_metadata(tensors, "kind", "test");
    safetensors_add_metadata(tensors, "a quote '", "a smile \xf0\x9f\x98\x80");
    safetensors_add_metadata(tensors, "", "");
}

static void check_equal(const Safetensors *found, const Safetensors *expected) {
    assert_int_equal(found->tensor_count, expected->tensor_count);
    for (size_t i = 0; i < expected->tensor_count; i++) {
        const Tensor *a = &found->tensors[i];
        const Tensor *b = &expected->tensors[i];
        assert_string_equal(a->name, b->name);
        assert_string_equal(a->dtype, b->dtype);
        assert_int_equal(a->rank, b->rank);
        assert_memory_equal(a->shape, b->shape, sizeof a->shape);
        assert_int_equal(a->size, b->size);
        if (b->size > 0)
            assert_memory_equal(a->bytes, b->bytes, b->size);
    }
    assert_int_equal(found->metadata_count, expected->metadata_count);
    for (size_t i = 0; i < expected->metadata_count; i++) {
        assert_string_equal(found->metadata[i].key, expected->metadata[i].key);
        assert_string_equal(found->metadata[i].value, expected->metadata[i].value);
    }
}

// The bytes as safetensors' own serialize() gives them, but for the order of its keys.
TEST(the_published_format_is_written_with_aligned_values) {
    static const struct {
        const char *name;
        const char *file;
        size_t size;
    } rows[] = {
        {"", "\x18\0\0\0\0\0\0\0{\"__metadata__\":{}}     ", 32},
        {"a",
         "\x50\0\0\0\0\0\0\0{\"__metadata__\":{\"k\":\"v\"},"
         "\"a\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]}}\1\2\3\4",
         92},
        {"abcde",
         "\x58\0\0\0\0\0\0\0{\"__metadata__\":{\"k\":\"v\"},"
         "\"abcde\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]}}    \1\2\3\4",
         100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *bytes;
        size_t size;
        Error error;
        other = (Safetensors){0};
        if (rows[i].name[0]) {
            safetensors_add(&other, rows[i].name, "U8", 2, (const size_t[]){2, 2}, "\1\2\3\4");
            safetensors_add_metadata(&other, "k", "v");
        }
        assert_true(safetensors_encode(&other, &bytes, &size, &error));
        assert_int_equal(size, rows[i].size);
        assert_memory_equal(bytes, rows[i].file, size);
        free(bytes);
    }
}

TEST(up_to_32_tensors_and_pairs_are_written) {
    uint8_t *bytes;
    size_t size;
    Error error;
    other = (Safetensors){0};
    for (int i = 0; i < 32; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", i);
        safetensors_add(&other, name, "U8", 1, (const size_t[]){1}, "x");
        safetensors_add_metadata(&other, name, name);
    }
    assert_true(safetensors_encode(&other, &bytes, &size, &error));
    assert_true(safetensors_parse("path", bytes, size, &file, &error));
    check_equal(&file, &other);
    free(bytes);
}

TEST(files_are_read_raw_or_gzip) {
    uint8_t *bytes;
    size_t size, gzip_size;
    Error error;
    fill(&other);
    assert_true(safetensors_encode(&other, &bytes, &size, &error));
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    for (int i = 0; i < 2; i++) {
        scratch_write("file", i == 0 ? bytes : gzip, i == 0 ? size : gzip_size);
        assert_true(safetensors_read(scratch_path("file"), &file, &error));
        check_equal(&file, &other);
        assert_non_null(file.contents);
        safetensors_free(&file);
        assert_null(file.contents);
        assert_int_equal(file.tensor_count, 0);
        scratch_write("file", i == 0 ? bytes : gzip, (i == 0 ? size : gzip_size) - 1);
        assert_false(safetensors_read(scratch_path("file"), &file, &error));
        assert_non_null(strstr(error.text, scratch_path("file")));
        assert_null(file.contents);
    }
    free(gzip);
    free(bytes);
}

TEST(files_that_are_missing_or_too_large_are_rejected) {
    Error error;
    assert_false(safetensors_read(scratch_path("missing"), &file, &error));
    assert_non_null(strstr(error.text, "missing: No such file"));
    gzFile gzip = gzopen(scratch_path("large.gz"), "wb1");
    assert_non_null(gzip);
    for (int i = 0; i <= SAFETENSORS_MAX_FILE_BYTES; i++)
        assert_int_equal(gzputc(gzip, '{'), '{');
    assert_int_equal(gzclose(gzip), Z_OK);
    assert_false(safetensors_read(scratch_path("large.gz"), &file, &error));
    assert_non_null(strstr(error.text, "expected at most 16777216 bytes, found more"));
}

// Writes the beginning of a file that has 440,449,768 bytes, as a BERT, most of them a hole.
static void check_large_rejected(const char *begin, size_t size, const char *words) {
    Error error = {{0}};
    scratch_write("large", begin, size);
    assert_int_equal(truncate(scratch_path("large"), 440449768), 0);
    assert_false(safetensors_read(scratch_path("large"), &file, &error));
    if (!strstr(error.text, words))
        fail_msg("expected '%s' in: %s", words, error.text);
}

TEST(a_large_file_of_another_kind_is_named) {
    check_large_rejected("PK\3\4model/data.pkl", 18, "found a PyTorch file (.pt); convert it");
    check_large_rejected("\0", 1, "expected a safetensors file, found a file that begins 00 00");
    check_large_rejected("\377\0\0\0\0\0\0\0{", 9, "expected at most 16777216 bytes, found more");
}

TEST_PROGRAM(scratch_create, scratch_remove)
