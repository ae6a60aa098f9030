#include "io/safetensors.h"
#include "support/safetensors_file.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static Safetensors file; // too large for the stack

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
        assert_string_equal(a->dtype, b->dtype);
        assert_int_equal(a->rank, b->rank);
        for (size_t j = 0; j < b->rank; j++)
            assert_int_equal(a->shape[j], b->shape[j]);
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

TEST(safetensors_reads_its_own_output) {
    static Safetensors tensors;
    uint8_t *bytes;
    size_t size;
    Error error;
    fill(&tensors);
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_true(safetensors_parse("path", bytes, size, &file, &error));
    check_equal(&file, &tensors);
    free(bytes);
}

TEST(safetensors_writes_the_published_format) {
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

TEST(safetensors_aligns_the_values_to_eight_bytes) {
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
        assert_true(safetensors_parse("path", bytes, size, &file, &error));
        assert_int_equal(file.tensors[0].bytes[0], 0x2a);
        free(bytes);
    }
}

TEST(safetensors_writes_up_to_32_tensors_and_pairs) {
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
    assert_true(safetensors_parse("path", bytes, size, &file, &error));
    check_equal(&file, &tensors);
    assert_non_null(safetensors_find(&file, "t31"));
    assert_string_equal(safetensors_find_metadata(&file, "p31"), "p31");
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

TEST(safetensors_finds_nothing_beyond_its_capacity) {
    static Safetensors tensors;
    tensors = (Safetensors){0};
    for (int i = 0; i < 1000; i++) {
        safetensors_add(&tensors, "a", "U8", 1, (const size_t[]){1}, "x", 1);
        safetensors_add_metadata(&tensors, "k", "v");
    }
    assert_null(safetensors_find(&tensors, "b"));
    assert_null(safetensors_find_metadata(&tensors, "b"));
}

TEST(safetensors_writes_up_to_eight_dimensions) {
    static Safetensors tensors;
    uint8_t *bytes;
    size_t size;
    Error error;
    tensors = (Safetensors){0};
    safetensors_add(&tensors, "a", "U8", 8, (const size_t[]){1, 1, 1, 1, 1, 1, 1, 2}, "xy", 2);
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_true(safetensors_parse("path", bytes, size, &file, &error));
    check_equal(&file, &tensors);
    free(bytes);
}

TEST(safetensors_writes_a_file_without_tensors) {
    static const Safetensors nothing;
    uint8_t *bytes;
    size_t size;
    Error error;
    assert_true(safetensors_encode(&nothing, &bytes, &size, &error));
    const char expected[] = "\x18\0\0\0\0\0\0\0{\"__metadata__\":{}}     ";
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

TEST(safetensors_refuses_to_write_more_than_eight_dimensions) {
    static Safetensors tensors;
    const size_t shape[SAFETENSORS_MAX_RANK + 1] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    uint8_t *bytes = NULL;
    size_t size;
    Error error;
    tensors = (Safetensors){0};
    safetensors_add(&tensors, "a", "U8", SAFETENSORS_MAX_RANK + 1, shape, "x", 1);
    assert_false(safetensors_encode(&tensors, &bytes, &size, &error));
    assert_non_null(strstr(error.text, "expected at most 32 tensors of 8 dimensions"));
}

TEST(safetensors_reads_files) {
    static Safetensors tensors;
    uint8_t *bytes;
    size_t size, gzip_size;
    Error error;
    fill(&tensors);
    assert_true(safetensors_encode(&tensors, &bytes, &size, &error));
    scratch_write("file", bytes, size);
    assert_true(safetensors_read(scratch_path("file"), &file, &error));
    check_equal(&file, &tensors);
    assert_non_null(file.contents);
    safetensors_free(&file);
    assert_null(file.contents);
    assert_int_equal(file.tensor_count, 0);
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    scratch_write("file", gzip, gzip_size);
    assert_true(safetensors_read(scratch_path("file"), &file, &error));
    check_equal(&file, &tensors);
    safetensors_free(&file);
    free(gzip);

    scratch_write("file", bytes, size - 1);
    assert_false(safetensors_read(scratch_path("file"), &file, &error));
    assert_non_null(strstr(error.text, scratch_path("file")));
    assert_null(file.contents);
    assert_int_equal(file.tensor_count, 0);
    free(bytes);
}

TEST(safetensors_rejects_files_that_are_missing_or_too_large) {
    Error error;
    assert_false(safetensors_read(scratch_path("missing"), &file, &error));
    assert_non_null(strstr(error.text, "missing: No such file"));
    size_t size = (size_t)SAFETENSORS_MAX_FILE_BYTES + 1;
    uint8_t *bytes = calloc(1, size);
    assert_non_null(bytes);
    scratch_write("large", bytes, size);
    assert_false(safetensors_read(scratch_path("large"), &file, &error));
    assert_non_null(strstr(error.text, "expected at most 16777216 bytes"));
    free(bytes);
}

TEST_PROGRAM(scratch_create, scratch_remove)
