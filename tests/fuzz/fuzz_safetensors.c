// The input is a safetensors file. What is read is written and read again.
#include "fuzz.h"

#include "io/safetensors.h"

#include <stdlib.h>
#include <string.h>

static size_t value_size(const char *type) {
    static const struct {
        const char *names;
        size_t size;
    } sizes[] = {{" F64 I64 U64 ", 8},
                 {" F32 I32 U32 ", 4},
                 {" F16 BF16 I16 U16 ", 2},
                 {" I8 U8 BOOL F8_E5M2 F8_E4M3 ", 1}};
    char word[sizeof((Tensor *)0)->type + 2];
    snprintf(word, sizeof word, " %s ", type);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (strstr(sizes[i].names, word))
            return sizes[i].size;
    }
    return 0;
}

static bool is_ended(const char *text, size_t size) {
    return memchr(text, '\0', size) != NULL;
}

// How many bytes of white space are at the header's end.
static size_t spaces(const uint8_t *header, size_t size) {
    size_t count = 0;
    while (count < size && memchr(" \t\n\r", header[size - 1 - count], 4))
        count++;
    CHECK(count < size);
    return count;
}

// Each tensor lies in the file and is as large as its shape; together they take no byte twice and
// leave none.
static void check_tensors(const Safetensors *tensors, const uint8_t *bytes, size_t size) {
    size_t total = 0;
    CHECK(tensors->tensor_count <= SAFETENSORS_MAX_TENSORS);
    for (size_t i = 0; i < tensors->tensor_count; i++) {
        const Tensor *tensor = &tensors->tensors[i];
        CHECK(is_ended(tensor->name, sizeof tensor->name));
        CHECK(is_ended(tensor->type, sizeof tensor->type));
        CHECK(safetensors_find(tensors, tensor->name) == tensor);
        CHECK(tensor->rank <= SAFETENSORS_MAX_RANK);
        size_t wanted = value_size(tensor->type);
        CHECK(wanted > 0);
        for (size_t j = 0; j < tensor->rank; j++) {
            CHECK(tensor->shape[j] == 0 || wanted <= SIZE_MAX / tensor->shape[j]);
            wanted *= tensor->shape[j];
        }
        CHECK(tensor->size == wanted);
        CHECK(tensor->bytes >= bytes + 8 && tensor->bytes <= bytes + size);
        CHECK(tensor->size <= (size_t)(bytes + size - tensor->bytes));
        touch(tensor->bytes, tensor->size);
        for (size_t j = 0; j < i; j++) {
            const Tensor *other = &tensors->tensors[j];
            CHECK(tensor->size == 0 || other->size == 0 ||
                  tensor->bytes + tensor->size <= other->bytes ||
                  other->bytes + other->size <= tensor->bytes);
        }
        total += tensor->size;
    }
    uint64_t header = 0;
    for (int i = 0; i < 8; i++)
        header |= (uint64_t)bytes[i] << 8 * i;
    CHECK(total == size - 8 - (size_t)header);
    CHECK(bytes[8 + header - 1 - spaces(bytes + 8, (size_t)header)] == '}');
}

static void check_pairs(const Safetensors *tensors) {
    CHECK(tensors->metadata_count <= SAFETENSORS_MAX_METADATA);
    for (size_t i = 0; i < tensors->metadata_count; i++) {
        CHECK(is_ended(tensors->pairs[i].key, sizeof tensors->pairs[i].key));
        CHECK(is_ended(tensors->pairs[i].text, sizeof tensors->pairs[i].text));
        CHECK(safetensors_find_metadata(tensors, tensors->pairs[i].key));
    }
}

static bool is_ascii(const char *text) {
    while (*text > 0)
        text++;
    return !*text;
}

// Other bytes may be no UTF-8, which is mended in writing.
static bool all_ascii(const Safetensors *tensors) {
    bool ascii = true;
    for (size_t i = 0; i < tensors->tensor_count; i++)
        ascii = ascii && is_ascii(tensors->tensors[i].name);
    for (size_t i = 0; i < tensors->metadata_count; i++)
        ascii = ascii && is_ascii(tensors->pairs[i].key) && is_ascii(tensors->pairs[i].text);
    return ascii;
}

static void check_equal(const Safetensors *a, const Safetensors *b) {
    CHECK(a->tensor_count == b->tensor_count);
    for (size_t i = 0; i < a->tensor_count; i++) {
        const Tensor *one = &a->tensors[i];
        const Tensor *other = &b->tensors[i];
        CHECK(strcmp(one->name, other->name) == 0 && strcmp(one->type, other->type) == 0);
        CHECK(one->rank == other->rank && one->size == other->size);
        CHECK(memcmp(one->shape, other->shape, one->rank * sizeof *one->shape) == 0);
        CHECK(memcmp(one->bytes, other->bytes, one->size) == 0);
    }
    CHECK(a->metadata_count == b->metadata_count);
    for (size_t i = 0; i < a->metadata_count; i++) {
        CHECK(strcmp(a->pairs[i].key, b->pairs[i].key) == 0);
        CHECK(strcmp(a->pairs[i].text, b->pairs[i].text) == 0);
    }
}

static void check_written(const Safetensors *tensors) {
    static Safetensors again;
    uint8_t *bytes;
    size_t size;
    Error error;
    CHECK(safetensors_encode(tensors, &bytes, &size, &error));
    if (all_ascii(tensors)) {
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
        check_pairs(&tensors);
        check_written(&tensors);
    } else {
        check_error_text(&error);
        CHECK(strncmp(error.text, "input: ", 7) == 0);
    }
    return 0;
}
