#include "io/safetensors.h"
#include "support/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Safetensors read_back; // large for a stack

// A file of this header and so many bytes behind it, the values 1, 2, 3 ... The caller frees; the
// memory is of exactly this size, which a sanitizer guards.
static uint8_t *file_of(const char *header, size_t data, size_t *size) {
    size_t length = strlen(header);
    *size = 8 + length + data;
    uint8_t *bytes = test_malloc(*size);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < data; i++)
        bytes[8 + length + i] = (uint8_t)(i + 1);
    return bytes;
}

// The tensors point into the bytes that are returned.
static uint8_t *check_read(const char *header, size_t data) {
    size_t size;
    uint8_t *bytes = file_of(header, data, &size);
    Error error;
    if (!safetensors_parse("file", bytes, size, &read_back, &error))
        fail_msg("expected to read %s, found: %s", header, error.text);
    return bytes;
}

static void check_bytes_refused(const uint8_t *bytes, size_t size, const char *words) {
    Error error = {{0}};
    if (safetensors_parse("file", bytes, size, &read_back, &error))
        fail_msg("expected it refused with '%s'", words);
    if (strncmp(error.text, "file: ", 6) != 0 || !strstr(error.text, words))
        fail_msg("expected '%s' in: %s", words, error.text);
}

static void check_refused(const char *header, size_t data, const char *words) {
    size_t size;
    uint8_t *bytes = file_of(header, data, &size);
    Error error = {{0}};
    if (safetensors_parse("file", bytes, size, &read_back, &error))
        fail_msg("expected '%s', found that it was read: %s", words, header);
    if (strncmp(error.text, "file: ", 6) != 0 || !strstr(error.text, words))
        fail_msg("expected '%s' in: %s", words, error.text);
    test_free(bytes);
}

#define TENSOR(name, type, shape, offsets)                                                         \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const char two_tensors[] = "{\"__metadata__\":{\"kind\":\"test\"}," TENSOR(
    "weight", "F32", "[2,3]", "[0,24]") "," TENSOR("bias", "U8", "[2]", "[24,26]") "}";

static void safetensors_reads_names_types_shapes_and_bytes(void **state) {
    (void)state;
    uint8_t *bytes = check_read(two_tensors, 26);
    const uint8_t *data = bytes + 8 + strlen(two_tensors);
    assert_int_equal(read_back.tensor_count, 2);
    const Tensor *weight = safetensors_find(&read_back, "weight");
    assert_non_null(weight);
    assert_string_equal(weight->name, "weight");
    assert_string_equal(weight->type, "F32");
    assert_int_equal(weight->rank, 2);
    assert_int_equal(weight->shape[0], 2);
    assert_int_equal(weight->shape[1], 3);
    assert_int_equal(weight->size, 24);
    assert_ptr_equal(weight->bytes, data);
    const Tensor *bias = safetensors_find(&read_back, "bias");
    assert_non_null(bias);
    assert_int_equal(bias->size, 2);
    assert_ptr_equal(bias->bytes, data + 24);
    assert_null(safetensors_find(&read_back, "weigh"));
    assert_null(safetensors_find(&read_back, "__metadata__"));
    assert_string_equal(safetensors_find_metadata(&read_back, "kind"), "test");
    assert_null(safetensors_find_metadata(&read_back, "weight"));
    test_free(bytes);
}

static void safetensors_reads_a_file_without_tensors(void **state) {
    (void)state;
    test_free(check_read("{}", 0));
    assert_int_equal(read_back.tensor_count, 0);
    test_free(check_read("{\"__metadata__\":{}}", 0));
    assert_int_equal(read_back.metadata_count, 0);
}

static void safetensors_reads_spaces_behind_and_in_the_header(void **state) {
    (void)state;
    test_free(check_read("{" TENSOR("a", "U8", "[1]", "[0,1]") "}      ", 1));
    test_free(check_read(
        "{ \"a\" : {\n\"dtype\" :\t\"U8\" , \"shape\" : [ 1 ] ,\r\"data_offsets\" : [ 0 , 1 ] } } ",
        1));
    assert_int_equal(read_back.tensor_count, 1);
}

static void safetensors_reads_any_order_of_keys_and_tensors(void **state) {
    (void)state;
    uint8_t *bytes = check_read(
        "{" TENSOR("last", "U8", "[1]",
                   "[6,7]") ",\"first\":{\"data_offsets\":[0,2],\"shape\":[2],\"dtype\":\"I8\"},"
                            "\"__metadata__\":{\"a\":\"b\"},"
                            "\"middle\":{\"shape\":[],\"data_offsets\":[2,6],\"dtype\":\"F32\"}}",
        7);
    assert_int_equal(read_back.tensor_count, 3);
    assert_int_equal(safetensors_find(&read_back, "first")->bytes[0], 1);
    assert_int_equal(safetensors_find(&read_back, "middle")->bytes[0], 3);
    assert_int_equal(safetensors_find(&read_back, "middle")->rank, 0);
    assert_int_equal(safetensors_find(&read_back, "last")->bytes[0], 7);
    assert_string_equal(safetensors_find_metadata(&read_back, "a"), "b");
    test_free(bytes);
}

static void safetensors_knows_the_size_of_each_type(void **state) {
    (void)state;
    const struct {
        const char *name;
        size_t size;
    } types[] = {{"F64", 8}, {"I64", 8},  {"U64", 8}, {"F32", 4},     {"I32", 4},
                 {"U32", 4}, {"F16", 2},  {"I16", 2}, {"BF16", 2},    {"U16", 2},
                 {"I8", 1},  {"BOOL", 1}, {"U8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char header[128];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%zu]}}", types[i].name,
                 3 * types[i].size);
        test_free(check_read(header, 3 * types[i].size));
        assert_string_equal(read_back.tensors[0].type, types[i].name);
        assert_int_equal(read_back.tensors[0].size, 3 * types[i].size);
    }
}

static void safetensors_reads_tensors_without_bytes(void **state) {
    (void)state;
    test_free(
        check_read("{" TENSOR("none", "F32", "[0,3]", "[0,0]") "," TENSOR(
                       "a", "U8", "[2]", "[0,2]") "," TENSOR("end", "F64", "[5,0]", "[2,2]") "}",
                   2));
    assert_int_equal(safetensors_find(&read_back, "none")->size, 0);
    assert_int_equal(safetensors_find(&read_back, "none")->shape[1], 3);
    assert_int_equal(safetensors_find(&read_back, "end")->size, 0);
    test_free(check_read("{" TENSOR("none", "F32", "[0]", "[0,0]") "}", 0));
    check_refused("{" TENSOR("none", "F32", "[0]", "[0,4]") "}", 4, "expected 0 bytes");
    check_refused("{" TENSOR("none", "F32", "[0]", "[9,9]") "}", 4, "expected offsets");
}

static void safetensors_reads_escaped_names(void **state) {
    (void)state;
    test_free(check_read("{" TENSOR("\\u00e9\\ud83d\\ude00\\\"\\n", "U8", "[1]", "[0,1]") "}", 1));
    assert_non_null(safetensors_find(&read_back, "\xc3\xa9\xf0\x9f\x98\x80\"\n"));
}

static void safetensors_keeps_an_error_in_one_line(void **state) {
    (void)state;
    size_t size;
    uint8_t *bytes = file_of("{" TENSOR("a\\nb", "F33", "[1]", "[0,1]") "}", 1, &size);
    Error error;
    assert_false(safetensors_parse("file", bytes, size, &read_back, &error));
    assert_null(strchr(error.text, '\n'));
    assert_non_null(strstr(error.text, "a?b"));
    test_free(bytes);
}

static void safetensors_cuts_long_texts_and_leaves_pairs_out_that_have_no_room(void **state) {
    (void)state;
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
    assert_int_equal(read_back.metadata_count, SAFETENSORS_MAX_METADATA);
    assert_int_equal(strlen(safetensors_find_metadata(&read_back, "0")), SAFETENSORS_TEXT_SIZE - 1);
    assert_int_equal(read_back.tensor_count, 1);
}

static void safetensors_refuses_a_file_cut_at_every_byte(void **state) {
    (void)state;
    size_t size;
    uint8_t *bytes = file_of(two_tensors, 26, &size);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = test_malloc(cut > 0 ? cut : 1);
        memcpy(part, bytes, cut);
        const char *words = cut < 8           ? "expected a safetensors file, found only"
                            : cut < size - 26 ? "expected a safetensors header of"
                                              : "expected offsets from 0 to";
        check_bytes_refused(part, cut, words);
        test_free(part);
    }
    test_free(bytes);
}

static void safetensors_refuses_a_header_cut_at_every_byte(void **state) {
    (void)state;
    for (size_t cut = 0; cut < strlen(two_tensors); cut++) {
        char header[sizeof two_tensors] = "";
        memcpy(header, two_tensors, cut);
        check_refused(header, 26, "expected");
    }
    test_free(check_read(two_tensors, 26));
}

static void safetensors_refuses_a_header_longer_than_the_file(void **state) {
    (void)state;
    size_t size;
    uint8_t *bytes = file_of("{}", 0, &size);
    bytes[0] = 3;
    check_bytes_refused(bytes, size, "header of 3 bytes, found only 2");
    bytes[0] = 2;
    bytes[7] = 0x80;
    check_bytes_refused(bytes, size, "header of 9223372036854775810 bytes, found only 2");
    memset(bytes, 0xff, 8); // eight more would be seven
    check_bytes_refused(bytes, size, "header of 18446744073709551615 bytes, found only 2");
    memset(bytes, 0, 8);
    bytes[4] = 1;
    check_bytes_refused(bytes, size, "header of 4294967296 bytes, found only 2");
    memset(bytes, 0, 8);
    check_bytes_refused(bytes, size, "expected a JSON object");
    test_free(bytes);
}

static void safetensors_refuses_tensors_that_overlap(void **state) {
    (void)state;
    check_refused("{" TENSOR("a", "U8", "[3]", "[0,3]") "," TENSOR("b", "U8", "[2]", "[2,4]") "}",
                  4, "overlapping");
    check_refused("{" TENSOR("a", "U8", "[4]", "[0,4]") "," TENSOR("b", "U8", "[4]", "[0,4]") "}",
                  4, "overlapping");
    check_refused("{" TENSOR("a", "U8", "[4]", "[0,4]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}",
                  4, "overlapping");
    // as long as the file all in all, but a byte is left and another taken twice
    check_refused("{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[2]", "[1,3]") "}",
                  4, "expected tensors side by side");
}

static void safetensors_refuses_gaps_and_bytes_that_belong_to_none(void **state) {
    (void)state;
    check_refused("{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "U8", "[1]", "[2,3]") "}",
                  3, "with gaps");
    check_refused("{" TENSOR("a", "U8", "[1]", "[1,2]") "}", 2, "with gaps");
    check_refused("{" TENSOR("a", "U8", "[1]", "[0,1]") "}", 2, "with gaps");
    check_refused("{}", 1, "with gaps");
}

static void safetensors_refuses_offsets_out_of_the_file(void **state) {
    (void)state;
    check_refused("{" TENSOR("a", "U8", "[4]", "[0,4]") "}", 3, "expected offsets from 0 to 3");
    check_refused("{" TENSOR("a", "U8", "[1]", "[4,5]") "}", 4, "expected offsets");
    check_refused("{" TENSOR("a", "U8", "[0]", "[5,5]") "}", 4, "expected offsets");
    check_refused("{" TENSOR("a", "U8", "[4]", "[4,0]") "}", 4, "expected offsets");
    check_refused("{" TENSOR("a", "U8", "[2]", "[18446744073709551615,1]") "}", 4,
                  "expected offsets");
    check_refused("{" TENSOR("a", "U8", "[4]", "[0,18446744073709551615]") "}", 4,
                  "expected offsets");
    check_refused("{" TENSOR("a", "U8", "[4]", "[9223372036854775808,9223372036854775812]") "}", 4,
                  "expected offsets");
}

static void safetensors_refuses_a_size_that_is_not_the_shapes(void **state) {
    (void)state;
    check_refused("{" TENSOR("a", "F32", "[2]", "[0,4]") "}", 4, "expected 8 bytes for its shape");
    check_refused("{" TENSOR("a", "F32", "[]", "[0,8]") "}", 8, "expected 4 bytes for its shape");
    check_refused("{" TENSOR("a", "U8", "[2,2]", "[0,5]") "}", 5, "expected 4 bytes for its shape");
}

static void safetensors_refuses_shapes_that_overflow(void **state) {
    (void)state;
    const char *shapes[] = {
        "[4611686018427387905]",      // times 4 is 4
        "[18446744073709551615]",     // the largest
        "[2147483648,2147483649,4]",  // the product of three
        "[4294967296,4294967296]",    // times 4 is 0
        "[9223372036854775808,2]",    // two to the 64th
        "[65536,65536,65536,65536,1]" // it too
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char header[256];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,4]}}", shapes[i]);
        check_refused(header, 4, "expected");
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,0]}}", shapes[i]);
        check_refused(header, 0, "expected");
    }
    check_refused("{" TENSOR("a", "U8", "[18446744073709551616]", "[0,0]") "}", 0,
                  "expected dtype, shape and data_offsets");
}

static void safetensors_refuses_more_dimensions_than_it_has_room_for(void **state) {
    (void)state;
    test_free(check_read("{" TENSOR("a", "U8", "[1,1,1,1,1,1,1,1]", "[0,1]") "}", 1));
    assert_int_equal(read_back.tensors[0].rank, 8);
    check_refused("{" TENSOR("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") "}", 1,
                  "expected dtype, shape and data_offsets");
}

static void safetensors_refuses_types_that_there_are_not(void **state) {
    (void)state;
    const char *types[] = {"", "F33", "f32", "F32 ", " F32", "float32", "U", "F8_E4M", "COMPLEX64"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char header[256];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"%s\",\"shape\":[4],\"data_offsets\":[0,4]}}", types[i]);
        check_refused(header, 4, "expected a type of safetensors");
    }
}

// Both are types of eight bits, of other values than those that they begin as.
static void safetensors_takes_no_long_type_for_what_it_begins_with(void **state) {
    (void)state;
    check_refused("{" TENSOR("a", "F8_E4M3FNUZ", "[4]", "[0,4]") "}", 4, "expected a type");
    check_refused("{" TENSOR("a", "F8_E5M2FNUZ", "[4]", "[0,4]") "}", 4, "expected a type");
}

static void safetensors_refuses_a_tensor_twice(void **state) {
    (void)state;
    check_refused("{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("a", "U8", "[1]", "[1,2]") "}",
                  2, "expected each tensor once, found a twice");
    check_refused(
        "{" TENSOR("a", "U8", "[0]", "[0,0]") "," TENSOR("\\u0061", "U8", "[0]", "[0,0]") "}", 0,
        "found a twice");
}

static void safetensors_refuses_more_tensors_than_it_has_room_for(void **state) {
    (void)state;
    static char header[4096];
    for (int count = SAFETENSORS_MAX_TENSORS; count <= SAFETENSORS_MAX_TENSORS + 1; count++) {
        size_t used = 0;
        for (int i = 0; i < count; i++)
            used += (size_t)snprintf(
                header + used, sizeof header - used,
                "%s\"%d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}",
                i > 0 ? "," : "{", i, i, i + 1);
        snprintf(header + used, sizeof header - used, "}");
        if (count == SAFETENSORS_MAX_TENSORS)
            test_free(check_read(header, (size_t)count));
        else
            check_refused(header, (size_t)count, "expected at most 32 tensors, found more");
    }
}

static void safetensors_refuses_keys_that_are_unknown_missing_or_twice(void **state) {
    (void)state;
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
        check_refused(wrong[i], 1, "a: expected dtype, shape and data_offsets");
}

static void safetensors_refuses_metadata_other_than_texts(void **state) {
    (void)state;
    const char *wrong[] = {"{\"__metadata__\":[]}",        "{\"__metadata__\":\"a\"}",
                           "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":{\"a\":{}}}",
                           "{\"__metadata__\":{\"a\"}}",   "{\"__metadata__\":{\"a\":\"b\",}}",
                           "{\"__metadata__\":{a:\"b\"}}", "{\"__metadata__\":{\"a\":\"\\q\"}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_refused(wrong[i], 0, "expected pairs of texts");
}

static void safetensors_refuses_headers_that_are_no_json_object(void **state) {
    (void)state;
#define SOUND TENSOR("a", "U8", "[1]", "[0,1]")
    const char *others[] = {"", "   ", "[]", "\"a\"", "1", "null", "}", "<html>", "\xef\xbb\xbf{}"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        check_refused(others[i], 1, "expected a JSON object");
    check_refused("{}{}", 0, "expected a sound JSON header");
    check_refused("{},", 0, "expected a sound JSON header");
    const char *damaged[] = {"{",           "{" SOUND,      "{" SOUND ",}", "{" SOUND "}}",
                             "{" SOUND "]", "{" SOUND "}x", "{," SOUND "}", "{" SOUND " " SOUND "}",
                             "{\"a\"}",     "{a:1}",        "{\"a\" 1}",    "{'a':1}",
                             "{1:1}",       "{\"a\n\":1}",  "{\"\\u12\":1}"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
        check_refused(damaged[i], 1, "expected a sound JSON header");
    size_t size;
    uint8_t *bytes = file_of("{}  ", 0, &size);
    bytes[size - 1] = '\0'; // not a space
    check_bytes_refused(bytes, size, "expected a sound JSON header");
    test_free(bytes);
#undef SOUND
}

// Every change of one bit is refused, or is another file that is sound all the same.
static void safetensors_is_safe_with_any_bit_turned(void **state) {
    (void)state;
    size_t size;
    uint8_t *bytes = file_of(two_tensors, 26, &size);
    size_t refused = 0;
    for (size_t bit = 0; bit < 8 * (size - 26); bit++) {
        Error error = {{0}};
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (!safetensors_parse("file", bytes, size, &read_back, &error)) {
            assert_true(error.text[0] != '\0');
            refused++;
        } else {
            size_t sum = 0;
            for (size_t i = 0; i < read_back.tensor_count; i++)
                sum += read_back.tensors[i].size;
            assert_int_equal(sum, 26);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(refused > 4 * (size - 26));
    test_free(bytes);
}

static void fill(Safetensors *tensors) {
    static const uint8_t values[24] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const uint8_t more[3] = {0xaa, 0xbb, 0xcc};
    *tensors = (Safetensors){0};
    safetensors_add(tensors, "weight", "F32", 2, (const size_t[]){2, 3}, values, sizeof values);
    safetensors_add(tensors, "none", "U64", 1, (const size_t[]){0}, NULL, 0);
    safetensors_add(tensors, "odd \"name\"\n\xc3\xa9", "U8", 1, (const size_t[]){3}, more, 3);
    safetensors_add(tensors, "one", "F64", 0, (const size_t[]){0}, values, 8);
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
        assert_string_equal(a->type, b->type);
        assert_int_equal(a->rank, b->rank);
        for (size_t j = 0; j < b->rank; j++)
            assert_int_equal(a->shape[j], b->shape[j]);
        assert_int_equal(a->size, b->size);
        if (b->size > 0)
            assert_memory_equal(a->bytes, b->bytes, b->size);
    }
    assert_int_equal(found->metadata_count, expected->metadata_count);
    for (size_t i = 0; i < expected->metadata_count; i++) {
        assert_string_equal(found->pairs[i].key, expected->pairs[i].key);
        assert_string_equal(found->pairs[i].text, expected->pairs[i].text);
    }
}

static void safetensors_reads_what_it_wrote(void **state) {
    (void)state;
    static Safetensors tensors;
    uint8_t *bytes;
    size_t size;
    Error error;
    fill(&tensors);
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_true(safetensors_parse("file", bytes, size, &read_back, &error));
    check_equal(&read_back, &tensors);
    free(bytes);
}

static void safetensors_writes_the_published_form(void **state) {
    (void)state;
    static Safetensors tensors;
    const uint8_t values[4] = {1, 2, 3, 4};
    tensors = (Safetensors){0};
    safetensors_add(&tensors, "a", "U8", 2, (const size_t[]){2, 2}, values, 4);
    safetensors_add_metadata(&tensors, "k", "v");
    const char header[] =
        "{\"__metadata__\":{\"k\":\"v\"}," TENSOR("a", "U8", "[2,2]", "[0,4]") "}";
    uint8_t *bytes;
    size_t size;
    Error error;
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_true(size > 8 + 4);
    size_t header_size = size - 8 - 4;
    const uint8_t expected_length[8] = {(uint8_t)header_size};
    assert_memory_equal(bytes, expected_length, 8);
    assert_memory_equal(bytes + 8, header, strlen(header));
    for (size_t i = 8 + strlen(header); i < 8 + header_size; i++)
        assert_int_equal(bytes[i], ' ');
    assert_memory_equal(bytes + 8 + header_size, values, 4);
    free(bytes);
}

static void safetensors_begins_the_values_at_a_multiple_of_eight(void **state) {
    (void)state;
    static Safetensors tensors;
    char name[16] = "";
    for (size_t length = 1; length < sizeof name; length++) {
        name[length - 1] = 'n';
        tensors = (Safetensors){0};
        safetensors_add(&tensors, name, "U8", 1, (const size_t[]){1}, "\x2a", 1);
        uint8_t *bytes;
        size_t size;
        Error error;
        assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
        assert_int_equal((size - 1) % 8, 0);
        assert_true(safetensors_parse("file", bytes, size, &read_back, &error));
        assert_int_equal(read_back.tensors[0].bytes[0], 0x2a);
        free(bytes);
    }
}

static void safetensors_writes_as_many_as_it_has_room_for_and_no_more(void **state) {
    (void)state;
    static Safetensors tensors;
    uint8_t *bytes;
    size_t size;
    Error error;
    char name[16];
    tensors = (Safetensors){0};
    for (int i = 0; i < SAFETENSORS_MAX_TENSORS; i++) {
        snprintf(name, sizeof name, "t%d", i);
        safetensors_add(&tensors, name, "U8", 1, (const size_t[]){1}, "x", 1);
    }
    for (int i = 0; i < SAFETENSORS_MAX_METADATA; i++) {
        snprintf(name, sizeof name, "p%d", i);
        safetensors_add_metadata(&tensors, name, name);
    }
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_true(safetensors_parse("file", bytes, size, &read_back, &error));
    check_equal(&read_back, &tensors);
    free(bytes);

    safetensors_add_metadata(&tensors, "more", "");
    assert_false(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_non_null(strstr(error.text, "found more"));
    tensors = (Safetensors){0};
    for (int i = 0; i <= SAFETENSORS_MAX_TENSORS; i++)
        safetensors_add(&tensors, "a", "U8", 1, (const size_t[]){1}, "x", 1);
    assert_false(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_non_null(strstr(error.text, "found more"));
}

static void safetensors_looks_for_names_only_among_what_had_room(void **state) {
    (void)state;
    static Safetensors tensors;
    tensors = (Safetensors){0};
    for (int i = 0; i < 1000; i++) {
        safetensors_add(&tensors, "a", "U8", 1, (const size_t[]){1}, "x", 1);
        safetensors_add_metadata(&tensors, "k", "v");
    }
    assert_null(safetensors_find(&tensors, "b"));
    assert_null(safetensors_find_metadata(&tensors, "b"));
}

static void safetensors_tells_of_a_tensor_with_too_many_dimensions(void **state) {
    (void)state;
    static Safetensors tensors;
    const size_t shape[SAFETENSORS_MAX_RANK + 1] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    uint8_t *bytes = NULL;
    size_t size;
    Error error;
    tensors = (Safetensors){0};
    safetensors_add(&tensors, "a", "U8", SAFETENSORS_MAX_RANK + 1, shape, "x", 1);
    bool written = safetensors_encode(&tensors, &bytes, &size, &error);
    if (written)
        free(bytes);
    assert_false(written);
}

static void safetensors_reads_files(void **state) {
    (void)state;
    static Safetensors tensors;
    uint8_t *bytes;
    size_t size, gzip_size;
    Error error;
    fill(&tensors);
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    scratch_write("file", bytes, size);
    assert_true(safetensors_read(scratch_path("file"), &read_back, &error));
    check_equal(&read_back, &tensors);
    assert_non_null(read_back.file);
    safetensors_free(&read_back);
    assert_null(read_back.file);
    assert_int_equal(read_back.tensor_count, 0);
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    scratch_write("file", gzip, gzip_size);
    assert_true(safetensors_read(scratch_path("file"), &read_back, &error));
    check_equal(&read_back, &tensors);
    safetensors_free(&read_back);
    free(gzip);

    scratch_write("file", bytes, size - 1);
    assert_false(safetensors_read(scratch_path("file"), &read_back, &error));
    assert_non_null(strstr(error.text, scratch_path("file")));
    assert_null(read_back.file);
    assert_int_equal(read_back.tensor_count, 0);
    free(bytes);
}

static void safetensors_refuses_files_that_are_missing_or_too_large(void **state) {
    (void)state;
    Error error;
    assert_false(safetensors_read(scratch_path("missing"), &read_back, &error));
    assert_non_null(strstr(error.text, "missing: No such file"));
    size_t size = (size_t)SAFETENSORS_MAX_BYTES + 1;
    uint8_t *bytes = calloc(1, size);
    assert_non_null(bytes);
    scratch_write("large", bytes, size);
    assert_false(safetensors_read(scratch_path("large"), &read_back, &error));
    assert_non_null(strstr(error.text, "expected at most 16777216 bytes"));
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safetensors_reads_names_types_shapes_and_bytes),
        cmocka_unit_test(safetensors_reads_a_file_without_tensors),
        cmocka_unit_test(safetensors_reads_spaces_behind_and_in_the_header),
        cmocka_unit_test(safetensors_reads_any_order_of_keys_and_tensors),
        cmocka_unit_test(safetensors_knows_the_size_of_each_type),
        cmocka_unit_test(safetensors_reads_tensors_without_bytes),
        cmocka_unit_test(safetensors_reads_escaped_names),
        cmocka_unit_test(safetensors_keeps_an_error_in_one_line),
        cmocka_unit_test(safetensors_cuts_long_texts_and_leaves_pairs_out_that_have_no_room),
        cmocka_unit_test(safetensors_refuses_a_file_cut_at_every_byte),
        cmocka_unit_test(safetensors_refuses_a_header_cut_at_every_byte),
        cmocka_unit_test(safetensors_refuses_a_header_longer_than_the_file),
        cmocka_unit_test(safetensors_refuses_tensors_that_overlap),
        cmocka_unit_test(safetensors_refuses_gaps_and_bytes_that_belong_to_none),
        cmocka_unit_test(safetensors_refuses_offsets_out_of_the_file),
        cmocka_unit_test(safetensors_refuses_a_size_that_is_not_the_shapes),
        cmocka_unit_test(safetensors_refuses_shapes_that_overflow),
        cmocka_unit_test(safetensors_refuses_more_dimensions_than_it_has_room_for),
        cmocka_unit_test(safetensors_refuses_types_that_there_are_not),
        cmocka_unit_test(safetensors_takes_no_long_type_for_what_it_begins_with),
        cmocka_unit_test(safetensors_refuses_a_tensor_twice),
        cmocka_unit_test(safetensors_refuses_more_tensors_than_it_has_room_for),
        cmocka_unit_test(safetensors_refuses_keys_that_are_unknown_missing_or_twice),
        cmocka_unit_test(safetensors_refuses_metadata_other_than_texts),
        cmocka_unit_test(safetensors_refuses_headers_that_are_no_json_object),
        cmocka_unit_test(safetensors_is_safe_with_any_bit_turned),
        cmocka_unit_test(safetensors_reads_what_it_wrote),
        cmocka_unit_test(safetensors_writes_the_published_form),
        cmocka_unit_test(safetensors_begins_the_values_at_a_multiple_of_eight),
        cmocka_unit_test(safetensors_writes_as_many_as_it_has_room_for_and_no_more),
        cmocka_unit_test(safetensors_looks_for_names_only_among_what_had_room),
        cmocka_unit_test(safetensors_tells_of_a_tensor_with_too_many_dimensions),
        cmocka_unit_test(safetensors_reads_files),
        cmocka_unit_test(safetensors_refuses_files_that_are_missing_or_too_large),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
