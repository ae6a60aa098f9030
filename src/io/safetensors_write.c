#include "safetensors_internal.h"

#include "base/memory.h"
#include "io/json.h"

#include <stdio.h>
#include <string.h>

// The tensors' bytes start at a multiple of this offset in the file.
enum { ALIGNMENT = 8 };

void safetensors_add(Safetensors *file, const char *name, const char *dtype, size_t rank,
                     const size_t *shape, const void *bytes, size_t size) {
    if (rank > SAFETENSORS_MAX_RANK)
        file->tensor_count = SAFETENSORS_MAX_TENSORS; // safetensors_encode then fails
    size_t index = file->tensor_count++;
    if (index >= SAFETENSORS_MAX_TENSORS)
        return;
    Tensor *tensor = &file->tensors[index];
    *tensor = (Tensor){.rank = rank, .bytes = bytes, .size = size};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    snprintf(tensor->dtype, sizeof tensor->dtype, "%s", dtype);
    memcpy(tensor->shape, shape, rank * sizeof *shape);
}

void safetensors_add_metadata(Safetensors *file, const char *key, const char *value) {
    size_t index = file->metadata_count++;
    if (index >= SAFETENSORS_MAX_METADATA)
        return;
    Metadata *metadata = &file->metadata[index];
    snprintf(metadata->key, sizeof metadata->key, "%s", key);
    snprintf(metadata->value, sizeof metadata->value, "%s", value);
}

// Output buffer. If text is NULL, the put_ functions only count.
typedef struct {
    char *text;
    size_t size;
    size_t used;
} Header;

static size_t room(const Header *header) {
    return header->used < header->size ? header->size - header->used : 0;
}

static char *end_of(const Header *header) {
    return room(header) > 0 ? header->text + header->used : NULL;
}

static void put_text(Header *header, const char *text) {
    header->used += (size_t)snprintf(end_of(header), room(header), "%s", text);
}

static void put_number(Header *header, size_t number) {
    header->used += (size_t)snprintf(end_of(header), room(header), "%zu", number);
}

static void put_string(Header *header, const char *text) {
    header->used += json_write_string(end_of(header), room(header), text);
}

static void put_metadata(Header *header, const Safetensors *file) {
    put_text(header, "\"" KEY_METADATA "\":{");
    for (size_t i = 0; i < file->metadata_count; i++) {
        put_text(header, i > 0 ? "," : "");
        put_string(header, file->metadata[i].key);
        put_text(header, ":");
        put_string(header, file->metadata[i].value);
    }
    put_text(header, "}");
}

static void put_tensor(Header *header, const Tensor *tensor, size_t offset) {
    put_string(header, tensor->name);
    put_text(header, ":{\"" KEY_DTYPE "\":");
    put_string(header, tensor->dtype);
    put_text(header, ",\"" KEY_SHAPE "\":[");
    for (size_t i = 0; i < tensor->rank; i++) {
        put_text(header, i > 0 ? "," : "");
        put_number(header, tensor->shape[i]);
    }
    put_text(header, "],\"" KEY_OFFSETS "\":[");
    put_number(header, offset);
    put_text(header, ",");
    put_number(header, offset + tensor->size);
    put_text(header, "]}");
}

// Returns the size of the header with its padding; *data_size is that of the tensors.
static size_t put_header(Header *header, const Safetensors *file, size_t *data_size) {
    *data_size = 0;
    put_text(header, "{");
    put_metadata(header, file);
    for (size_t i = 0; i < file->tensor_count; i++) {
        put_text(header, ",");
        put_tensor(header, &file->tensors[i], *data_size);
        *data_size += file->tensors[i].size;
    }
    put_text(header, "}");
    while (header->used % ALIGNMENT != 0)
        put_text(header, " ");
    return header->used;
}

bool safetensors_encode(const Safetensors *file, uint8_t **bytes, size_t *size, Error *error) {
    *bytes = NULL;
    if (file->tensor_count > SAFETENSORS_MAX_TENSORS ||
        file->metadata_count > SAFETENSORS_MAX_METADATA)
        return error_set(error,
                         "safetensors: expected at most %d tensors of %d dimensions and %d pairs "
                         "of metadata, found more",
                         SAFETENSORS_MAX_TENSORS, SAFETENSORS_MAX_RANK, SAFETENSORS_MAX_METADATA);
    size_t data_size;
    size_t header_size = put_header(&(Header){0}, file, &data_size);
    *size = SIZE_BYTES + header_size + data_size;
    *bytes = memory_alloc(*size + 1, 1, "safetensors", error); // snprintf writes a final zero
    if (!*bytes)
        return false;
    for (size_t i = 0; i < SIZE_BYTES; i++)
        (*bytes)[i] = (uint8_t)(header_size >> 8 * i);
    Header header = {.text = (char *)*bytes + SIZE_BYTES, .size = header_size + 1};
    put_header(&header, file, &data_size);
    uint8_t *next = *bytes + SIZE_BYTES + header_size;
    for (size_t i = 0; i < file->tensor_count; i++) {
        if (file->tensors[i].size > 0)
            memcpy(next, file->tensors[i].bytes, file->tensors[i].size);
        next += file->tensors[i].size;
    }
    return true;
}
