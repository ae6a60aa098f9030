#include "io/safetensors.h"

#include "io/gzip_reader.h"
#include "io/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_BYTES = 8, ALIGNMENT = 8 };

static const struct {
    const char *name;
    size_t size;
} types[] = {{"F64", 8}, {"F32", 4}, {"F16", 2},  {"BF16", 2},    {"I64", 8},
             {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U64", 8},     {"U32", 4},
             {"U16", 2}, {"U8", 1},  {"BOOL", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1}};

// 0: there is no such type.
static size_t type_size(const char *name) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, name) == 0)
            return types[i].size;
    }
    return 0;
}

void safetensors_add(Safetensors *tensors, const char *name, const char *type, size_t rank,
                     const size_t *shape, const void *bytes, size_t size) {
    if (rank > SAFETENSORS_MAX_RANK)
        tensors->tensor_count = SAFETENSORS_MAX_TENSORS;
    size_t place = tensors->tensor_count++;
    if (place >= SAFETENSORS_MAX_TENSORS)
        return;
    Tensor *tensor = &tensors->tensors[place];
    *tensor = (Tensor){.rank = rank, .bytes = bytes, .size = size};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    snprintf(tensor->type, sizeof tensor->type, "%s", type);
    memcpy(tensor->shape, shape, rank * sizeof *shape);
}

void safetensors_add_metadata(Safetensors *tensors, const char *key, const char *text) {
    size_t place = tensors->metadata_count++;
    if (place >= SAFETENSORS_MAX_METADATA)
        return;
    Metadata *pair = &tensors->pairs[place];
    snprintf(pair->key, sizeof pair->key, "%s", key);
    snprintf(pair->text, sizeof pair->text, "%s", text);
}

// Text that is only counted while there is no room for it.
typedef struct {
    char *text; // or NULL
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

static void put_pairs(Header *header, const Safetensors *tensors) {
    put_text(header, "\"__metadata__\":{");
    for (size_t i = 0; i < tensors->metadata_count; i++) {
        put_text(header, i > 0 ? "," : "");
        put_string(header, tensors->pairs[i].key);
        put_text(header, ":");
        put_string(header, tensors->pairs[i].text);
    }
    put_text(header, "}");
}

static void put_tensor(Header *header, const Tensor *tensor, size_t offset) {
    put_string(header, tensor->name);
    put_text(header, ":{\"dtype\":");
    put_string(header, tensor->type);
    put_text(header, ",\"shape\":[");
    for (size_t i = 0; i < tensor->rank; i++) {
        put_text(header, i > 0 ? "," : "");
        put_number(header, tensor->shape[i]);
    }
    put_text(header, "],\"data_offsets\":[");
    put_number(header, offset);
    put_text(header, ",");
    put_number(header, offset + tensor->size);
    put_text(header, "]}");
}

// Returns the bytes of the header, spaces included, and *data those of the tensors.
static size_t put_header(Header *header, const Safetensors *tensors, size_t *data) {
    *data = 0;
    put_text(header, "{");
    put_pairs(header, tensors);
    for (size_t i = 0; i < tensors->tensor_count; i++) {
        put_text(header, ",");
        put_tensor(header, &tensors->tensors[i], *data);
        *data += tensors->tensors[i].size;
    }
    put_text(header, "}");
    while (header->used % ALIGNMENT != 0)
        put_text(header, " ");
    return header->used;
}

bool safetensors_encode(const Safetensors *tensors, uint8_t **bytes, size_t *size, Error *error) {
    if (tensors->tensor_count > SAFETENSORS_MAX_TENSORS ||
        tensors->metadata_count > SAFETENSORS_MAX_METADATA)
        return error_set(error, "safetensors: expected at most %d tensors and %d pairs, found more",
                         SAFETENSORS_MAX_TENSORS, SAFETENSORS_MAX_METADATA);
    size_t data;
    size_t header_size = put_header(&(Header){0}, tensors, &data);
    *size = LENGTH_BYTES + header_size + data;
    *bytes = malloc(*size + 1); // snprintf ends with a zero
    if (!*bytes)
        return error_set(error, "safetensors: expected %zu bytes of memory, found less", *size);
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        (*bytes)[i] = (uint8_t)(header_size >> 8 * i);
    Header header = {.text = (char *)*bytes + LENGTH_BYTES, .size = header_size + 1};
    put_header(&header, tensors, &data);
    uint8_t *next = *bytes + LENGTH_BYTES + header_size;
    for (size_t i = 0; i < tensors->tensor_count; i++) {
        if (tensors->tensors[i].size > 0)
            memcpy(next, tensors->tensors[i].bytes, tensors->tensors[i].size);
        next += tensors->tensors[i].size;
    }
    return true;
}

static bool parse_pairs(Json *json, Safetensors *tensors) {
    if (!json_accept(json, '{'))
        return false;
    if (json_accept(json, '}'))
        return true;
    do {
        Metadata pair;
        if (!json_string(json, pair.key, sizeof pair.key) || !json_accept(json, ':') ||
            !json_string(json, pair.text, sizeof pair.text))
            return false;
        if (tensors->metadata_count < SAFETENSORS_MAX_METADATA)
            tensors->pairs[tensors->metadata_count++] = pair; // others are not for this program
    } while (json_accept(json, ','));
    return json_accept(json, '}');
}

// Reads "[a, b, ...]" of at most `most` numbers.
static bool parse_numbers(Json *json, size_t most, size_t *numbers, size_t *count) {
    *count = 0;
    if (!json_accept(json, '['))
        return false;
    if (json_accept(json, ']'))
        return true;
    do {
        uint64_t number;
        if (*count == most || !json_uint(json, &number) || number > SIZE_MAX)
            return false;
        numbers[(*count)++] = (size_t)number;
    } while (json_accept(json, ','));
    return json_accept(json, ']');
}

// The object of a tensor: its bytes are from offsets[0] to before offsets[1].
static bool parse_tensor(Json *json, Tensor *tensor, size_t offsets[2]) {
    enum { TYPE = 1, SHAPE = 2, OFFSETS = 4 };
    int seen = 0;
    if (!json_accept(json, '{'))
        return false;
    do {
        char key[SAFETENSORS_NAME_SIZE];
        size_t count;
        int part = 0;
        if (!json_string(json, key, sizeof key) || !json_accept(json, ':'))
            return false;
        if (strcmp(key, "dtype") == 0 && json_string(json, tensor->type, sizeof tensor->type))
            part = TYPE;
        else if (strcmp(key, "shape") == 0 &&
                 parse_numbers(json, SAFETENSORS_MAX_RANK, tensor->shape, &tensor->rank))
            part = SHAPE;
        else if (strcmp(key, "data_offsets") == 0 && parse_numbers(json, 2, offsets, &count) &&
                 count == 2)
            part = OFFSETS;
        if (part == 0 || seen & part)
            return false;
        seen |= part;
    } while (json_accept(json, ','));
    return json_accept(json, '}') && seen == (TYPE | SHAPE | OFFSETS);
}

// The bytes of the file behind the header.
typedef struct {
    const char *path;
    const uint8_t *bytes;
    size_t size;
} Data;

static bool check_tensor(const Data *data, Tensor *tensor, const size_t offsets[2], Error *error) {
    size_t size = type_size(tensor->type);
    if (size == 0)
        return error_set(error, "%s: tensor %s: expected a type of safetensors, found '%s'",
                         data->path, tensor->name, tensor->type);
    for (size_t i = 0; i < tensor->rank; i++) {
        if (tensor->shape[i] > 0 && size > SIZE_MAX / tensor->shape[i])
            return error_set(error,
                             "%s: tensor %s: expected a shape that fits the file, found a "
                             "larger one",
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

static const char damaged[] = "%s: expected a sound JSON header, found it damaged";

static bool parse_header(Json *json, const Data *data, Safetensors *tensors, Error *error) {
    if (!json_accept(json, '{'))
        return error_set(error, "%s: expected a JSON object as header, found another", data->path);
    if (json_accept(json, '}'))
        return json_at_end(json) || error_set(error, damaged, data->path);
    do {
        Tensor tensor = {0};
        size_t offsets[2];
        if (!json_string(json, tensor.name, sizeof tensor.name) || !json_accept(json, ':'))
            return error_set(error, damaged, data->path);
        bool is_metadata = strcmp(tensor.name, "__metadata__") == 0;
        if (is_metadata ? !parse_pairs(json, tensors) : !parse_tensor(json, &tensor, offsets))
            return error_set(error, "%s: header: %s: expected %s, found another form", data->path,
                             tensor.name,
                             is_metadata ? "pairs of texts" : "dtype, shape and data_offsets");
        if (is_metadata)
            continue;
        if (safetensors_find(tensors, tensor.name))
            return error_set(error, "%s: expected each tensor once, found %s twice", data->path,
                             tensor.name);
        if (tensors->tensor_count == SAFETENSORS_MAX_TENSORS)
            return error_set(error, "%s: expected at most %d tensors, found more", data->path,
                             SAFETENSORS_MAX_TENSORS);
        if (!check_tensor(data, &tensor, offsets, error))
            return false;
        tensors->tensors[tensors->tensor_count++] = tensor;
    } while (json_accept(json, ','));
    if (!json_accept(json, '}') || !json_at_end(json))
        return error_set(error, damaged, data->path);
    return true;
}

// Every byte belongs to one tensor: of those that begin at an offset one ends at the next.
static bool check_layout(const Data *data, const Safetensors *tensors, Error *error) {
    size_t end = 0;
    size_t total = 0;
    for (size_t i = 0; i < tensors->tensor_count; i++)
        total += tensors->tensors[i].size;
    for (size_t round = 0; round < tensors->tensor_count && end < data->size; round++) {
        for (size_t i = 0; i < tensors->tensor_count; i++) {
            const Tensor *tensor = &tensors->tensors[i];
            if (tensor->size > 0 && (size_t)(tensor->bytes - data->bytes) == end) {
                end += tensor->size;
                break;
            }
        }
    }
    if (end != data->size || total != data->size)
        return error_set(error, "%s: expected tensors side by side up to the end, found them %s",
                         data->path, total > data->size ? "overlapping" : "with gaps");
    return true;
}

bool safetensors_parse(const char *path, const uint8_t *bytes, size_t size, Safetensors *tensors,
                       Error *error) {
    *tensors = (Safetensors){0};
    uint64_t header_size = 0;
    if (size < LENGTH_BYTES)
        return error_set(error, "%s: expected a safetensors file, found only %zu bytes", path,
                         size);
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        header_size |= (uint64_t)bytes[i] << 8 * i;
    if (header_size > size - LENGTH_BYTES)
        return error_set(error,
                         "%s: expected a safetensors header of %" PRIu64 " bytes, found only %zu",
                         path, header_size, size - LENGTH_BYTES);
    const uint8_t *header = bytes + LENGTH_BYTES;
    Json json = {.next = header, .end = header + header_size};
    Data data = {path, header + header_size, size - LENGTH_BYTES - (size_t)header_size};
    return parse_header(&json, &data, tensors, error) && check_layout(&data, tensors, error);
}

bool safetensors_read(const char *path, Safetensors *tensors, Error *error) {
    uint8_t *bytes;
    size_t size;
    *tensors = (Safetensors){0};
    if (!gzip_reader_read_file(path, SAFETENSORS_MAX_BYTES, &bytes, &size, error))
        return false;
    bool right = safetensors_parse(path, bytes, size, tensors, error);
    tensors->file = bytes;
    if (!right)
        safetensors_free(tensors);
    return right;
}

void safetensors_free(Safetensors *tensors) {
    free(tensors->file);
    *tensors = (Safetensors){0};
}

const Tensor *safetensors_find(const Safetensors *tensors, const char *name) {
    for (size_t i = 0; i < tensors->tensor_count && i < SAFETENSORS_MAX_TENSORS; i++) {
        if (strcmp(tensors->tensors[i].name, name) == 0)
            return &tensors->tensors[i];
    }
    return NULL;
}

const char *safetensors_find_metadata(const Safetensors *tensors, const char *key) {
    for (size_t i = 0; i < tensors->metadata_count && i < SAFETENSORS_MAX_METADATA; i++) {
        if (strcmp(tensors->pairs[i].key, key) == 0)
            return tensors->pairs[i].text;
    }
    return NULL;
}
