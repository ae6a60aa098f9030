#include "safetensors_internal.h"

#include "io/gzip_reader.h"
#include "io/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size;
} dtypes[] = {{"F64", 8}, {"F32", 4}, {"F16", 2},  {"BF16", 2},    {"I64", 8},
              {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U64", 8},     {"U32", 4},
              {"U16", 2}, {"U8", 1},  {"BOOL", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1}};

// Returns the number of bytes of a value, 0 for an unknown dtype.
static size_t dtype_size(const char *name) {
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        if (strcmp(dtypes[i].name, name) == 0)
            return dtypes[i].size;
    }
    return 0;
}

static bool parse_metadata(Json *json, Safetensors *file) {
    if (!json_accept(json, '{'))
        return false;
    if (json_accept(json, '}'))
        return true;
    do {
        Metadata metadata = {0};
        if (!json_string(json, metadata.key, sizeof metadata.key) || !json_accept(json, ':') ||
            !json_string(json, metadata.value, sizeof metadata.value))
            return false;
        if (file->metadata_count < SAFETENSORS_MAX_METADATA)
            file->metadata[file->metadata_count++] = metadata;
    } while (json_accept(json, ','));
    return json_accept(json, '}');
}

// Parses "[a, b, ...]" with at most `max` numbers.
static bool parse_numbers(Json *json, size_t max, size_t *numbers, size_t *count) {
    *count = 0;
    if (!json_accept(json, '['))
        return false;
    if (json_accept(json, ']'))
        return true;
    do {
        uint64_t number;
        if (*count == max || !json_uint(json, &number) || number > SIZE_MAX)
            return false;
        numbers[(*count)++] = (size_t)number;
    } while (json_accept(json, ','));
    return json_accept(json, ']');
}

// Parses {"dtype": ..., "shape": ..., "data_offsets": ...}; the keys may come in any order.
static bool parse_tensor(Json *json, Tensor *tensor, size_t offsets[2]) {
    enum { DTYPE = 1, SHAPE = 2, OFFSETS = 4 };
    int seen = 0;
    if (!json_accept(json, '{'))
        return false;
    do {
        char key[SAFETENSORS_NAME_SIZE];
        size_t count;
        int field = 0;
        if (!json_string(json, key, sizeof key) || !json_accept(json, ':'))
            return false;
        if (strcmp(key, KEY_DTYPE) == 0 && json_string(json, tensor->dtype, sizeof tensor->dtype))
            field = DTYPE;
        else if (strcmp(key, KEY_SHAPE) == 0 &&
                 parse_numbers(json, SAFETENSORS_MAX_RANK, tensor->shape, &tensor->rank))
            field = SHAPE;
        else if (strcmp(key, KEY_OFFSETS) == 0 && parse_numbers(json, 2, offsets, &count) &&
                 count == 2)
            field = OFFSETS;
        if (field == 0 || seen & field)
            return false;
        seen |= field;
    } while (json_accept(json, ','));
    return json_accept(json, '}') && seen == (DTYPE | SHAPE | OFFSETS);
}

// The tensors' bytes: the part of the file after the header.
typedef struct {
    const char *path;
    const uint8_t *bytes;
    size_t size;
} Data;

// Sets the tensor's bytes, from offsets[0] to before offsets[1] of the data, if they fit its shape.
static bool place_tensor(const Data *data, Tensor *tensor, const size_t offsets[2], Error *error) {
    size_t size = dtype_size(tensor->dtype);
    if (size == 0)
        return error_set(error, "%s: tensor %s: expected a dtype of safetensors, found '%s'",
                         data->path, tensor->name, tensor->dtype);
    for (size_t i = 0; i < tensor->rank; i++) {
        if (tensor->shape[i] > 0 && size > SIZE_MAX / tensor->shape[i])
            return error_set(error,
                             "%s: tensor %s: expected a shape that fits the file, found a larger "
                             "one",
                             data->path, tensor->name);
        size *= tensor->shape[i];
    }
    if (offsets[0] > offsets[1] || offsets[1] > data->size)
        return error_set(error, "%s: tensor %s: expected offsets from 0 to %zu, found %zu to %zu",
                         data->path, tensor->name, data->size, offsets[0], offsets[1]);
    if (offsets[1] - offsets[0] != size)
        return error_set(error, "%s: tensor %s: expected %zu bytes for its shape, found %zu",
                         data->path, tensor->name, size, offsets[1] - offsets[0]);
    tensor->bytes = data->bytes + offsets[0];
    tensor->size = size;
    return true;
}

static bool add_tensor(const Data *data, Tensor *tensor, const size_t offsets[2], Safetensors *file,
                       Error *error) {
    if (safetensors_find(file, tensor->name))
        return error_set(error, "%s: expected each tensor once, found %s twice", data->path,
                         tensor->name);
    if (file->tensor_count == SAFETENSORS_MAX_TENSORS)
        return error_set(error, "%s: expected at most %d tensors, found more", data->path,
                         SAFETENSORS_MAX_TENSORS);
    if (!place_tensor(data, tensor, offsets, error))
        return false;
    file->tensors[file->tensor_count++] = *tensor;
    return true;
}

static bool malformed(const Data *data, Error *error) {
    return error_set(error, "%s: expected a valid JSON header, found a malformed one", data->path);
}

static bool parse_entry(Json *json, const Data *data, Safetensors *file, Error *error) {
    Tensor tensor = {0};
    size_t offsets[2];
    if (!json_string(json, tensor.name, sizeof tensor.name) || !json_accept(json, ':'))
        return malformed(data, error);
    if (strcmp(tensor.name, KEY_METADATA) == 0)
        return parse_metadata(json, file) ||
               error_set(error, "%s: header: __metadata__: expected pairs of strings, found others",
                         data->path);
    if (!parse_tensor(json, &tensor, offsets))
        return error_set(error,
                         "%s: header: %s: expected dtype, shape and data_offsets, found others",
                         data->path, tensor.name);
    return add_tensor(data, &tensor, offsets, file, error);
}

static bool parse_header(Json *json, const Data *data, Safetensors *file, Error *error) {
    if (!json_accept(json, '{'))
        return error_set(error, "%s: expected a JSON object as header, found something else",
                         data->path);
    if (!json_accept(json, '}')) {
        do {
            if (!parse_entry(json, data, file, error))
                return false;
        } while (json_accept(json, ','));
        if (!json_accept(json, '}'))
            return malformed(data, error);
    }
    return json_at_end(json) || malformed(data, error);
}

// Returns the end of a tensor that begins at this offset, or the offset if there is none.
static size_t end_of_tensor_at(const Data *data, const Safetensors *file, size_t offset) {
    for (size_t i = 0; i < file->tensor_count; i++) {
        const Tensor *tensor = &file->tensors[i];
        if (tensor->size > 0 && (size_t)(tensor->bytes - data->bytes) == offset)
            return offset + tensor->size;
    }
    return offset;
}

// Every byte must belong to exactly one tensor: the tensors form a chain from offset 0 to the end.
static bool check_layout(const Data *data, const Safetensors *file, Error *error) {
    size_t total = 0;
    for (size_t i = 0; i < file->tensor_count; i++)
        total += file->tensors[i].size;
    size_t end = 0;
    for (size_t i = 0; i < file->tensor_count && end < data->size; i++)
        end = end_of_tensor_at(data, file, end);
    if (end != data->size || total != data->size)
        return error_set(error, "%s: expected adjacent tensors up to the end, found them %s",
                         data->path, total > data->size ? "overlapping" : "with gaps");
    return true;
}

bool safetensors_parse(const char *path, const uint8_t *bytes, size_t size, Safetensors *file,
                       Error *error) {
    *file = (Safetensors){0};
    uint64_t header_size = 0;
    if (size < SIZE_BYTES)
        return error_set(error, "%s: expected a safetensors file, found only %zu bytes", path,
                         size);
    for (size_t i = 0; i < SIZE_BYTES; i++)
        header_size |= (uint64_t)bytes[i] << 8 * i;
    const uint8_t *header = bytes + SIZE_BYTES;
    size_t left = size - SIZE_BYTES;
    if (header_size > left && (left == 0 || header[0] != '{')) // no header starts there
        return error_set(error, "%s: expected a safetensors file, found another", path);
    if (header_size > left)
        return error_set(error,
                         "%s: expected a safetensors header of %" PRIu64 " bytes, found only %zu",
                         path, header_size, left);
    Json json = {.next = header, .end = header + header_size};
    Data data = {path, header + header_size, left - (size_t)header_size};
    return parse_header(&json, &data, file, error) && check_layout(&data, file, error);
}

bool safetensors_read(const char *path, Safetensors *file, Error *error) {
    uint8_t *bytes;
    size_t size;
    *file = (Safetensors){0};
    if (!gzip_reader_read_file(path, SAFETENSORS_MAX_FILE_BYTES, &bytes, &size, error))
        return false;
    bool is_valid = safetensors_parse(path, bytes, size, file, error);
    file->contents = bytes;
    if (!is_valid)
        safetensors_free(file);
    return is_valid;
}

void safetensors_free(Safetensors *file) {
    free(file->contents);
    *file = (Safetensors){0};
}

const Tensor *safetensors_find(const Safetensors *file, const char *name) {
    for (size_t i = 0; i < file->tensor_count && i < SAFETENSORS_MAX_TENSORS; i++) {
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    }
    return NULL;
}

const char *safetensors_find_metadata(const Safetensors *file, const char *key) {
    for (size_t i = 0; i < file->metadata_count && i < SAFETENSORS_MAX_METADATA; i++) {
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    }
    return NULL;
}
