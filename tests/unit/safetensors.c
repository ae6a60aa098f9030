#include "io/safetensors.h"
#include "support/scratch.h"
#include "support/test.h"

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

// A value of the metadata, in JSON and as UTF-8; NULL: malformed.
TEST(strings_are_those_of_json) {
    static const struct {
        const char *json;
        const char *text;
    } rows[] = {
        {"\"\"", ""},
        {"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u007f\\u0080\\u00e9\\u07ff\"", "A\x7f\xc2\x80\xc3\xa9\xdf\xbf"},
        {"\"\\u0800\\u20AC\\u20ac\\uffff\"", "\xe0\xa0\x80\xe2\x82\xac\xe2\x82\xac\xef\xbf\xbf"},
        {"\"\\ud7ff\\ue000\"", "\xed\x9f\xbf\xee\x80\x80"},
        {"\"\\ud800\\udc00\\uDBFF\\uDFFF\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
        {"\"\\ud83d\"", "\xef\xbf\xbd"}, // an unpaired surrogate
        {"\"\\ud83dx\\ud83d\\n\"", "\xef\xbf\xbdx\xef\xbf\xbd\n"},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd\x41"},
        {"\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\"ab\\u0000cd\"", "ab"},
        {"", NULL},
        {"'a'", NULL},
        {"null", NULL},
        {"\"\\\"", NULL},
        {"\"\\x41\"", NULL},
        {"\"\\U0041\"", NULL},
        {"\"\\u12\"", NULL},
        {"\"\\u12g4\"", NULL},
        {"\"\\u+041\"", NULL},
        {"\"\\ud83d\\u12\"", NULL},
        {"\"\n\"", NULL},
        {"\"\x1f\"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char header[128];
        snprintf(header, sizeof header, "{\"__metadata__\":{\"k\":%s}}", rows[i].json);
        if (!rows[i].text) {
            check_rejected(header, 0, "expected pairs of strings");
            continue;
        }
        check_read(header, 0);
        assert_string_equal(safetensors_find_metadata(&file, "k"), rows[i].text);
    }
}

// `filler` bytes, then the JSON, of which `kept` is kept.
TEST(long_strings_are_cut_after_a_character) {
    enum { LONG = SAFETENSORS_NAME_SIZE - 4 }; // three bytes and the final zero fit
    static const struct {
        int filler;
        const char *json;
        const char *kept;
    } rows[] = {
        {LONG, "abc", "abc"},
        {LONG, "abcd", "abc"},
        {LONG, "\xe2\x82\xac", "\xe2\x82\xac"},
        {LONG + 1, "\xe2\x82\xacx", ""}, // x would fit
        {LONG + 2, "\xe2\x82\xacx", ""},
        {LONG + 1, "a\xe2\x82\xacx", "a"},
        {LONG + 1, "\\u20acx", ""},
        {LONG, "ab\xc3\xa9", "ab"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char header[256], name[SAFETENSORS_NAME_SIZE + 8];
        snprintf(header, sizeof header, "{\"__metadata__\":{\"%0*d%s\":\"v\"}}", rows[i].filler, 0,
                 rows[i].json);
        snprintf(name, sizeof name, "%0*d%s", rows[i].filler, 0, rows[i].kept);
        check_read(header, 0);
        assert_string_equal(file.metadata[0].key, name);
    }
    char header[256];
    snprintf(header, sizeof header, "{\"__metadata__\":{\"%0200d\\x\":\"v\"}}", 0);
    check_rejected(header, 0, "expected pairs of strings");
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
        {{0}, "expected a JSON object"},
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
        // overlapping tensors; the sizes of the last add up, but one byte belongs to no tensor
        {"{" TENSOR("a", "U8", "[3]", "[0,3]") "," TENSOR("b", "U8", "[2]", "[2,4]") "}", 4,
         "overlapping"},
        {"{" TENSOR("a", "U8", "[4]", "[0,4]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}", 4,
         "overlapping"},
        {"{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}", 4,
         "expected adjacent tensors"},
        {"{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "U8", "[1]", "[2,3]") "}", 3,
         "with gaps"},
        {"{" BYTE "}", 2, "with gaps"},
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
        {"{" TENSOR("a", "F32", "[4611686018427387905]", "[0,4]") "}", 4, "fits the file"},
        {"{" TENSOR("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "fits the file"},
        {"{" TENSOR("a", "F32", "[65536,65536,65536,65536,1]", "[0,0]") "}", 0, "fits the file"},
        {"{" TENSOR("a", "U8", "[18446744073709551616]", "[0,0]") "}", 0,
         "a: expected dtype, shape and data_offsets"},
        {"{" TENSOR("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") "}", 1,
         "a: expected dtype, shape and data_offsets"},
        // dtypes; the last is a float8 with other values than F8_E4M3
        {"{" TENSOR("a", "", "[4]", "[0,4]") "}", 4, "expected a dtype of safetensors, found ''"},
        {"{" TENSOR("a", "F32 ", "[4]", "[0,4]") "}", 4, "expected a dtype"},
        {"{" TENSOR("a", "F8_E4M3FNUZ", "[4]", "[0,4]") "}", 4, "expected a dtype"},
        {"{" TENSOR("a\\nb", "F33", "[1]", "[0,1]") "}", 1, "tensor a?b: "},
        {"{" BYTE "," TENSOR("\\u0061", "U8", "[1]", "[1,2]") "}", 2,
         "expected each tensor once, found a twice"},
        // no JSON
        {"", 1, "expected a JSON object"},
        {"[]", 1, "expected a JSON object"},
        {"\xef\xbb\xbf{}", 1, "expected a JSON object"},
        {"{}{}", 0, "expected a valid JSON header"},
        {"{", 1, "expected a valid JSON header"},
        {"{" BYTE, 1, "expected a valid JSON header"},
        {"{" BYTE ",}", 1, "expected a valid JSON header"},
        {"{" BYTE "}x", 1, "expected a valid JSON header"},
        {"{," BYTE "}", 1, "expected a valid JSON header"},
        {"{\"a\"}", 1, "expected a valid JSON header"},
        {"{\"a\" 1}", 1, "expected a valid JSON header"},
        {"{\"\\u12\":1}", 1, "expected a valid JSON header"},
        {"{\"__metadata__\":[]}", 0, "expected pairs of strings"},
        {"{\"__metadata__\":{\"a\":\"b\",}}", 0, "expected pairs of strings"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_rejected(rows[i].header, rows[i].data, rows[i].words);
    size_t size;
    uint8_t *bytes = make_file("{}\0", 3, 0, &size);
    check_bytes_rejected(bytes, size, "expected a valid JSON header");
    test_free(bytes);
}

// What stands in place of a tensor's description.
TEST(unknown_missing_and_repeated_keys_and_other_numbers_are_rejected) {
    static const char *const wrong[] = {
        "{}",
        "[]",
        "1",
        "{\"dtype\":\"U8\",\"shape\":[1]}",
        "{\"dtype\":\"U8\",\"data_offsets\":[0,1]}",
        "{\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"other\":1}",
        "{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}",
        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}",
        "{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}",
    };
    static const char *const numbers[] = {"-1",  "+1",  ".5",  "00",  "01",
                                          "1,",  "1.0", "1e3", "0x1", "\"1\"",
                                          "NaN", ",1",  "1 2", "[1]", "18446744073709551616"};
    char header[256];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(header, sizeof header, "{\"a\":%s}", wrong[i]);
        check_rejected(header, 1, "a: expected dtype, shape and data_offsets");
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        snprintf(header, sizeof header, "{" TENSOR("a", "U8", "[%s]", "[0,1]") "}", numbers[i]);
        check_rejected(header, 1, "a: expected dtype, shape and data_offsets");
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
    safetensors_add(tensors, "weight", "F32", 2, (const size_t[]){2, 3}, values, sizeof values);
    safetensors_add(tensors, "none", "U64", 1, (const size_t[]){0}, NULL, 0);
    safetensors_add(tensors, "odd \"name\"\n\xc3\xa9", "U8", 1, (const size_t[]){3}, values, 3);
    safetensors_add(tensors, "one", "F64", 0, NULL, values, 8);
    safetensors_add(tensors, "ranks", "U8", 8, (const size_t[]){1, 1, 1, 1, 1, 1, 1, 2}, "xy", 2);
    safetensors_add_metadata(tensors, "kind", "test");
    safetensors_add_metadata(tensors, "quote\"", "line\nbreak \\ \xf0\x9f\x98\x80");
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
            safetensors_add(&other, rows[i].name, "U8", 2, (const size_t[]){2, 2}, "\1\2\3\4", 4);
            safetensors_add_metadata(&other, "k", "v");
        }
        assert_true(safetensors_encode(&other, &bytes, &size, &error));
        assert_int_equal(size, rows[i].size);
        assert_memory_equal(bytes, rows[i].file, size);
        free(bytes);
    }
}

TEST(more_than_a_file_can_have_is_not_written) {
    for (int i = 0; i < 3; i++) {
        uint8_t *bytes;
        size_t size;
        Error error;
        fill(&file);
        for (int j = 0; j < 1000; j++) {
            const size_t shape[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
            if (i < 2)
                safetensors_add(&file, "a", "U8", i == 0 ? 1 : 9, shape, "x", 1);
            else
                safetensors_add_metadata(&file, "more", "");
        }
        assert_false(safetensors_encode(&file, &bytes, &size, &error));
        text_after(error.text, "expected at most 512 tensors of 8 dimensions and 32 pairs of ");
    }
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
    text_after(error.text, "missing: No such file");
    size_t size = (size_t)SAFETENSORS_MAX_FILE_BYTES + 1;
    uint8_t *bytes = calloc(1, size);
    assert_non_null(bytes);
    scratch_write("large", bytes, size);
    assert_false(safetensors_read(scratch_path("large"), &file, &error));
    text_after(error.text, "expected at most 16777216 bytes");
    free(bytes);
}

TEST_PROGRAM(scratch_create, scratch_remove)
