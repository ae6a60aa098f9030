// The input is a safetensors file. A valid one is encoded and parsed again.
#include "fuzz.h"

#include "io/safetensors.h"

#include <stdlib.h>
#include <string.h>

static bool is_terminated(const char *text, size_t size) {
    return memchr(text, '\0', size) != NULL;
}

// Returns the bytes of white space at the end of the header.
static size_t padding(const uint8_t *header, size_t size) {
    size_t count = 0;
    while (count < size && memchr(" \t\n\r", header[size - 1 - count], 4))
        count++;
    CHECK(count < size);
    return count;
}

// Each tensor lies in the file; together they have all its bytes.
static void check_tensors(const Safetensors *tensors, const uint8_t *bytes, size_t size) {
    size_t total = 0;
    CHECK(tensors->tensor_count <= SAFETENSORS_MAX_TENSORS);
    for (size_t i = 0; i < tensors->tensor_count; i++) {
        const Tensor *tensor = &tensors->tensors[i];
        CHECK(is_terminated(tensor->name, sizeof tensor->name));
        CHECK(is_terminated(tensor->dtype, sizeof tensor->dtype));
        CHECK(safetensors_find(tensors, tensor->name));
        CHECK(tensor->rank <= SAFETENSORS_MAX_RANK);
        CHECK(tensor->bytes >= bytes + 8 && tensor->bytes <= bytes + size);
        CHECK(tensor->size <= (size_t)(bytes + size - tensor->bytes));
        touch(tensor->bytes, tensor->size);
        total += tensor->size;
    }
    uint64_t header = 0;
    for (int i = 0; i < 8; i++)
        header |= (uint64_t)bytes[i] << 8 * i;
    CHECK(total == size - 8 - (size_t)header);
    CHECK(bytes[8 + header - 1 - padding(bytes + 8, (size_t)header)] == '}');
}

static void check_metadata(const Safetensors *tensors) {
    CHECK(tensors->metadata_count <= SAFETENSORS_MAX_METADATA);
    for (size_t i = 0; i < tensors->metadata_count; i++) {
        CHECK(is_terminated(tensors->metadata[i].key, sizeof tensors->metadata[i].key));
        CHECK(is_terminated(tensors->metadata[i].value, sizeof tensors->metadata[i].value));
        CHECK(safetensors_find_metadata(tensors, tensors->metadata[i].key));
    }
}

// Strings are read with their escapes, and written with others: only plain ones come back
// unchanged.
static bool is_plain(const char *text) {
    while (*text >= ' ' && *text < 0x7f && *text != '"' && *text != '\\')
        text++;
    return !*text;
}

static bool all_plain(const Safetensors *tensors) {
    bool plain = true;
    for (size_t i = 0; i < tensors->tensor_count; i++)
        plain = plain && is_plain(tensors->tensors[i].name);
    for (size_t i = 0; i < tensors->metadata_count; i++)
        plain = plain && is_plain(tensors->metadata[i].key) && is_plain(tensors->metadata[i].value);
    return plain;
}

static void check_equal(const Safetensors *a, const Safetensors *b) {
    CHECK(a->tensor_count == b->tensor_count);
    for (size_t i = 0; i < a->tensor_count; i++) {
        const Tensor *one = &a->tensors[i];
        const Tensor *other = &b->tensors[i];
        CHECK(strcmp(one->name, other->name) == 0 && strcmp(one->dtype, other->dtype) == 0);
        CHECK(one->rank == other->rank && one->size == other->size);
        CHECK(memcmp(one->shape, other->shape, one->rank * sizeof *one->shape) == 0);
        CHECK(memcmp(one->bytes, other->bytes, one->size) == 0);
    }
    CHECK(a->metadata_count == b->metadata_count);
    for (size_t i = 0; i < a->metadata_count; i++) {
        CHECK(strcmp(a->metadata[i].key, b->metadata[i].key) == 0);
        CHECK(strcmp(a->metadata[i].value, b->metadata[i].value) == 0);
    }
}

static void check_encoded(const Safetensors *tensors) {
    static Safetensors again;
    uint8_t *bytes;
    size_t size;
    Error error;
    CHECK(safetensors_encode(tensors, &bytes, &size, &error));
    if (all_plain(tensors)) {
        CHECK(safetensors_parse("again", bytes, size, &again, &error));
        check_tensors(&again, bytes, size);
        check_equal(tensors, &again);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static Safetensors tensors;
    Error error;
    error.text[0] = '\0';
    if (safetensors_parse("input", bytes, size, &tensors, &error)) {
        check_tensors(&tensors, bytes, size);
        check_metadata(&tensors);
        check_encoded(&tensors);
    } else {
        check_error_text(&error);
        CHECK(strncmp(error.text, "input: ", 7) == 0);
    }
    return 0;
}
